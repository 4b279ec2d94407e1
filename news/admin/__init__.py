"""The newsroom. It shows and changes only what a person's memberships cover, by the workflow's verbs."""

from . import (
    articles,
    comments,
    desk,
    desks,
    frame,
    front,
    notices,
    photos,
    picks,
    placements,
    readers,
    readings,
    tags,
)

__all__ = [
    "articles",
    "comments",
    "desk",
    "desks",
    "frame",
    "front",
    "notices",
    "photos",
    "picks",
    "placements",
    "readers",
    "readings",
    "tags",
]
