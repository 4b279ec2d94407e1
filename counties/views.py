"""The county finder, all of it from memory."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import finder
from .models import Level
from .navigation import Node, regions

SHOWN = 60  # results; no more than 38 places share their initials


@require_safe
def region_finder(request: HttpRequest) -> HttpResponse:
    query = _printable(request.GET.get("q", ""))[: finder.LONGEST].strip()
    province = request.GET.get("province", "")
    provinces = regions().provinces
    chosen = next((node for node in provinces if node.path == province), None)
    context = {
        "query": query,
        "longest": finder.LONGEST,
        "groups": _by_province(finder.find(query, limit=SHOWN, open_only=True)),
        "chosen": chosen,
        "families": _families(chosen) if chosen else [],
        "provinces": provinces,
    }
    return render(request, "counties/finder.html", context)


def _printable(text):
    return "".join(char if char.isprintable() else " " for char in text)


def _by_province(hits: list[Node]) -> list[tuple[Node, list[Node]]]:
    """The hits under their provinces; the province of the best hit comes first."""
    groups: dict[Node, list[Node]] = {}
    for hit in hits:
        groups.setdefault(hit.covering[1], []).append(hit)
    return list(groups.items())


def _families(province: Node) -> list[tuple[Node, list[Node]]]:
    """The province with the counties that belong to no prefecture, then each prefecture with its counties."""
    alone = [node for node in _open(province) if node.level == Level.COUNTY]
    prefectures = [node for node in _open(province) if node.level == Level.PREFECTURE]
    return [(province, alone), *((node, _open(node)) for node in prefectures)]


def _open(node):
    return [child for child in node.children if child.is_open]
