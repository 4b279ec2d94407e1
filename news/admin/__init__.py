"""The newsroom. It shows and changes only what a person's memberships cover, by the workflow's verbs."""

from . import articles, comments, desk, desks, front, notices, photos, picks, placements, readings, tags

__all__ = [
    "articles",
    "comments",
    "desk",
    "desks",
    "front",
    "notices",
    "photos",
    "picks",
    "placements",
    "readings",
    "tags",
]
