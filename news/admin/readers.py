"""Readers' accounts, for superusers: who is behind a nickname, a new password, and the end of an account."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from .. import readers
from ..models import Reader
from .base import FewPages


@admin.register(Reader)
class ReaderAdmin(UserAdmin):
    """Readers register themselves; disabled here, an account is signed out at once."""

    list_display = ["username", "contact", "is_active", "date_joined", "last_login"]
    list_filter = ["is_active"]
    list_per_page = 25
    ordering = ["-pk"]
    paginator = FewPages
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_help_text = _("A whole nickname, phone number or e-mail address.")
    fieldsets = [
        (None, {"fields": ["username", "contact", "password", "is_active", "date_joined", "last_login"]})
    ]
    readonly_fields = ["username", "contact", "date_joined", "last_login"]
    actions = None
    has_view_permission = has_change_permission = has_delete_permission = has_module_permission = (
        lambda self, request, obj=None: request.user.is_active and request.user.is_superuser
    )

    def has_add_permission(self, request):
        return False

    def get_search_results(self, request, queryset, search_term):
        """By an index, however many readers there are."""
        found = readers.named(search_term.strip()) if search_term.strip() else queryset
        return queryset & found, False
