from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from counties import rights

from .. import comments
from ..models import Comment
from .base import DeskAdmin


@admin.register(Comment)
class CommentAdmin(DeskAdmin):
    """Readers' comments, to approve, reject or hide; nobody writes or edits them here."""

    act = "moderate"
    region_lookup = "article__home"
    list_display = ["text", "name", "article", "state", "created_at"]
    list_filter = ["state"]
    list_select_related = ["article"]
    ordering = ["-id"]
    fields = readonly_fields = ["article", "name", "text", "state", "created_at"]
    actions = ["approve", "reject", "hide"]
    has_add_permission = has_delete_permission = lambda self, request, obj=None: False

    @admin.action(description=_("Approve"))
    def approve(self, request, queryset):
        self._move(request, queryset, comments.approve)

    @admin.action(description=_("Reject"))
    def reject(self, request, queryset):
        self._move(request, queryset, comments.reject)

    @admin.action(description=_("Hide"))
    def hide(self, request, queryset):
        self._move(request, queryset, comments.hide)

    def _move(self, request, queryset, step):
        def allowed(comment):
            rights.require(request.user, self.act, comment.article.home_id)
            step(comment, by=request.user)

        done = self.each(request, queryset, allowed, (comments.CommentError, PermissionDenied))
        self.message_user(request, ngettext("%d comment changed.", "%d comments changed.", done) % done)
