from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from counties import rights

from .. import workflow
from ..models import Article, Correction, Figure, PlacementRequest, Relation, Revision, State, Tag
from .base import DeskAdmin


class ArticleForm(forms.ModelForm):
    tag_names = forms.CharField(
        label=_("tags"), required=False, max_length=400, help_text=_("Separated by spaces."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )  # fmt: skip

    original_url = forms.URLField(
        label=_("original address"), required=False, max_length=500, assume_scheme="https"
    )
    read_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = [
            *("home", "section", "kicker", "headline", "subhead", "summary", "body", "byline", "editor"),
            *("source", "original_url", "lead_photo", "comments_open", "expires_at"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["tag_names"] = " ".join(self.instance.tags.values_list("name", flat=True))
            self.initial["read_version"] = self.instance.version

    def clean(self):
        """What was read must still be what is there; the typed text stays in the form."""
        data = super().clean()
        if self.instance.pk and data.get("read_version") != self.instance.version:
            raise forms.ValidationError(
                _("Somebody else saved this story meanwhile. Copy your text, reload the page, add it there.")
            )
        return data


class FigureInline(admin.TabularInline):
    model = Figure
    extra = 0
    fields = ["order", "photo", "caption", "credit", "is_lead"]
    raw_id_fields = ["photo"]
    has_add_permission = has_change_permission = has_delete_permission = has_view_permission = (
        lambda self, request, obj=None: True
    )


class RelationInline(FigureInline):
    model = Relation
    fk_name = "article"
    fields = ["kind", "target", "headline", "order"]
    raw_id_fields = ["target"]


class PlacementRequestInline(FigureInline):
    model = PlacementRequest
    fields = ["region", "state"]
    autocomplete_fields = ["region"]
    raw_id_fields = []


@admin.register(Article)
class ArticleAdmin(DeskAdmin):
    act = "write"
    region_lookup = "home"
    form = ArticleForm
    list_display = ["headline", "home", "section", "state", "published_at"]
    list_filter = ["state", "section"]
    list_select_related = ["home", "section"]
    search_fields = ["headline"]
    autocomplete_fields = ["home", "source"]
    raw_id_fields = ["lead_photo"]
    ordering = ["-created_at", "-id"]
    inlines = [FigureInline, PlacementRequestInline, RelationInline]
    actions = ["submit", "publish", "return_to_draft"]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return (
            rows.defer("body", "summary") if request.resolver_match.url_name.endswith("changelist") else rows
        )

    def has_change_permission(self, request, obj=None):
        """A published text is changed only by those who may publish there."""
        act = "publish" if obj is not None and obj.state == State.PUBLISHED else self.act
        return rights.may(request.user, act, obj and obj.home_id)

    def has_delete_permission(self, request, obj=None):
        """A story is withdrawn with a notice; only what was never public may be deleted."""
        return obj is not None and not obj.month and self._may(request, obj)

    def save_model(self, request, obj, form, change):
        rights.require(request.user, "publish" if obj.state == State.PUBLISHED else "write", obj.home_id)
        workflow.write(obj, by=request.user, tags=form.cleaned_data["tag_names"].split())

    def save_formset(self, request, form, formset, change):
        for row in formset.save(commit=False):
            if isinstance(row, PlacementRequest) and row.state == PlacementRequest.State.ACCEPTED:
                self._accept(request, row)
            row.save()
        for row in formset.deleted_objects:
            row.delete()

    def _accept(self, request, row):
        """Whoever has rights over a region places there at once; others propose."""
        if rights.may(request.user, "publish", row.region_id):
            row.decided_by = request.user
        else:
            row.state = PlacementRequest.State.PROPOSED

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        workflow.refresh(form.instance)

    @admin.action(description=_("Submit for review"))
    def submit(self, request, queryset):
        self._move(request, queryset, lambda article: workflow.submit(article, by=request.user), "write")

    @admin.action(description=_("Publish now"))
    def publish(self, request, queryset):
        self._move(request, queryset, lambda article: workflow.publish(article, by=request.user), "publish")

    @admin.action(description=_("Return to draft"))
    def return_to_draft(self, request, queryset):
        self._move(
            request, queryset, lambda article: workflow.return_to_draft(article, by=request.user), "write"
        )

    def _move(self, request, queryset, step, act):
        def allowed(article):
            rights.require(request.user, act, article.home_id)
            step(article)

        done = self.each(request, queryset, allowed, (workflow.WorkflowError, PermissionDenied))
        self.message_user(request, ngettext("%d story changed.", "%d stories changed.", done) % done)


class CorrectionForm(forms.ModelForm):
    class Meta:
        model = Correction
        fields = ["article", "kind", "text"]

    def clean_article(self):
        article = self.cleaned_data["article"]
        if article.state != State.PUBLISHED:
            raise forms.ValidationError(_("Only a published story can be corrected or withdrawn."))
        return article


@admin.register(Correction)
class CorrectionAdmin(DeskAdmin):
    """Corrections and withdrawals: adding one does it, and its notice stays."""

    region_lookup = "article__home"
    form = CorrectionForm
    list_display = ["article", "kind", "text", "at", "by"]
    list_filter = ["kind"]
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
    """The history of every story, to read."""

    act = "write"
    region_lookup = "article__home"
    list_display = ["article", "version", "act", "state", "at", "by"]
    list_select_related = ["article", "by"]
    has_add_permission = has_change_permission = has_delete_permission = lambda self, request, obj=None: False


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
