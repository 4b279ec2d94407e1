from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from counties import rights

from .. import comments, search
from ..models import Comment, CommentState, FilterWord
from .base import DeskAdmin
from .filters import LOOKED_THROUGH, DateFilter, RegionFilter, StateFilter, numbered, typed
from .quick import QuickButtons


@admin.register(Comment)
class CommentAdmin(QuickButtons, DeskAdmin):
    """All comments, whatever became of them; what waits is decided on at the desk. Nobody edits them."""

    act = "moderate"
    region_lookup = "article__home"
    list_display = ["said", "decide", "story", "name", "created_at", "state"]
    list_display_links = None
    list_filter = [StateFilter.starting_at(CommentState.PENDING), RegionFilter, DateFilter]
    list_select_related = ["article"]
    ordering = ["-id"]
    search_fields = ["text"]  # for the box; see get_search_results
    search_help_text = _("Words of the comment or its nickname, or its number.")
    fields = readonly_fields = ["article", "name", "text", "state", "created_at"]
    actions = ["approve", "reject", "hide"]
    has_add_permission = has_delete_permission = lambda self, request, obj=None: False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body")

    def get_search_results(self, request, queryset, search_term):
        """By the search index, the newest of the person's regions; and among the newest that wait."""
        text = typed(search_term)
        if not text:
            return queryset, False
        tops = rights.covered(request.user, self.act)
        regions = [node.id for node in tops] if all(node.parent for node in tops) else []
        waiting = Comment.objects.filter(queued_at__isnull=False).order_by("-queued_at", "-id")
        newest = waiting.values_list("pk", "text")[:LOOKED_THROUGH]
        found = [*search.comments_found(text, regions), *numbered(text)]
        found += [pk for pk, said in newest if text in said]
        return queryset.filter(pk__in=found), False

    def lookup_allowed(self, lookup, value, request):
        """By story and filters: asked letter by letter, an address would tell the hash of who wrote it."""
        return lookup in {"article", *(kind.parameter_name for kind in self.list_filter)}

    @admin.display(description=_("comment"))
    def said(self, comment):
        return format_html('<a href="{}/change/">{}</a>', comment.pk, comment.text)

    @admin.display(description=_("article"))
    def story(self, comment):
        return format_html(
            '<a href="?state=all&amp;article={}">{}</a>', comment.article_id, comment.article.headline
        )

    def buttons(self, comment):
        labels = {
            CommentState.APPROVED: ("approve", _("Approve")),
            CommentState.REJECTED: ("reject", _("Reject")),
            CommentState.HIDDEN: ("hide", _("Hide")),
        }
        return [label for state, label in labels.items() if state in comments.MOVES[comment.state]]

    @admin.action(description=_("Approve"), permissions=["change"])
    def approve(self, request, queryset):
        self._move(request, queryset, comments.approve)

    @admin.action(description=_("Reject"), permissions=["change"])
    def reject(self, request, queryset):
        self._move(request, queryset, comments.reject)

    @admin.action(description=_("Hide"), permissions=["change"])
    def hide(self, request, queryset):
        self._move(request, queryset, comments.hide)

    def _move(self, request, queryset, step):
        def allowed(comment):
            rights.require(request.user, self.act, comment.article.home_id)
            step(comment, by=request.user)

        done = self.each(request, queryset, allowed, (comments.CommentError, PermissionDenied))
        self.message_user(request, ngettext("%d comment changed.", "%d comments changed.", done) % done)


class FilterWordForm(forms.ModelForm):
    class Meta:
        model = FilterWord
        fields = ["word", "kind", "region"]

    def clean(self):
        data = super().clean()
        if {"word", "kind"} <= data.keys():
            try:
                comments.check_word(data["word"], data["kind"])
            except comments.CommentError as error:
                self.add_error("word", str(error))
        return data


@admin.register(FilterWord)
class FilterWordAdmin(DeskAdmin):
    """The words of the comment filter, kept by who moderates their region; each word's history tells who."""

    act = "moderate"
    form = FilterWordForm
    list_display = ["word", "kind", "region"]
    list_filter = ["kind", RegionFilter]
    list_select_related = ["region"]
    list_per_page = 50
    search_fields = ["word"]
    autocomplete_fields = ["region"]

    def get_changeform_initial_data(self, request):
        first = rights.covered(request.user, self.act)[0]
        return {"region": first.id} | super().get_changeform_initial_data(request)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        comments.words_changed()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        comments.words_changed()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        comments.words_changed()
