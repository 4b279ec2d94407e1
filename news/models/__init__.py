"""The newsroom's data. State changes only through news.workflow and news.comments."""

from .article import Article, Relation, State, Tag, Tagging
from .comment import Comment, CommentState
from .correction import Correction
from .photo import Figure, Photo
from .placement import Pick, Placement, PlacementRequest
from .reading import Reading
from .review import Revision
from .source import Section, Source

__all__ = [
    "Article",
    "Comment",
    "CommentState",
    "Correction",
    "Figure",
    "Photo",
    "Pick",
    "Placement",
    "PlacementRequest",
    "Reading",
    "Relation",
    "Revision",
    "Section",
    "Source",
    "State",
    "Tag",
    "Tagging",
]
