"""The form of a story, and the rows that are edited with it."""

import re

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from .. import richtext
from ..models import Article, Figure, PlacementRequest, Relation
from .base import Choosing, StoryNumber
from .editor import WritingForm


class ArticleForm(WritingForm):
    tag_names = forms.CharField(
        label=_("tags"),
        required=False,
        max_length=400,
        help_text=_("Separated by spaces or commas."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    original_url = forms.URLField(
        label=_("original address"), required=False, max_length=500, assume_scheme="https"
    )

    class Meta:
        model = Article
        fields = [
            *("home", "section", "kicker", "headline", "subhead", "summary", "body", "byline", "editor"),
            *("source", "original_url", "lead_photo", "comments_open", "embargo_until", "expires_at"),
        ]
        widgets = {"summary": forms.Textarea({"rows": 3, "class": "vLargeTextField"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["tag_names"] = " ".join(self.instance.tags.values_list("name", flat=True))

    def clean_headline(self):
        headline = richtext.without_control(self.cleaned_data["headline"]).strip()
        if not headline:  # nothing but what cannot be seen
            raise forms.ValidationError(self.fields["headline"].error_messages["required"], code="required")
        return headline

    def clean_expires_at(self):
        """A working copy expires with its story, which has a time of publication already."""
        expires_at, story = self.cleaned_data["expires_at"], self.instance.copy_of or self.instance
        if expires_at and story.published_at and expires_at <= story.published_at:
            raise forms.ValidationError(
                _("The story expires before it is published. Change one of the two times.")
            )
        return expires_at

    def clean_tag_names(self):
        return [name for name in re.split(r"[\s,，、;；#]+", self.cleaned_data["tag_names"]) if name]


class _Beside(Choosing, admin.TabularInline):
    """Rows of a story: whoever may change the story may change them."""

    extra = 0
    has_add_permission = has_change_permission = has_delete_permission = has_view_permission = (
        lambda self, request, obj=None: True
    )


class FigureInline(_Beside):
    model = Figure
    fields = ["order", "photo", "caption", "credit", "is_lead"]
    raw_id_fields = ["photo"]


class RelationInline(_Beside):
    model = Relation
    fk_name = "article"
    fields = ["kind", "target", "headline", "order"]
    raw_id_fields = ["target"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "target":
            kwargs["widget"] = StoryNumber(db_field, self.admin_site, request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PlacementRequestInline(_Beside):
    model = PlacementRequest
    fields = ["region", "state", "headline", "pinned_until", "published_at"]
    autocomplete_fields = ["region"]
