from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from . import changes, navigation, rights
from .models import Membership, Region, User

admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = _("Xiangyin newsroom")
admin.site.index_title = _("Newsroom")


@admin.register(Region)
class RegionAdmin(admin.ModelAdmin):
    """Channels: editors write slogans and order the navigation; the tree itself is loaded by load_regions."""

    list_display = ["name", "code", "level", "path", "is_open"]
    list_filter = ["level", "is_open"]
    search_fields = ["name", "code", "pinyin", "path"]
    list_per_page = 25
    show_full_result_count = False
    fields = ["name", "code", "level", "path", "pinyin", "aliases", "slogan", "is_open", "order"]
    readonly_fields = ["name", "code", "level", "path", "pinyin"]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        covered = rights.below(request.user, "write")
        return rows if covered is None else rows.filter(pk__in=covered)

    def has_module_permission(self, request):
        return request.user.is_authenticated and rights.may(request.user, "write")

    def has_view_permission(self, request, obj=None):
        return rights.may(request.user, "write", obj and obj.pk)

    def has_change_permission(self, request, obj=None):
        return rights.may(request.user, "channel", obj and obj.pk)

    has_add_permission = has_delete_permission = lambda self, request, obj=None: False

    def save_model(self, request, obj, form, change):
        obj.save(update_fields=["aliases", "slogan", "is_open", "order"])
        changes.announce({navigation.CHANGED, f"region:{obj.pk}"})


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 1
    autocomplete_fields = ["region"]


@admin.register(User)
class StaffAdmin(UserAdmin):
    list_display = ["username", "first_name", "email", "is_active", "is_staff"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser", "last_login"]}),
    ]
    readonly_fields = ["last_login"]
