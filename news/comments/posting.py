"""Taking a reader's comment. Nobody but its author sees it until a moderator has approved it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from counties.models import User
from counties.navigation import regions

from .. import search
from ..models import Article, Comment, CommentState
from ..models.comment import filed
from . import addresses, learning, likeness
from . import filter as word_filter
from . import work as proof
from .errors import Closed, CommentError, Duplicate, Refused, TooFast, WorkNeeded
from .plain import plain

A_MINUTE = 5  # comments of one account or browser; more are refused
TEN_MINUTES = 20  # comments of one address; more are highlighted, as many readers may share an address
LOOK_BACK = 20  # of an author's own comments, for repeats and speed


def post(
    article: Article,
    *,
    name: str,
    text: str,
    author: str = "",
    parent: Comment | None = None,
    address: str = "",
    reader: User | None = None,
    work: str | None = None,
    at: datetime | None = None,
) -> Comment:
    """Keep a reader's comment. It waits; what looks wrong in it is marked for the moderator.

    `work` is the solution that the browser sent, "" for none; with None no proof of work is asked for.

    Refused (CommentError) where comments are closed, from who repeats themselves or hurries, and with a word
    of the block list. Costs four or five queries by index, whatever the number of comments.
    """
    at = at or timezone.now()
    if closed(article):
        raise Closed(_("Comments on this story are closed."))
    _check_author(article, text, author, reader, at)
    if work is not None:
        _check_work(article, work)
    home = regions().by_id[article.home_id]
    comment = Comment(
        article=article, name=name, text=text, author=author, reader=reader, created_at=at, queued_at=at,
        address_hash=addresses.hashed(address, at), address_sealed=addresses.sealed(address),
        reasons=_marks(name, text, home), score=learning.score(text), **filed(home),
    )  # fmt: skip
    comment.parent, comment.reply_to = _below(article, parent)
    comment.reasons += _speed(comment)
    with transaction.atomic():
        comment.group, is_repeat = likeness.group_of(plain(text))
        comment.reasons += [_of_all("alike")] if is_repeat else []
        comment.save(force_insert=True)
        search.keep_comments([comment], new=True)
    return comment


def closed(article: Article) -> bool:
    """Whether a story takes no comments: itself, by its age, or because a region over it takes none."""
    days = settings.COMMENTS_CLOSE_AFTER_DAYS
    published = article.published_at
    too_old = days and published and published < timezone.now() - timedelta(days=days)
    home = regions().by_id[article.home_id]
    return bool(not article.comments_open or too_old or not all(node.comments_open for node in home.covering))


def _check_author(article, text, author, reader, at):
    """One query answers both whether an account, or a browser, repeats itself and whether it hurries."""
    if reader:
        mine = Comment.objects.filter(reader=reader)
    elif author:
        mine = Comment.objects.filter(author=author).exclude(author="")
    else:
        return
    recent = list(mine.order_by("-created_at").values_list("article", "text", "created_at")[:LOOK_BACK])
    if any(said == text and where == article.pk for where, said, _when in recent):
        raise Duplicate(_("You have already sent this comment."))
    in_a_minute = [when for _where, _said, when in recent if when > at - timedelta(minutes=1)]
    if settings.RATE_LIMITS and len(in_a_minute) >= A_MINUTE:
        raise TooFast(_("You are sending comments very quickly. Wait a minute and try again."))


def _check_work(article, solution):
    if proof.is_asked(article.pk) and not proof.is_solved(solution):
        raise WorkNeeded(_("Very many comments arrive here at once. Please send yours again in a minute."))
    proof.count(article.pk)


def _marks(name, text, home):
    """What the filter finds in a comment; Refused for a word of the block list."""
    found = [*word_filter.reasons(text, home), *word_filter.reasons(name, home, field="name")]
    for reason in found:
        if reason["kind"] == "block":
            message = _("Comments here may not contain “%(word)s”. Please put it differently.")
            raise Refused(message % {"word": reason["text"]}, reason["text"])
    return found


def _below(article, parent):
    """(the comment that a reply stands below, the nickname that it answers)."""
    if parent is None:
        return None, ""
    if parent.article_id != article.pk or parent.state != CommentState.APPROVED:
        raise CommentError(_("The comment that you answer is no longer there."))
    return (parent.parent, parent.name) if parent.parent_id else (parent, "")


def _speed(comment):
    if not comment.address_hash:
        return []
    since = comment.created_at - timedelta(minutes=10)
    rows = Comment.objects.filter(address_hash=comment.address_hash, created_at__gt=since)
    rows = rows.exclude(address_hash="")  # or SQLite does not see that the index of addresses serves
    many = len(rows.values_list("pk")[:TEN_MINUTES]) >= TEN_MINUTES
    return [_of_all("speed")] if many else []


def _of_all(kind):
    """A reason that no part of the text shows."""
    return {"kind": kind, "start": 0, "end": 0, "text": ""}
