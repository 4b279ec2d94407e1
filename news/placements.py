"""Which channels show a story. No other module writes Placement rows or the times of Tagging rows."""

from counties.navigation import regions

from .models import Article, Placement, PlacementRequest, Tagging


def where(article: Article) -> set[int]:
    """Ids of the regions whose channels show the story: home, accepted further ones, and all above them."""
    accepted = article.placement_requests.filter(state=PlacementRequest.State.ACCEPTED)
    chosen = {article.home_id, *accepted.values_list("region_id", flat=True)}
    by_id = regions().by_id
    return {above.id for pk in chosen for above in by_id[pk].covering}


def place(article: Article, region_id: int, *, by=None) -> None:
    """Place the story in a further channel. Takes effect with `write`."""
    PlacementRequest.objects.update_or_create(
        article=article,
        region_id=region_id,
        defaults={"state": PlacementRequest.State.ACCEPTED, "decided_by": by},
    )


def write(article: Article) -> set[int]:
    """Make a published story's rows what they should be, as differences; returns the region ids touched."""
    wanted = where(article)
    row = {
        "section_id": article.section_id,
        "published_at": article.published_at,
        "expires_at": article.expires_at,
    }
    present = article.placements.values_list("region_id", *row)
    same = {region for region, *values in present if values == list(row.values())}
    found = {region for region, *_ in present}
    article.placements.exclude(region__in=wanted).delete()
    article.placements.filter(region__in=(found & wanted) - same).update(**row)
    Placement.objects.bulk_create(
        Placement(article=article, region_id=region, **row) for region in sorted(wanted - found)
    )
    _time_tags(article, article.published_at, article.expires_at)
    return wanted | found


def remove(article: Article) -> set[int]:
    """Take the story out of every channel and tag; returns the region ids touched."""
    found = set(article.placements.values_list("region_id", flat=True))
    article.placements.all().delete()
    _time_tags(article, None, None)
    return found


def _time_tags(article, published_at, expires_at):
    Tagging.objects.filter(article=article).update(published_at=published_at, expires_at=expires_at)
