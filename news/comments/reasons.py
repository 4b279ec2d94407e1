"""Why a comment is not printed. A choice is kept as its key: its author reads it in their language."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "abuse": _("insult or hatred"),
    "spam": _("advertising or spam"),
    "false": _("rumour or falsehood"),
    "privacy": _("private details"),
    "offtopic": _("not about the story"),
    "law": _("against the law"),
}


def in_words(reason: str) -> str:
    """The reason for its reader; what a moderator wrote in their own words stays as it is."""
    return str(REASONS.get(reason, reason))
