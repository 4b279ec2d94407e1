import socket
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from counties.navigation import regions
from news import search, workflow
from news.models import Article
from news.search import postgresql, ranking
from news.search.highlight import Marker
from news.search.query import parse
from news.search.words import fold, words
from tests.factories import make_article, make_region, make_section


def found(q, **options):
    return [hit.article_id for hit in search.find(q, **options).hits]


class FindTests(TestCase):
    def test_finds_by_words_of_headline_and_body(self):
        article = make_article(headline="核桃丰收", body="<p>村民在山坡上采摘。</p>")

        for q in ("核桃", "核桃 采摘", "“采摘”", "「采摘」", "山坡 -苹果"):
            with self.subTest(q):
                self.assertEqual(found(q), [article.pk])
        for q in ("苹果", "核桃 苹果", "“采摘核桃”", "「采摘核桃」", "核桃 -采摘", ""):
            with self.subTest(q):
                self.assertEqual(found(q), [])

    def test_finds_across_traditional_full_width_and_case(self):
        article = make_article(headline="台湾代表团访问WHO总部")

        for q in ("臺灣", "who", "ＷＨＯ", "台灣 Who"):
            with self.subTest(q):
                self.assertEqual(found(q), [article.pk])

    def test_finds_characters_that_cut_across_words(self):
        article = make_article(headline="全国债券市场总成交突破万亿")

        self.assertEqual(found("券市场总成"), [article.pk])

    def test_knows_the_names_of_places(self):
        make_region("sichuan/liangshan/ganluo", name="甘洛县", short_name="甘洛", aliases="呷洛县")
        article = make_article(headline="呷洛县旧事", body="<p>甘洛县城。</p>")

        self.assertEqual(words("呷洛县旧事")[0], "呷洛县")
        self.assertEqual(found("呷洛县"), [article.pk])

    def test_finds_only_what_is_published(self):
        now = timezone.now()
        make_article(headline="核桃草稿", live=False)
        make_article(headline="核桃预告", at=now + timedelta(hours=1))
        make_article(headline="核桃过期", expires_at=now - timedelta(minutes=1))
        withdrawn = make_article(headline="核桃撤回")
        workflow.withdraw(withdrawn, by=None, notice="有误")

        results = search.find("核桃")

        self.assertEqual((results.hits, results.total_text), ([], "0"))

    def test_the_index_is_not_the_last_word(self):
        article = make_article(headline="核桃")
        Article.objects.filter(pk=article.pk).update(state="draft")

        self.assertEqual(found("核桃"), [])

    def test_an_edit_replaces_the_old_text(self):
        article = make_article(headline="核桃")
        article.headline = "花椒"

        workflow.write(article)

        self.assertEqual((found("核桃"), found("花椒")), ([], [article.pk]))

    def test_narrows_by_region_section_and_time(self):
        here = make_article(headline="核桃", hours_ago=1)
        old = make_article(headline="核桃", home="sichuan/liangshan/xide", hours_ago=50, section="folks")
        placed = make_article(headline="核桃", home="yunnan", places=["sichuan"], hours_ago=2)
        yesterday = timezone.now() - timedelta(hours=24)
        by_path = regions().by_path
        cases = [
            ({"region": by_path["sichuan/liangshan/ganluo"]}, [here]),
            ({"region": by_path["sichuan/liangshan"]}, [here, old]),
            ({"region": by_path["sichuan"]}, [here, placed, old]),
            ({"region": by_path[""]}, [here, placed, old]),
            ({"section": make_section("folks")}, [old]),
            ({"since": yesterday}, [here, placed]),
            ({"until": yesterday}, [old]),
            ({"since": yesterday, "until": yesterday}, []),
        ]
        for options, wanted in cases:
            with self.subTest(options):
                self.assertEqual(found("核桃", sort="newest", **options), [a.pk for a in wanted])

    def test_title_comes_before_body_and_newer_before_older(self):
        body = make_article(headline="山里的消息", body="<p>核桃丰收。</p>", hours_ago=1)
        old = make_article(headline="核桃丰收", body="<p>消息。</p>", hours_ago=5000)
        new = make_article(headline="核桃丰收", body="<p>消息。</p>", hours_ago=5)

        self.assertEqual(found("核桃"), [new.pk, old.pk, body.pk])
        self.assertEqual(found("核桃", sort="newest"), [body.pk, new.pk, old.pk])

    def test_pages_meet_without_gap_or_repetition(self):
        made = [make_article(headline="核桃", hours_ago=n).pk for n in range(1, 8)]
        for sort in ("newest", "relevance"):
            with self.subTest(sort):
                seen, after = [], None
                for _page in range(4):
                    results = search.find("核桃", sort=sort, after=after, size=2)
                    seen += [hit.article_id for hit in results.hits]
                    after = results.more
                self.assertEqual((seen, after, results.total_text), (made, None, "7"))

    def test_says_so_when_there_are_more_than_it_counts(self):
        for hours in range(1, 6):
            make_article(headline="核桃", hours_ago=hours)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ranking, "COUNTED", 3)
            patch.setattr(ranking, "NEWEST", 2)
            patch.setattr(ranking, "NEWEST_TITLES", 3)
            results = search.find("核桃")

        self.assertEqual((results.total_text, len(results.hits)), ("3+", 3))

    def test_query_count_does_not_grow(self):
        make_article(headline="核桃")
        regions()
        search.find("核桃")
        # PostgreSQL is told to go by its indexes, and its planner is asked before each of three questions.
        expected = 6 if connection.vendor == "sqlite" else 10
        for wanted in (1, 3):
            while Article.objects.count() < wanted:
                make_article(headline="核桃")
            with self.subTest(wanted), self.assertNumQueries(expected):
                search.find("核桃")

    def test_odd_queries_are_harmless(self):
        make_article(headline="核桃", tags=["核桃"])
        odd = [
            *(
                '"',
                "“",
                '""',
                "-",
                "--核桃",
                "AND",
                "核桃 OR",
                "NEAR(核桃",
                "核桃*",
                "{title}: 核桃",
                "' | '核桃",
            ),
            *(
                "\\",
                "核桃\0",
                "😀",
                "\ud800",
                "核桃 " * 5000,
                "(" * 9000,
                "a & !b",
                ":*",
                "%s",
                "𠀀",
                "_r1",
                "\u202e",
            ),
        ]
        for q in odd:
            for sort in ("relevance", "newest"):
                with self.subTest(ascii(q[:20]), sort=sort):
                    search.find(q, sort=sort, after="x")
                    search.find(q, sort=sort, after="-9999999999999999999")
                    search.find(q, sort=sort, after="9999999999999999999.9999")
            search.suggest(q)

    def test_days_beyond_all_calendars_are_harmless(self):
        article = make_article(headline="核桃")
        first, last = (timezone.now().replace(year=year) for year in (1, 9999))

        self.assertEqual(found("核桃", since=first, until=last), [article.pk])


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet=st.characters(), max_size=30))
def test_no_text_is_an_error(q):
    search.find(q)
    search.suggest(q)
    search.photos_found(q)
    search.comments_found(q)
    assert len(fold(q.encode(errors="replace").decode())) == len(q.encode(errors="replace").decode())


class SuggestTests(TestCase):
    def test_suggests_open_places_and_public_tags(self):
        make_region("sichuan/liangshan/ganluo", name="甘洛县", short_name="甘洛")
        make_region("sichuan/liangshan/ganquan", name="甘泉县", short_name="甘泉", is_open=False)
        make_article(tags=["甘洛核桃", "苹果"])
        make_article(tags=["甘洛秘密"], live=False)

        labels = [(found["kind"], found["label"]) for found in search.suggest("甘")]

        self.assertEqual(labels, [("place", "甘洛县"), ("tag", "甘洛核桃")])

    def test_suggests_nothing_for_nothing(self):
        self.assertEqual(search.suggest(" \0"), [])


class HighlightTests(TestCase):
    def test_marks_the_original_text_and_escapes_it(self):
        self.assertEqual(
            Marker(parse("台湾")).marked("<b>臺灣</b> & 台湾"),
            "&lt;b&gt;<mark>臺灣</mark>&lt;/b&gt; &amp; <mark>台湾</mark>",
        )

    def test_marks_whole_latin_words_only(self):
        self.assertEqual(Marker(parse("it")).marked("it with IT"), "<mark>it</mark> with <mark>IT</mark>")

    def test_joins_neighbours_and_skips_refused_words(self):
        self.assertEqual(Marker(parse("核桃 丰收 -苹果")).marked("核桃丰收苹果"), "<mark>核桃丰收</mark>苹果")

    def test_passage_is_where_most_of_it_stands(self):
        text = "核桃。" + "无关的话，" * 60 + "核桃与花椒都丰收。" + "无关的话，" * 60

        shown = Marker(parse("核桃 花椒")).passage(text)

        self.assertIn("<mark>核桃</mark>与<mark>花椒</mark>", shown)
        self.assertEqual((shown[0], shown[-1]), ("…", "…"))
        self.assertLess(len(shown), 120)

    def test_passage_without_a_match_is_the_beginning(self):
        self.assertEqual(Marker(parse("别的")).passage("开头的一句。"), "开头的一句。")


class RebuildTests(TestCase):
    def test_writes_what_is_missing_and_drops_what_is_not_published(self):
        article, gone = make_article(headline="核桃"), make_article(headline="花椒")
        search.remove(article.pk)
        Article.objects.filter(pk=gone.pk).update(state="withdrawn")

        call_command("rebuild", "search", verbosity=0)
        call_command("rebuild", "search", verbosity=0)

        self.assertEqual(found("核桃"), [article.pk])
        with connection.cursor() as cursor:
            cursor.execute("SELECT article_id FROM news_search")
            self.assertEqual(cursor.fetchall(), [(article.pk,)])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no list of what waits for an index")
@pytest.mark.django_db(transaction=True)
def test_nothing_waits_for_an_index_after_a_rebuild():
    """Else an editor's next save would put it in."""
    make_article(headline="核桃")
    call_command("rebuild", "search", verbosity=0)
    with connection.cursor() as cursor:
        for index in postgresql.INDEXES:
            cursor.execute("SELECT gin_clean_pending_list(%s)", [index])
            assert cursor.fetchone() == (0,)
        cursor.execute("SHOW gin_pending_list_limit")
        assert cursor.fetchone() == ("4MB",)


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_undone():
    call_command("migrate", "news", "0001", verbosity=0)
    assert "news_search" not in connection.introspection.table_names()
    call_command("migrate", "news", verbosity=0)
    assert found("核桃") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no windows")
@pytest.mark.django_db
def test_words_are_looked_for_in_the_last_months_first():
    made = [make_article(headline="核桃", hours_ago=24 * 100 * n).pk for n in range(1, 20)]
    assert found("核桃", sort="newest", size=19) == made


@pytest.mark.django_db
def test_a_story_read_without_its_text_can_be_indexed():
    article = make_article(headline="核桃丰收")
    search.index(Article.objects.defer("body", "summary").get(pk=article.pk))
    assert [hit.article_id for hit in search.find("核桃").hits] == [article.pk]


def test_a_copy_waits_as_long_as_the_server_takes(monkeypatch):
    """PostgreSQL reads nothing while it tidies an index up; after five seconds the line used to be cut."""
    option = socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as line,
    ):
        line.setsockopt(*option, 5000)
        monkeypatch.setattr(postgresql, "connection", SimpleNamespace(connection=line))
        with postgresql._patient():
            assert line.getsockopt(*option) == 0
        assert line.getsockopt(*option) == 5000
