"""Stories that an imported page names beside its own, and which stories of the archive they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from counties import changes
from counties.navigation import regions

from ..models import Article, Relation


@dataclass
class Mention:
    """A story that another page names."""

    kind: str  # of Relation.Kind
    headline: str
    text: str = ""
    at: datetime | None = None


def write(article: Article, mentions: list[Mention]) -> bool:
    """Make the imported relations what the page says; False if they were. Those made by hand have no headline
    of their own and stay."""
    row = "kind", "headline", "text", "published_at"
    imported = article.relations.exclude(headline="")
    wanted = [(mention.kind, mention.headline, mention.text, mention.at) for mention in mentions]
    if wanted == list(imported.values_list(*row)):
        return False
    imported.delete()
    taken = set(article.relations.values_list("kind", "target"))
    for order, values in enumerate(wanted):
        relation = Relation(article=article, order=order, **dict(zip(row, values, strict=True)))
        relation.clean_fields(exclude=["article", "target"])
        target = _target(relation)
        if target and (relation.kind, target.pk) not in taken:
            relation.target = target
            taken.add((relation.kind, target.pk))
        relation.save()
    changes.announce({f"article:{article.pk}"})
    return True


def link_waiting(article: Article) -> None:
    """Point the relations that wait for a story of this headline, region and day at this one."""
    waiting = Relation.objects.filter(target=None, headline=article.headline).exclude(article=article)
    for relation in waiting.select_related("article"):
        again = relation.article.relations.filter(kind=relation.kind, target=article)
        if article.home_id in _near(relation.article) and _same_day(relation, article) and not again.exists():
            relation.target = article
            relation.save(update_fields=["target"])
            changes.announce({f"article:{relation.article_id}"})


def _target(relation):
    """The newest story of that headline here or in the region above, of the same day if one is known."""
    found = Article.objects.filter(headline=relation.headline, home__in=_near(relation.article))
    if relation.published_at:
        start = timezone.localtime(relation.published_at).replace(hour=0, minute=0, second=0, microsecond=0)
        found = found.filter(published_at__gte=start, published_at__lt=start + timedelta(days=1))
    return found.exclude(pk=relation.article_id).newest().first()


def _near(article):
    home = regions().by_id[article.home_id]
    return {home.id, home.wider.id}


def _same_day(relation, article):
    if not relation.published_at:
        return True
    day = timezone.localtime(relation.published_at).date()
    return bool(article.published_at) and timezone.localtime(article.published_at).date() == day
