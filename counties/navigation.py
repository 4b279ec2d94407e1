"""The tree of regions in memory: addresses, breadcrumb and navigation without a query.

3,214 regions take about 4 MB. They are read once, and again when "regions" is announced as changed.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.core.exceptions import ImproperlyConfigured

from . import changes
from .models import Level, Region

CHANGED = "regions"  # the surrogate key of the tree


@dataclass(slots=True, eq=False)
class Node:
    """A region as navigation needs it. Follow `parent` and `children` freely: they cost nothing."""

    id: int
    code: str
    level: str
    path: str
    name: str
    short_name: str
    label: str
    pinyin: str
    aliases: tuple[str, ...]
    slogan: str
    is_open: bool
    comments_open: bool
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"/{self.path}/" if self.path else "/"

    @property
    def covering(self) -> list["Node"]:
        """This region and all above it, the network first."""
        above = self.parent.covering if self.parent else []
        return [*above, self]

    @property
    def siblings(self) -> list["Node"]:
        """The open channels of the same parent, this one included, in the order of the navigation."""
        beside = self.parent.children if self.parent else [self]
        return [node for node in beside if node.is_open or node is self]

    @property
    def wider(self) -> "Node":
        """The parent region, or the nearest open one above it; the network itself at the top."""
        above = self.parent or self
        return above if above.is_open or above.parent is None else above.wider

    @property
    def shown(self) -> "Node":
        """This region; where its channel is closed, the nearest open one above."""
        return self if self.is_open else self.wider

    def __str__(self):
        return self.name


class Tree:
    def __init__(self, nodes):
        self.by_id = {node.id: node for node in nodes}
        self.by_path = {node.path: node for node in nodes}
        self.by_code = {node.code: node for node in nodes}

    @cached_property
    def root(self) -> Node:
        if "" not in self.by_path:
            raise ImproperlyConfigured("There are no regions yet. Run: python manage.py load_regions")
        return self.by_path[""]

    @property
    def provinces(self) -> list[Node]:
        return [node for node in self.root.children if node.level == Level.PROVINCE and node.is_open]


_remembered: tuple[int, Tree] | None = None


def regions() -> Tree:
    """The whole tree. No query unless it changed; a list of 3,214 rows (about 30 ms) if it did."""
    global _remembered
    now = changes.generation(CHANGED)
    if _remembered is None or _remembered[0] != now:
        _remembered = now, _read()
    return _remembered[1]


def forget() -> None:
    """Read the tree again at the next use."""
    global _remembered
    _remembered = None


def _read():
    texts = "code", "level", "path", "name", "short_name", "label", "pinyin", "aliases", "slogan"
    fields = *texts, "is_open", "comments_open"
    rows = Region.objects.order_by("order", "code").values_list("id", "parent_id", *fields)
    nodes, parents = {}, {}
    for pk, parent, *values in rows:
        node = Node(pk, *values)
        node.aliases = tuple(node.aliases.split())
        nodes[pk], parents[pk] = node, parent
    for pk, parent in parents.items():
        if parent is not None:
            nodes[pk].parent = nodes[parent]
            nodes[parent].children.append(nodes[pk])
    return Tree(nodes.values())
