"""Breaking news and days of mourning: news.frame is told of every change."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import frame
from ..models import BreakingNews, Mourning
from .base import DeskAdmin
from .filters import RegionFilter


class FrameAdmin(DeskAdmin):
    list_filter = [RegionFilter]
    list_select_related = ["region"]
    autocomplete_fields = ["region"]

    def get_readonly_fields(self, request, obj=None):
        return ["region"] if obj else []  # moved elsewhere, it would have to be announced twice

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        frame.announce(obj.region_id)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        frame.announce(obj.region_id)

    def delete_queryset(self, request, queryset):
        touched = set(queryset.values_list("region_id", flat=True))
        super().delete_queryset(request, queryset)
        for region_id in touched:
            frame.announce(region_id)


class BreakingNewsForm(forms.ModelForm):
    def clean_until(self):
        until = self.cleaned_data["until"]
        if "until" in self.changed_data and until <= timezone.now():
            raise forms.ValidationError(_("This time is over. Choose a later one."))
        return until


@admin.register(BreakingNews)
class BreakingNewsAdmin(FrameAdmin):
    form = BreakingNewsForm
    list_display = ["text", "region", "until", "article"]
    fields = ["region", "text", "article", "until"]
    raw_id_fields = ["article"]

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("article")
        return rows.defer("article__body", "article__summary")


@admin.register(Mourning)
class MourningAdmin(FrameAdmin):
    act = "channel"
    list_display = ["occasion", "region", "first_day", "last_day"]
    fields = ["region", "occasion", "first_day", "last_day"]
