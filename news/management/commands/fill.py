"""A large archive for load tests: generated stories over all counties, newest first."""

import random
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from counties import changes
from counties.models import Level
from counties.navigation import regions
from news import heat
from news.models import (
    Article,
    Comment,
    CommentState,
    Placement,
    Section,
    Source,
    State,
    Tag,
    Tagging,
)

BATCH = 2_000
APART = 4  # minutes between two stories
TAGS = 2_000
SECTIONS = {"news": ("要闻", 8), "photos": ("图文看点", 1), "folks": ("乡里乡亲", 1)}
WORDS = (
    "村里 镇上 今年 去年 农户 果园 公路 学校 医院 合作社 核桃 花椒 苹果 茶叶 水渠 老人 孩子 书记 技术员 收成 "
    "价格 通车 开工 完工 培训 分红 修路 种植 养殖 销售 发展 工作 群众 干部 项目 产业 收入 增加 改善 建设 服务"
).split()


class Command(BaseCommand):
    help = "Fills the database with generated articles (and comments) for load tests. Then: rebuild search."

    def add_arguments(self, parser):
        parser.add_argument("--articles", type=int, required=True)
        parser.add_argument("--comments", type=int, default=0)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, articles, comments, seed, **options):
        counties = [node for node in regions().by_id.values() if node.level == Level.COUNTY]
        if not counties:
            raise CommandError("There are no regions yet. Run: manage.py load_regions")
        maker = Maker(random.Random(seed), counties)  # noqa: S311 made-up stories, no secret
        made = 0
        for numbers in self._track(_batches(articles), "articles"):
            made += maker.stories(numbers)
        for numbers in self._track(_batches(comments), "comments"):
            maker.comments(len(numbers))
        changes.announce({"site", *(f"region:{pk}" for pk in regions().by_id)})
        self.stdout.write(f"{made} articles, {comments} comments. For search: manage.py rebuild search")

    def _track(self, work, what):
        console = Console(file=self.stdout._out)
        return track(work, what, console=console, transient=True, disable=not console.is_terminal)


def _batches(count):
    return [range(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]


class Maker:
    def __init__(self, rng, counties):
        self.rng, self.counties, self.now = rng, counties, timezone.now()
        self.sections = [
            Section.objects.get_or_create(slug=slug, defaults={"name": name})[0]
            for slug, (name, _weight) in SECTIONS.items()
        ]
        self.sources = [
            Source.objects.get_or_create(name=f"{node.short_name}融媒")[0] for node in counties[:50]
        ]
        names = [f"标签{number}" for number in range(TAGS)]
        Tag.objects.bulk_create([Tag(name=name, slug=name) for name in names], ignore_conflicts=True)
        self.tags = list(Tag.objects.filter(name__in=names).values_list("pk", flat=True))
        self.paragraphs = [f"<p>{self.sentence(40)}</p>" for _ in range(2_000)]
        self.last: list[int] = []

    def sentence(self, words):
        return "，".join("".join(self.rng.choices(WORDS, k=5)) for _ in range(words // 5)) + "。"

    @transaction.atomic
    def stories(self, numbers) -> int:
        made = Article.objects.bulk_create([self.story(number) for number in numbers])
        self.last = [article.pk for article in made]
        Placement.objects.bulk_create([row for article in made for row in self.places(article)])
        Tagging.objects.bulk_create([row for article in made for row in self.taggings(article)])
        return len(made)

    def story(self, number):
        rng, at = self.rng, self.now - timedelta(minutes=number * APART, seconds=self.rng.random() * 60)
        weights = [weight for _name, weight in SECTIONS.values()]
        # A few counties write a lot, most write little: as archives are.
        home = self.counties[min(int(rng.paretovariate(0.6)) - 1, len(self.counties) - 1)]
        return Article(
            home_id=home.id,
            section=rng.choices(self.sections, weights)[0],
            headline=f"{home.short_name}{''.join(rng.choices(WORDS, k=4))}之{number}",
            summary=self.sentence(15),
            body="\n".join(rng.choices(self.paragraphs, k=8)),
            source=rng.choice(self.sources),
            state=State.PUBLISHED,
            published_at=at,
            month=f"{timezone.localtime(at):%Y%m}",
            created_at=at,
        )

    def places(self, article):
        """A row for each region above; one story in ten has been read."""
        warm = {}
        if self.rng.random() < 0.1:
            read = [(article.published_at, self.rng.randint(1, 500))]
            warm = {name: heat.sum_of(read, half_life) for name, half_life in heat.HALF_LIVES.items()}
        for node in regions().by_id[article.home_id].covering:
            yield Placement(
                article=article,
                region_id=node.id,
                section_id=article.section_id,
                published_at=article.published_at,
                **warm,
            )

    def taggings(self, article):
        chosen = {self.tags[min(int(self.rng.expovariate(1 / 150)), len(self.tags) - 1)] for _ in range(3)}
        return [Tagging(article=article, tag_id=pk, published_at=article.published_at) for pk in chosen]

    def comments(self, count) -> None:
        stories = self.last or list(Article.objects.values_list("pk", flat=True)[:BATCH])
        Comment.objects.bulk_create(
            Comment(
                article_id=self.rng.choice(stories),
                name=self.rng.choice(WORDS),
                text=self.sentence(10),
                state=self.rng.choices(list(CommentState.values), [1, 7, 1, 1])[0],
            )
            for _ in range(count)
        )
