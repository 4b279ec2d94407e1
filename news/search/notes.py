"""Finding what the newsroom keeps besides stories: photos by their words, comments by theirs. Newest first.

Words, questions and engines are those of stories; each kind has an index of its own.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from ..models import Comment, Photo
from ..models.comment import LEVELS
from .entry import SHIFT, article_id, position, region_mark
from .query import Ask, parse
from .ranking import engine
from .words import dictionary, pairs

PHOTOS, COMMENTS = "news_search_photo", "news_search_comment"
FOUND = 500  # of the newest with what was asked for


@transaction.atomic(savepoint=False)
def keep_photos(photos: Iterable[Photo]) -> None:
    """Write what they are found by, again where it has changed, in the caller's transaction."""
    photos = list(photos)
    engine().forget(PHOTOS, [_place(photo.uploaded_at, photo) for photo in photos])
    rows = []
    for photo in photos:
        text = "\n".join((photo.caption, photo.credit, photo.place, photo.alt))
        found = [*dictionary().all_words(text), *pairs(text)]
        rows.append(engine().note(_place(photo.uploaded_at, photo), found, []))
    engine().insert(PHOTOS, engine().NOTE, rows)


def forget_photo(photo: Photo) -> None:
    engine().forget(PHOTOS, [_place(photo.uploaded_at, photo)])


@transaction.atomic(savepoint=False)
def keep_comments(comments: Iterable[Comment], *, new: bool = False) -> None:
    """As for photos. Without pairs of characters, which would treble the index of ten million comments."""
    comments = list(comments)
    if not new:
        engine().forget(COMMENTS, [_place(comment.created_at, comment) for comment in comments])
    rows = []
    for comment in comments:
        regions = filter(None, (getattr(comment, f"{level}_id") for level in LEVELS))
        found = dictionary().all_words(f"{comment.name}\n{comment.text}")
        place = _place(comment.created_at, comment)
        rows.append(engine().note(place, found, list(map(region_mark, regions))))
    engine().insert(COMMENTS, engine().NOTE, rows)


def photos_found(q: str) -> list[int]:
    """The ids of the newest photos with all of it in caption, credit, place or alt text."""
    return _found(PHOTOS, q, [], loose=True)


def comments_found(q: str, region_ids: Iterable[int] = ()) -> list[int]:
    """The ids of the newest comments with all of it, in one of the regions if any are named."""
    marks = [region_mark(pk) for pk in region_ids]
    return _found(COMMENTS, q, [marks] if marks else [], loose=False)


def _found(index, q, marks, *, loose):
    now = timezone.now()
    high = position(now) + 2**SHIFT - 1
    ask = Ask(parse(q), marks, -(2**63), high, int(now.timestamp()), loose, index)
    if not ask.terms:
        return []
    with engine().asking():
        return [article_id(at) for at in engine().newest(ask, FOUND)]


def _place(at, row):
    return position(at, row.pk)
