"""A large archive for load tests: generated stories over all counties, newest first."""

import random
from datetime import timedelta
from itertools import accumulate
from operator import attrgetter

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.db.models import Model
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
from news.models.comment import filed
from news.search.words import is_word

BATCH = 2_000
APART = 4  # minutes between two stories
TAGS = 2_000
PARAGRAPHS = 8  # of a hundred characters; the first is the story's own, the others are of a pool
POOL = 20_000
LEVEL = 40  # flattens the head of Zipf's law, so that the commonest word is in 80 % of the stories
SECTIONS = {"news": ("要闻", 8), "photos": ("图文看点", 1), "folks": ("乡里乡亲", 1)}
COMMON = (
    "中国 发展 工作 企业 建设 经济 社会 服务 全国 项目 生产 生活 我们 人员 问题 管理 记者 进行 市场 国家 "
    "地区 城市 农村 产业 群众 提高 增长 目前 技术 干部 合作 文化 加强 教育 保护 学校 组织 活动 实现 情况 "
    "通过 农民 孩子 今年 去年 医院 开展 推进 提供 投资 增加 环境 安全 收入 改善 培训 脱贫 攻坚 乡村 振兴 "
    "合作社 核桃 花椒 苹果 茶叶 水渠 公路 老人 书记 种植 养殖 销售 收成 价格 通车 开工 完工 分红 修路 "
    "果园 农户 村里 镇上 天气 春耕 雨水 水库 森林 防火 旅游 景区 非遗"
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
        maker = Maker(random.Random(seed), counties, min(articles, POOL))  # noqa: S311 made-up stories, no secret
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
    def __init__(self, rng, counties, pool):
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
        self.words = vocabulary(rng)
        self.weights = list(accumulate(1 / (rank + LEVEL) for rank in range(len(self.words))))
        self.pool = [self.paragraph() for _ in range(pool)]
        self.last: list[Article] = []

    def paragraph(self) -> str:
        return f"<p>{self.sentence(12)}{self.sentence(20)}{self.sentence(16)}</p>"

    def sentence(self, number: int) -> str:
        chosen = self.choose(number)
        return "，".join("".join(chosen[n : n + 4]) for n in range(0, number, 4)) + "。"

    def choose(self, number: int) -> list[str]:
        return self.rng.choices(self.words, cum_weights=self.weights, k=number)

    @transaction.atomic
    def stories(self, numbers) -> int:
        self.last = made = insert([self.story(number) for number in numbers])
        insert([row for article in made for row in self.places(article)])
        insert([row for article in made for row in self.taggings(article)])
        return len(made)

    def story(self, number):
        rng, at = self.rng, self.now - timedelta(minutes=number * APART, seconds=self.rng.random() * 60)
        weights = [weight for _name, weight in SECTIONS.values()]
        # A few counties write a lot, most write little: as archives are.
        home = self.counties[min(int(rng.paretovariate(0.6)) - 1, len(self.counties) - 1)]
        return Article(
            home_id=home.id,
            section=rng.choices(self.sections, weights)[0],
            headline=f"{home.short_name}{''.join(self.choose(5))}之{number}",
            summary=self.sentence(16),
            body="\n".join([self.paragraph(), *rng.choices(self.pool, k=PARAGRAPHS - 1)]),
            source=rng.choice(self.sources),
            state=State.PUBLISHED.value,
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
        stories = self.last or list(Article.objects.order_by("-pk")[:BATCH])
        Comment.objects.bulk_create(map(self.comment, self.rng.choices(stories, k=count)))

    def comment(self, story):
        return Comment(
            article=story,
            name=self.rng.choice(COMMON),
            text=self.sentence(10),
            state=self.rng.choices(list(CommentState.values), [1, 7, 1, 1])[0],
            **filed(regions().by_id[story.home_id]),
        )


def vocabulary(rng: random.Random) -> list[str]:
    """The common words, then all words of the dictionary that two characters of regions' names make."""
    chars = sorted({char for node in regions().by_id.values() if node.parent for char in node.name})
    others = [first + second for first in chars for second in chars if is_word(first + second)]
    rng.shuffle(others)
    return [*COMMON, *others]


def insert(rows: list[Model]) -> list[Model]:
    """Store new rows of plain values and give them their ids. PostgreSQL reads a stream in half the time."""
    model = type(rows[0])
    if connection.vendor != "postgresql":
        return model.objects.bulk_create(rows)
    fields, table = model._meta.concrete_fields, model._meta.db_table
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = attrgetter(*(field.attname for field in fields))
    with connection.cursor() as cursor:
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(sql, [table, len(rows)])
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(values(row))
    return rows
