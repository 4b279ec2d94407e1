"""What happens to a comment. No other package writes a comment's state."""

from .counting import recount
from .deciding import (
    MOVES,
    approve,
    approve_group,
    decide_all,
    hide,
    reject,
    reject_group,
    undo,
    undo_batch,
)
from .desk import Backlog, backlog, group_size, lease, log, queue, release, spread
from .errors import Closed, CommentError, Duplicate, Refused, TooFast, WorkNeeded
from .filter import add_word, check_word, words_changed
from .learning import explain
from .posting import closed, post
from .reacting import like, report
from .reading import History, approved, decided, history_of, replies, replies_after, waiting

__all__ = [
    "MOVES",
    "Backlog",
    "Closed",
    "CommentError",
    "Duplicate",
    "History",
    "Refused",
    "TooFast",
    "WorkNeeded",
    "add_word",
    "approve",
    "approve_group",
    "approved",
    "backlog",
    "check_word",
    "closed",
    "decide_all",
    "decided",
    "explain",
    "group_size",
    "hide",
    "history_of",
    "lease",
    "like",
    "log",
    "post",
    "queue",
    "recount",
    "reject",
    "reject_group",
    "release",
    "replies",
    "replies_after",
    "report",
    "spread",
    "undo",
    "undo_batch",
    "waiting",
    "words_changed",
]
