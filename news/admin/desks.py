"""What belongs to the whole network: sections, sources, redirects and watched words."""

from urllib.parse import unquote, urlsplit

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from counties import changes, rights

from ..models import Article, Redirect, Section, Source, WatchWord
from .base import DeskAdmin, FewPages


class MastheadAdmin(admin.ModelAdmin):
    """Seen by all who write, changed by chief editors. Every page may show it, so a change tells the site."""

    formfield_overrides = DeskAdmin.formfield_overrides
    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = FewPages

    def has_module_permission(self, request):
        return request.user.is_authenticated and rights.may(request.user, "write")

    def has_view_permission(self, request, obj=None):
        return rights.may(request.user, "write")

    def has_change_permission(self, request, obj=None):
        return rights.may(request.user, "masthead")

    def has_add_permission(self, request):
        return rights.may(request.user, "masthead")

    has_delete_permission = has_change_permission

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        changes.announce({"site"})

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        changes.announce({"site"})

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        changes.announce({"site"})


@admin.register(Section)
class SectionAdmin(MastheadAdmin):
    """The order of the list is the order of the navigation; rows are dragged."""

    list_display = ["name", "slug", "order"]
    list_editable = ["order"]
    list_per_page = 100  # all on one page, or they could not be dragged past each other
    actions = None

    def has_delete_permission(self, request, obj=None):
        """Not one that blocks know by name, nor one that has stories: the admin would read them all."""
        known = {Section.NEWS, Section.PHOTOS, Section.FOLKS}
        kept = obj is not None and (obj.slug in known or Article.objects.filter(section=obj).exists())
        return not kept and super().has_delete_permission(request, obj)


@admin.register(Source)
class SourceAdmin(MastheadAdmin):
    list_display = ["name", "url"]
    search_fields = ["name"]
    actions = None  # sources are deleted one by one, and only unused ones

    def has_delete_permission(self, request, obj=None):
        used = obj is not None and Article.objects.filter(source=obj).exists()
        return not used and super().has_delete_permission(request, obj)


class RedirectForm(forms.ModelForm):
    """Both addresses may be pasted whole; what matters is kept."""

    class Meta:
        model = Redirect
        fields = ["path", "target"]

    def clean_path(self):
        path = _below_host(self.cleaned_data["path"])
        if path.startswith("/admin/"):
            raise forms.ValidationError(_("Addresses of the newsroom cannot be redirected."))
        return path

    def clean_target(self):
        target = _below_host(self.cleaned_data["target"])
        if target.startswith("/admin/"):
            raise forms.ValidationError(_("Readers cannot be sent to the newsroom."))
        return target

    def clean(self):
        data = super().clean()
        path, target = data.get("path"), data.get("target")
        if path and path == target:
            raise forms.ValidationError(_("An address cannot lead to itself."))
        if Redirect.objects.filter(path=target, target=path).exists():
            raise forms.ValidationError(_("The new address is redirected to this one already."))
        return data


@admin.register(Redirect)
class RedirectAdmin(MastheadAdmin):
    """Old addresses. They are looked up where nothing else answers, so they need no announcement to work."""

    form = RedirectForm
    list_display = ["path", "target"]
    search_fields = ["path", "target"]


@admin.register(WatchWord)
class WatchWordAdmin(MastheadAdmin):
    list_display = ["word", "kind", "better"]
    list_editable = ["kind", "better"]
    list_filter = ["kind"]
    search_fields = ["word"]


def _below_host(address):
    """https://old.example/news.asp?id=5 → /news.asp?id=5"""
    parts = urlsplit(address.strip())
    path = "/" + unquote(parts.path).lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
