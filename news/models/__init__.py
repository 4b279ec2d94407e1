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
from .frame import BreakingNews, Mourning
from .photo import Figure, Photo
from .placement import Pick, Placement, PlacementRequest
from .reader import Reader, ReaderBrowser
from .reading import ChannelReading, Origin, Reading
from .review import Act, Review, Revision
from .source import Section, Source

__all__ = [
    "Act",
    "Article",
    "Autosave",
    "BreakingNews",
    "ChannelReading",
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
    "Mourning",
    "Origin",
    "Photo",
    "Pick",
    "Placement",
    "PlacementRequest",
    "Reader",
    "ReaderBrowser",
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
