class CommentError(Exception):
    """The act is not allowed. The message is for whoever asked for it."""


class Closed(CommentError):
    """The story takes no comments."""


class TooFast(CommentError):
    """The browser has sent several comments within a minute."""


class Duplicate(CommentError):
    """The browser has sent the same comment before."""


class WorkNeeded(CommentError):
    """Comments flood the story: the browser must solve a challenge (news.comments.work) and send again."""


class Refused(CommentError):
    """The comment holds a word of the block list; `word` is what the reader wrote."""

    def __init__(self, message: str, word: str):
        super().__init__(message)
        self.word = word
