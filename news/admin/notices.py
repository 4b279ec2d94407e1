"""Corrections and withdrawals, and the history of all stories."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counties import rights

from .. import workflow
from ..models import Correction, Revision, State
from .base import DeskAdmin
from .filters import DateFilter, RegionFilter

NOT_YET = _("Only a story that readers see can be corrected. Edit this one itself.")


class CorrectionForm(forms.ModelForm):
    class Meta:
        model = Correction
        fields = ["article", "kind", "text"]

    def clean_article(self):
        article = self.cleaned_data["article"]
        if article.state != State.PUBLISHED:
            raise forms.ValidationError(_("Only a published story can be corrected or withdrawn."))
        return article

    def clean(self):
        """A story that is yet to appear can be withdrawn, but has nothing to correct."""
        data = super().clean()
        article, kind = data.get("article"), data.get("kind")
        ahead = article and article.published_at > timezone.now()
        if ahead and kind != Correction.Kind.WITHDRAWAL:
            self.add_error("article", NOT_YET)
        return data


@admin.register(Correction)
class CorrectionAdmin(DeskAdmin):
    """Corrections and withdrawals: adding one does it, and its notice stays."""

    region_lookup = "article__home"
    form = CorrectionForm
    list_display = ["article", "kind", "text", "at", "by"]
    list_filter = [RegionFilter, DateFilter.of("at"), "kind"]
    list_select_related = ["article", "by"]
    raw_id_fields = ["article"]
    has_change_permission = has_delete_permission = lambda self, request, obj=None: False

    def save_model(self, request, obj, form, change):
        rights.require(request.user, "publish", obj.article.home_id)
        if obj.kind == Correction.Kind.WITHDRAWAL:
            done = workflow.withdraw(obj.article, by=request.user, notice=obj.text)
        else:
            done = workflow.correct(obj.article, by=request.user, text=obj.text, kind=obj.kind)
        obj.pk = done.pk


@admin.register(Revision)
class RevisionAdmin(DeskAdmin):
    """The history of every story, to read: nobody changes it."""

    act = "write"
    region_lookup = "article__home"
    list_display = ["article", "version", "act", "state", "at", "by"]
    list_select_related = ["article", "by"]
    has_add_permission = has_change_permission = has_delete_permission = lambda self, request, obj=None: False
