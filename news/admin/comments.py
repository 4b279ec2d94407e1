from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from counties import rights

from .. import comments
from ..models import Comment, CommentState
from .base import DeskAdmin
from .filters import DateFilter, RegionFilter, StateFilter
from .quick import QuickButtons


@admin.register(Comment)
class CommentAdmin(QuickButtons, DeskAdmin):
    """Readers' comments, to approve, reject or hide; nobody writes or edits them here."""

    act = "moderate"
    region_lookup = "article__home"
    list_display = ["said", "decide", "story", "name", "created_at", "state"]
    list_display_links = None
    list_filter = [StateFilter.starting_at(CommentState.PENDING), RegionFilter, DateFilter]
    list_select_related = ["article"]
    ordering = ["-id"]
    fields = readonly_fields = ["article", "name", "text", "state", "created_at"]
    actions = ["approve", "reject", "hide"]
    has_add_permission = has_delete_permission = lambda self, request, obj=None: False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body")

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
