"""Picks, sections and sources."""

from django.contrib import admin

from counties import changes, rights

from ..models import Pick, Section, Source
from .base import DeskAdmin


@admin.register(Pick)
class PickAdmin(DeskAdmin):
    act = "pick"
    list_display = ["region", "block", "article", "order", "expires_at"]
    list_filter = ["block"]
    list_select_related = ["region", "article"]
    autocomplete_fields = ["region"]
    raw_id_fields = ["article"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        changes.announce({f"region:{obj.region_id}"})

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        changes.announce({f"region:{obj.region_id}"})

    def delete_queryset(self, request, queryset):
        touched = {f"region:{pk}" for pk in queryset.values_list("region_id", flat=True)}
        super().delete_queryset(request, queryset)
        changes.announce(touched)


class MastheadAdmin(admin.ModelAdmin):
    """What belongs to the whole network: seen by all staff, changed by chief editors."""

    formfield_overrides = DeskAdmin.formfield_overrides

    def has_module_permission(self, request):
        return request.user.is_authenticated and rights.may(request.user, "write")

    def has_view_permission(self, request, obj=None):
        return rights.may(request.user, "write")

    def has_change_permission(self, request, obj=None):
        return rights.may(request.user, "masthead")

    has_add_permission = has_delete_permission = has_change_permission


@admin.register(Section)
class SectionAdmin(MastheadAdmin):
    list_display = ["name", "slug", "order"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        changes.announce({"site"})


@admin.register(Source)
class SourceAdmin(MastheadAdmin):
    list_display = ["name", "url"]
    search_fields = ["name"]
