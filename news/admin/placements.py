"""The desk where stories wait that other regions propose to one's channels."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .. import placements, workflow
from ..models import PlacementRequest
from .base import DeskAdmin
from .filters import RegionFilter, StateFilter
from .quick import QuickButtons

State = PlacementRequest.State


@admin.register(PlacementRequest)
class PlacementRequestAdmin(QuickButtons, DeskAdmin):
    """Proposals come from a story's own page; here a channel's editor accepts or refuses them."""

    list_display = ["story", "region", "decide", "headline", "proposed_by", "state", "pinned_until"]
    list_display_links = None
    list_editable = ["headline"]
    list_filter = [StateFilter.starting_at(State.PROPOSED), RegionFilter]
    list_select_related = ["article__home", "region", "proposed_by"]
    ordering = ["-id"]
    fields = [
        *("article", "region", "state", "proposed_by", "decided_by"),
        *("headline", "pinned_until", "published_at"),
    ]
    readonly_fields = ["article", "region", "state", "proposed_by", "decided_by"]
    actions = ["accept", "refuse"]
    change_form_template = "admin/news/placementrequest/change_form.html"
    has_add_permission = has_delete_permission = lambda self, request, obj=None: False

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body", "article__summary")

    @admin.display(description=_("article"))
    def story(self, row):
        return format_html(
            '<a href="{}/change/">{}</a> <small>{} · {}</small>',
            row.pk, row.article.headline, row.article.home.name, row.article.get_state_display(),
        )  # fmt: skip

    def buttons(self, row):
        both = {State.ACCEPTED: ("accept", _("Accept")), State.REFUSED: ("refuse", _("Refuse"))}
        return [label for state, label in both.items() if state != row.state]

    @admin.action(description=_("Accept"), permissions=["change"])
    def accept(self, request, queryset):
        self._decide(request, queryset, True)

    @admin.action(description=_("Refuse"), permissions=["change"])
    def refuse(self, request, queryset):
        self._decide(request, queryset, False)

    def save_model(self, request, obj, form, change):
        """The words and times of a placement; what readers see follows at once."""
        super().save_model(request, obj, form, change)
        if obj.state == State.ACCEPTED:
            workflow.refresh(obj.article)

    def response_change(self, request, obj):
        for name, accepted in (("_accept", True), ("_refuse", False)):
            if name in request.POST:
                self._decide(request, [obj], accepted)
                return HttpResponseRedirect("../../")
        return super().response_change(request, obj)

    def _decide(self, request, rows, accepted):
        @transaction.atomic
        def step(row):
            placements.decide(row, accepted=accepted, by=request.user)
            workflow.refresh(row.article)

        done = self.each(request, rows, step, (workflow.WorkflowError, PermissionDenied))
        if accepted:
            said = ngettext("%d story placed.", "%d stories placed.", done)
        else:
            said = ngettext("%d story refused.", "%d stories refused.", done)
        self.message_user(request, said % done)
