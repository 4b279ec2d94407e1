"""Does what is derived agree with its source? For an operator who doubts: after a crash, a restored backup, a
repair by hand. In its ordinary life the site writes a thing and what follows from it in one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Prefetch, prefetch_related_objects
from django.utils import timezone

from . import comments, heat, images, placements, search, workflow
from .models import (
    Article,
    Comment,
    CommentState,
    Photo,
    Placement,
    PlacementRequest,
    Reading,
    State,
    Tagging,
)

# Of decayed readings: the hours tell the time to half an hour, and a comment that was hidden leaves its heat.
ROUGH, FEW = 0.1, 2 * heat.COMMENT
ROW = "section_id", "published_at", "expires_at", "headline", "pinned_until"


class Finding(NamedTuple):
    what: str
    of: Article | Photo

    def __str__(self):
        return f"{self.of._meta.verbose_name} {self.of.pk}: {self.what}"


def of_stories(stories: list[Article]) -> Iterator[Finding]:
    """What is wrong about their placements, tags, search entries, comment counts and heat.

    Six queries for all, and two for each that was read in the last weeks.
    """
    accepted = PlacementRequest.objects.filter(state=PlacementRequest.State.ACCEPTED)
    prefetch_related_objects(stories, Prefetch("placement_requests", accepted))
    are = {
        "channels": _rows(Placement, stories, "region_id", *ROW),
        "times of tags": _rows(Tagging, stories, "published_at", "expires_at"),
        "search": {pk: {(at,)} for pk, at in search.positions([story.pk for story in stories]).items()},
        "comment count": _said(stories),
    }
    for story in stories:
        for what, should in _should(story, are["times of tags"]).items():
            if are[what].get(story.pk, set()) != should:
                yield Finding(what, story)
    yield from _of_heat(stories)


def of_photos(photos: Iterable[Photo]) -> Iterator[Finding]:
    """Originals that are gone, which nothing mends, and renditions that are."""
    for photo in photos:
        if not images.has_original(photo):
            yield Finding("original", photo)
        elif photo.progress == Photo.Progress.READY and not images.has_renditions(photo):
            yield Finding("renditions", photo)


def mend(finding: Finding) -> None:
    """Write it anew from its source."""
    if isinstance(finding.of, Photo):
        images.ask_again([finding.of.pk])
        return
    with transaction.atomic():
        story = Article.objects.select_for_update().get(pk=finding.of.pk)
        if finding.what == "heat":
            heat.rebuild(story.pk)
        elif finding.what == "comment count":
            comments.recount([story.pk])
        else:
            workflow.refresh(story)


def _should(story, tagged):
    public = story.state == State.PUBLISHED
    times = (story.published_at, story.expires_at) if public else (None, None)
    rows = placements.where(story) if public else {}
    return {
        "channels": {(region, *(row[name] for name in ROW)) for region, row in rows.items()},
        "times of tags": {times} if story.pk in tagged else set(),
        "search": {(search.position(story.published_at, story.pk),)} if public else set(),
        "comment count": {(story.comment_count,)} if story.comment_count else set(),
    }


def _rows(model, stories, *fields):
    found = defaultdict(set)
    for pk, *values in model.objects.filter(article__in=stories).values_list("article", *fields):
        found[pk].add(tuple(values))
    return found


def _said(stories):
    said = Comment.objects.filter(article__in=stories, state=CommentState.APPROVED).order_by()
    return {pk: {(number,)} for pk, number in said.values_list("article").annotate(Count("pk"))}


def _of_heat(stories):
    """All rows of a story have the same heat, and that of its readings."""
    heats = _rows(Placement, stories, "heat_day", "heat_week")
    since = timezone.now() - heat.KEPT
    read = Reading.objects.filter(article__in=stories, hour__gt=since, count__gt=0).order_by()
    read = set(read.values_list("article", flat=True).distinct())
    for story in stories:
        is_ = heats.get(story.pk, set())
        if len(is_) > 1 or (is_ and story.pk in read and _is_off(story.pk, *is_)):
            yield Finding("heat", story)


def _is_off(pk, is_):
    stored, should = is_[1], heat.of_readings(pk)["heat_week"]
    stored, should = (0 if h is None else heat.counted(h, "heat_week") for h in (stored, should))
    return abs(stored - should) > ROUGH * max(stored, should) + FEW
