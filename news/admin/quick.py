"""One-click decisions in a row of a list: each button is an action of the list on this row alone."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from counties.filters import is_number


class QuickButtons:
    """For a ModelAdmin. Add `decide` to its list_display."""

    def buttons(self, obj) -> list[tuple[str, str]]:
        """(action, label) of what may be done to the row."""
        return []

    @admin.display(description=_("Decide"))
    def decide(self, obj):
        buttons = format_html_join(
            "",
            '<button class="quick quick--{}" name="quick" value="{}:{}">{}</button>',
            ((action, action, obj.pk, label) for action, label in self.buttons(obj)),
        )
        return format_html('<span class="quick-row">{}</span>', buttons)

    def changelist_view(self, request, extra_context=None):
        action, _colon, pk = request.POST.get("quick", "").partition(":")
        if action in self.get_actions(request) and is_number(pk):
            request.POST = request.POST.copy()
            request.POST.setlist(ACTION_CHECKBOX_NAME, [pk])
            request.POST["action"], request.POST["index"] = action, "0"
            request.POST.pop("_save", None)
        return super().changelist_view(request, extra_context)
