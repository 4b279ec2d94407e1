"""Secret, expiring links to a story that is not public yet."""

from django.core import signing

from .models import Article

DAYS = 3
_SALT = "preview"


def secret(article: Article) -> str:
    """Opens the story as it stands when the link is opened, for DAYS days."""
    return signing.dumps(article.pk, salt=_SALT).replace(":", "~")


def article_id(secret: str) -> int | None:
    """The story that a secret opens; None for a wrong or expired one."""
    try:
        return signing.loads(secret.replace("~", ":"), salt=_SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
