"""How many approved comments a story has: kept on the story, so that a card shows it without counting."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from ..models import Article, Comment, CommentState


def moved(moves: Iterable[tuple[int, str, str]]) -> None:
    """Count comments that went from a state to another: (article id, state before, state after).

    Part of the caller's transaction. Drops no page: a kept card may show the number of a minute ago.
    """
    change = Counter()
    for article_id, before, after in moves:
        change[article_id] += (after == CommentState.APPROVED) - (before == CommentState.APPROVED)
    # In one order, so that two moderators never wait for each other.
    for article_id, by in sorted(change.items()):
        if by:
            number = Greatest(F("comment_count") + by, 0)
            Article.objects.filter(pk=article_id).update(comment_count=number)


@transaction.atomic
def recount(article_ids: list[int]) -> None:
    """Count anew what was written past the verbs. The lock lets decisions made meanwhile count afterwards."""
    stories = Article.objects.filter(pk__in=article_ids)
    list(stories.select_for_update().order_by("pk").values_list("pk"))
    approved = Comment.objects.filter(article=OuterRef("pk"), state=CommentState.APPROVED)
    number = approved.order_by().values("article").annotate(n=Count("pk")).values("n")
    stories.update(comment_count=Coalesce(Subquery(number), 0))
