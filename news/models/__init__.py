"""The newsroom's data. State changes only through news.workflow and news.comments."""

from .article import Article, Relation, State, Tag, Tagging
from .comment import (
    Comment,
    CommentAct,
    CommentDecision,
    CommentLease,
    CommentLike,
    CommentModel,
    CommentPrint,
    CommentReport,
    CommentState,
    FilterWord,
)
from .correction import Correction
from .desk import Autosave, Redirect, WatchWord
from .photo import Figure, Photo
from .placement import Pick, Placement, PlacementRequest
from .reading import Reading
from .review import Act, Review, Revision
from .source import Section, Source

__all__ = [
    "Act",
    "Article",
    "Autosave",
    "Comment",
    "CommentAct",
    "CommentDecision",
    "CommentLease",
    "CommentLike",
    "CommentModel",
    "CommentPrint",
    "CommentReport",
    "CommentState",
    "Correction",
    "Figure",
    "FilterWord",
    "Photo",
    "Pick",
    "Placement",
    "PlacementRequest",
    "Reading",
    "Redirect",
    "Relation",
    "Review",
    "Revision",
    "Section",
    "Source",
    "State",
    "Tag",
    "Tagging",
    "WatchWord",
]
