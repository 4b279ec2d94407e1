"""Channels, which editors keep, and the staff, whom superusers keep."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from . import changes, finder, navigation, rights, second_factor, sessions
from .filters import RegionFilter
from .models import Membership, Region, User

admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = _("Xiangyin newsroom")
admin.site.index_title = _("Newsroom")
FOUND = 60  # regions that a search of the list may mean
KEPT = 365 * 24 * 3600  # seconds that the choice of a language is remembered
EDITED = ["slogan", "is_open", "comments_open", "order"]

# Sentences of Django's own that its Chinese catalogue lacks: named here, they are in ours.
STOCK = [
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Error:"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
]


class ChannelForm(forms.ModelForm):
    """A row of the list; where one may only look, its fields are locked."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not rights.may(user, "channel", self.instance.pk):
            for field in self.fields.values():
                field.disabled = True


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    """Channels: editors write slogans and order the navigation; the tree itself is loaded by load_regions."""

    act, region_lookup = "write", "pk"  # what counties.filters asks
    named_by_all = frozenset({"placementrequest"})  # a story may be proposed to any region
    list_display = ["name", *EDITED, "level", "code", "channel"]
    list_editable = EDITED
    list_filter = [RegionFilter, "level", "is_open"]
    search_fields = ["name"]  # for the box; see get_search_results
    search_help_text = _("A name, its pinyin, initials or code: 甘洛, ganluo, glx, 513435.")
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    fields = ["name", "code", "level", "path", "pinyin", "aliases", *EDITED]
    readonly_fields = ["name", "code", "level", "path", "pinyin"]

    @admin.display(description=_("channel"))
    def channel(self, region):
        return format_html('<a href="{}">{}</a>', region.get_absolute_url(), _("Open"))

    def get_urls(self):
        language = path("language/", self.admin_site.admin_view(set_language), name="set_language")
        return [language, *super().get_urls()]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.GET.get("model_name") in self.named_by_all:
            return rows
        covered = rights.below(request.user, self.act)
        return rows if covered is None else rows.filter(pk__in=covered)

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        found = [node.id for node in finder.find(search_term, limit=FOUND)]
        return queryset.filter(pk__in=found), False

    def get_changelist_form(self, request, **kwargs):
        form = super().get_changelist_form(request, form=ChannelForm, **kwargs)

        class OwnForm(form):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, user=request.user, **kwargs)

        return OwnForm

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "order":
            field.widget.attrs["class"] = "vSmallIntegerField"
        return field

    def has_module_permission(self, request):
        return request.user.is_authenticated and rights.may(request.user, self.act)

    def has_view_permission(self, request, obj=None):
        return rights.may(request.user, self.act, obj and obj.pk)

    def has_change_permission(self, request, obj=None):
        return rights.may(request.user, "channel", obj and obj.pk)

    has_add_permission = has_delete_permission = lambda self, request, obj=None: False

    def save_model(self, request, obj, form, change):
        if not rights.may(request.user, "channel", obj.pk):
            raise PermissionDenied
        obj.save(update_fields=["aliases", *EDITED])
        changes.announce({navigation.CHANGED, f"region:{obj.pk}"})


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the newsroom; its cookie goes to no public page."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    answer = redirect(back if ours else reverse("admin:index"))
    if check_for_language(code):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=KEPT, path=reverse("admin:index"), httponly=True,
            samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE,
        )  # fmt: skip
    return answer


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ["region"]
    has_add_permission = has_change_permission = has_delete_permission = has_view_permission = (
        lambda self, request, obj=None: request.user.is_superuser
    )


@admin.register(User)
class StaffAdmin(UserAdmin):
    """Who works here, and where. Only superusers; nobody is deleted whom a revision names."""

    list_display = ["username", "first_name", "email", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser", "memberships__role"]
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser", "last_login"]}),
    ]
    readonly_fields = ["last_login"]
    actions = ["remove_second_factor"]
    has_view_permission = has_change_permission = has_delete_permission = has_module_permission = (
        lambda self, request, obj=None: request.user.is_active and request.user.is_superuser
    )

    def has_add_permission(self, request):
        return request.user.is_active and request.user.is_superuser

    def get_queryset(self, request):
        return super().get_queryset(request).filter(contact=None)  # readers have a list of their own

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            sessions.end_all(obj)

    @admin.action(description=_("Remove the second factor"))
    def remove_second_factor(self, request, queryset):
        """For somebody who has lost both the phone and the recovery codes."""
        for user in queryset:
            second_factor.switch_off(user)
