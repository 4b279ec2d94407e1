"""Narrowing a list of the admin to a region, level by level, within what a person may see there."""

from collections.abc import Iterator

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import rights
from .navigation import Node, regions


def is_number(value: object) -> bool:
    """Whether it can be asked for as a row's number: an address or a form may bring anything."""
    return str(value).isdecimal() and len(str(value)) < 19


def subtree(node: Node) -> set[int]:
    """Ids of the region and all below it."""
    found, waiting = set(), [node]
    while waiting:
        node = waiting.pop()
        found.add(node.id)
        waiting += node.children
    return found


class RegionFilter(admin.SimpleListFilter):
    """A path down the tree of regions: what stands above the chosen one, itself, and those below it.

    Offers only what the person's memberships cover for the list's `act`; costs no query. The list's
    ModelAdmin says where its rows have their region, by `region_lookup`.
    """

    title = _("region")
    parameter_name = "region"
    template = "admin/region_filter.html"

    def lookups(self, request, model_admin):
        self.lookup = model_admin.region_lookup
        self.tops = rights.covered(request.user, model_admin.act)
        node = regions().by_id.get(int(self.value())) if is_number(self.value()) else None
        self.chosen = node if node and any(top in node.covering for top in self.tops) else None
        return [(top.id, top.name) for top in self.tops]

    def has_output(self):
        return len(self.tops) > 1 or any(top.children for top in self.tops)

    def queryset(self, request, queryset):
        if self.chosen is None or self.chosen.parent is None:
            return queryset
        return queryset.filter(**{f"{self.lookup}__in": subtree(self.chosen)})

    def choices(self, changelist) -> Iterator[dict]:
        yield self._choice(changelist, None)
        for depth, node in enumerate(self._above()):
            yield self._choice(changelist, node, depth)
        for node in self._below():
            yield self._choice(changelist, node, len(self._above()))

    def _above(self):
        if self.chosen is None:
            return []
        return [node for node in self.chosen.covering if any(top in node.covering for top in self.tops)]

    def _below(self):
        if self.chosen:
            return self.chosen.children
        return self.tops if len(self.tops) > 1 else [child for top in self.tops for child in top.children]

    def _choice(self, changelist, node, depth=0):
        changed = {self.parameter_name: node.id} if node else {}
        return {
            "selected": node is self.chosen,
            "query_string": changelist.get_query_string(changed, [] if node else [self.parameter_name]),
            "display": node.short_name if node else _("All"),
            "depth": min(depth, 3),
        }
