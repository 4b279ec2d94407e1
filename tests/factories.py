"""Makes what tests need, by the same verbs as the newsroom."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from counties import navigation
from counties.models import Level, Membership, Region, User
from news import comments, workflow
from news.models import Article, Comment, Section, Source

_number = count(1)
SECTIONS = {"news": "要闻", "photos": "图文看点", "folks": "乡里乡亲"}


def make_region(path: str = "", **fields) -> Region:
    """The region at a path such as "sichuan/liangshan/ganluo", with all above it that are missing."""
    if found := Region.objects.filter(path=path).first():
        return found
    levels = [Level.NETWORK, Level.PROVINCE, Level.PREFECTURE, Level.COUNTY]
    depth = path.count("/") + 1 if path else 0
    above, _, slug = path.rpartition("/")
    fields.setdefault("name", slug or "乡音")
    region = Region.objects.create(
        code=fields.pop("code", f"{next(_number):06d}"),
        level=levels[depth],
        parent=make_region(above) if path else None,
        path=path,
        slug=slug,
        short_name=fields.pop("short_name", fields["name"]),
        label=fields.pop("label", fields["name"] if path else "地方网"),
        **fields,
    )
    navigation.forget()
    return region


def make_section(slug: str = "news") -> Section:
    section, _new = Section.objects.get_or_create(slug=slug, defaults={"name": SECTIONS.get(slug, slug)})
    return section


def make_article(
    *,
    home: Region | str = "sichuan/liangshan/ganluo",
    section: str = "news",
    live: bool = True,
    at=None,
    hours_ago: float = 1,
    tags=None,
    figures=None,
    places=(),
    source: str = "",
    **fields,
) -> Article:
    """A story, published `hours_ago` unless `live` is false."""
    fields.setdefault("headline", f"第{next(_number)}条新闻")
    fields.setdefault("body", "<p>第一段文字。</p><p>第二段文字。</p>")
    article = Article(
        home=make_region(home) if isinstance(home, str) else home,
        section=make_section(section),
        source=Source.objects.get_or_create(name=source)[0] if source else None,
        **fields,
    )
    places = [make_region(path).pk for path in places]
    workflow.write(article, tags=tags, figures=figures, places=places)
    if live:
        workflow.publish(article, at=at or timezone.now() - timedelta(hours=hours_ago))
    return article


def make_comment(
    article: Article, *, state: str = "approved", text: str = "说得好", name: str = "读者", **fields
):
    comment = Comment.objects.create(article=article, state=state, text=text, name=name, **fields)
    comments.recount([article.pk])
    return comment


def make_staff(role: str | None = None, path: str = "", **fields) -> User:
    """A member of staff with one membership, or a superuser without a role."""
    user = User(username=f"staff{next(_number)}", is_staff=True, is_superuser=role is None, **fields)
    user.set_password("secret")
    user.save()
    if role:
        Membership.objects.create(user=user, role=role, region=make_region(path))
    return user
