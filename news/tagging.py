"""The tags of a story, by their names. `workflow` calls this; their times are written by `placements`."""

from collections.abc import Iterable

from django.utils.text import slugify

from . import richtext
from .models import Article, Tag, Tagging


def write(article: Article, names: Iterable[str]) -> None:
    """Give the story these tags and no others; a new name becomes a new tag."""
    wanted = {tag.pk for tag in map(_tag, dict.fromkeys(names)) if tag}
    present = set(article.taggings.values_list("tag_id", flat=True))
    article.taggings.exclude(tag__in=wanted).delete()
    Tagging.objects.bulk_create(Tagging(article=article, tag_id=pk) for pk in sorted(wanted - present))


def _tag(name):
    name = " ".join(richtext.without_control(name).split())[:40]
    if not name:
        return None
    if tag := Tag.objects.filter(name=name).first():
        return tag
    base = slugify(name, allow_unicode=True)[:50] or "tag"
    taken = set(Tag.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(s for s in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if s not in taken)
    return Tag.objects.create(name=name, slug=slug)
