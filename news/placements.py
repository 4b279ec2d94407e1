"""Which channels show a story. No other module writes Placement rows, or the times of Tagging rows."""

from typing import Any

from counties import rights
from counties.models import User
from counties.navigation import regions

from .models import Article, Placement, PlacementRequest, Tagging

State = PlacementRequest.State


def place(article: Article, region_id: int, *, by: User | None = None) -> PlacementRequest:
    """Place the story in a further channel, or propose it to those who may. Takes effect with `write`.

    Whoever has rights over the region places there at once; so does an import, which is nobody. A region's
    editor's refusal stands.
    """
    allowed = by is None or rights.may(by, "publish", region_id)
    request, made = PlacementRequest.objects.get_or_create(
        article=article,
        region_id=region_id,
        defaults={"state": State.ACCEPTED if allowed else State.PROPOSED, "proposed_by": by},
    )
    if made and allowed:
        request.decided_by = by
        request.save(update_fields=["decided_by"])
    elif allowed and by is not None and request.state != State.ACCEPTED:
        decide(request, accepted=True, by=by)
    return request


def decide(request: PlacementRequest, *, accepted: bool, by: User) -> None:
    """Accept or refuse a story for a channel. Takes effect with `workflow.refresh`.

    Raises PermissionDenied for whoever may not publish in that region.
    """
    rights.require(by, "publish", request.region_id)
    request.state = State.ACCEPTED if accepted else State.REFUSED
    request.decided_by = by
    request.save(update_fields=["state", "decided_by", "headline", "pinned_until", "published_at"])


def where(article: Article) -> dict[int, dict[str, Any]]:
    """{region id: what its row says}: home, accepted further regions with their own words, all above them."""
    by_id = regions().by_id
    row = {
        "section_id": article.section_id,
        "published_at": article.published_at,
        "expires_at": article.expires_at,
        "headline": "",
        "pinned_until": None,
    }
    accepted = [request for request in article.placement_requests.all() if request.state == State.ACCEPTED]
    found = {above.id: row for above in by_id[article.home_id].covering}
    own = {}
    for request in accepted:
        for above in by_id[request.region_id].covering:
            found.setdefault(above.id, row)
        own[request.region_id] = row | {
            "headline": request.headline,
            "pinned_until": request.pinned_until,
            # It orders the story here only, and never precedes the story's own time.
            "published_at": max(request.published_at or article.published_at, article.published_at),
        }
    return found | own


def write(article: Article) -> set[int]:
    """Make a published story's rows what they should be, as differences; returns the region ids touched."""
    wanted = where(article)
    fields = list(next(iter(wanted.values())))
    present = {region: values for region, *values in article.placements.values_list("region_id", *fields)}
    article.placements.exclude(region__in=wanted).delete()
    changed: dict[tuple, list[int]] = {}
    for region, row in wanted.items():
        if region in present and present[region] != list(row.values()):
            changed.setdefault(tuple(row.items()), []).append(region)
    for row, where_ in changed.items():
        article.placements.filter(region__in=where_).update(**dict(row))
    Placement.objects.bulk_create(
        Placement(article=article, region_id=region, **wanted[region])
        for region in sorted(wanted.keys() - present)
    )
    _time_tags(article, article.published_at, article.expires_at)
    return {*wanted, *present}


def remove(article: Article) -> set[int]:
    """Take the story out of every channel and tag; returns the region ids touched."""
    found = set(article.placements.values_list("region_id", flat=True))
    article.placements.all().delete()
    _time_tags(article, None, None)
    return found


def _time_tags(article, published_at, expires_at):
    Tagging.objects.filter(article=article).update(published_at=published_at, expires_at=expires_at)
