"""The command: what it writes, what it leaves alone, and what it says."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from PIL import Image

from counties.models import Region
from news import workflow
from news.models import Article, PlacementRequest, Relation, Revision, State, Tag
from tests.factories import make_article, make_region, make_section, make_staff

SAMPLES = Path(__file__).parent / "samples"
HUIDONG = "sichuan/liangshan/huidong"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def liangshan(db):
    make_region("sichuan", name="四川省", short_name="四川", label="四川")
    make_region("sichuan/liangshan", name="凉山彝族自治州", short_name="凉山", label="凉山州", code="513400")
    make_region(HUIDONG, name="会东县", short_name="会东", label="会东", code="513426")
    make_region("sichuan/liangshan/huili", name="会理市", short_name="会理", label="会理", code="513402")


def run(*arguments, **options) -> str:
    out = StringIO()
    call_command("import_articles", *map(str, arguments), stdout=out, stderr=out, **options)
    return out.getvalue()


def run_and_fail(*arguments, **options) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_articles", *map(str, arguments), stdout=out, stderr=out, **options)
    return f"{out.getvalue()}\n{error.value}"


@pytest.fixture
def archive(tmp_path):
    """Write records into a file: archive({...}, {...})."""

    def write(*records, name="news.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        full = [{"title": "标题", "body": "正文。", **record} for record in records]
        path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in full), "utf-8")
        return path

    return write


def totals(tmp_path, *arguments, **options) -> dict:
    report = tmp_path / "report.json"
    run(*arguments, report=report, **options)
    return json.loads(report.read_text("utf-8"))["totals"]


def test_a_page_is_imported_whole():
    run(SAMPLES / "page.txt", status="published")

    article = Article.objects.published().get()
    assert article.home.path == HUIDONG
    assert (article.kicker, article.headline) == ("会东县", "一座“水上粮仓”的三本账")
    assert article.get_absolute_url() == f"/{HUIDONG}/201809/{article.pk}/"
    assert f"{timezone.localtime(article.published_at):%Y-%m-%d %H:%M}" == "2018-09-03 09:40"
    assert article.source.name == "凉山日报"
    assert article.section.slug == "news"
    assert [figure.caption for figure in article.figures.all()][1] == "村民在田埂上分拣鱼苗。"
    assert article.figures.filter(photo=None).count() == 4
    assert list(article.tags.values_list("name", flat=True)) == ["会东"]
    assert list(article.relations.values_list("kind", flat=True)) == ["recommended", "related", "related"]
    assert Region.objects.get(path=HUIDONG).slogan.startswith("会东新闻，山这边")
    assert article.placements.count() == 4


def test_figures_without_pictures_are_listed():
    assert "page.txt:1: 山脚下的新水渠。" in run(SAMPLES / "page.txt")


@pytest.mark.parametrize("status", ["draft", "published"])
def test_a_second_import_writes_nothing(tmp_path, status):
    assert totals(tmp_path, SAMPLES / "page.txt", status=status) == {"created": 1}
    revisions = Revision.objects.count()

    assert totals(tmp_path, SAMPLES / "page.txt", status=status) == {"unchanged": 1}
    assert (Article.objects.count(), Revision.objects.count()) == (1, revisions)


def test_a_changed_text_in_another_folder_updates(tmp_path, archive):
    run(archive({"id": "1", "tags": ["水"]}), status="published")
    other = archive({"id": "1", "body": "新的正文。", "tags": ["渠"]}, name="elsewhere/other.jsonl")

    assert totals(tmp_path, other, status="published") == {"updated": 1}
    article = Article.objects.get()
    assert article.body == "<p>新的正文。</p>"
    assert [tag.name for tag in article.tags.all()] == ["渠"]
    assert article.state == State.PUBLISHED


def test_drafts_are_published_by_a_second_import(tmp_path, archive):
    path = archive({"id": "1", "date": "2018-10-11"})
    run(path)
    assert not Article.objects.published().exists()

    assert totals(tmp_path, path, status="published") == {"updated": 1}
    assert f"{Article.objects.published().get().published_at:%Y-%m-%d %H}" == "2018-10-11 04"


def test_what_an_editor_changed_is_kept(tmp_path, archive):
    run(archive({"id": "1"}))
    article = Article.objects.get()
    article.headline = "编辑改过的标题"
    workflow.write(article, by=make_staff())

    assert totals(tmp_path, archive({"id": "1", "title": "新标题"}), status="published") == {"kept": 1}
    article.refresh_from_db()
    assert (article.headline, article.state) == ("编辑改过的标题", State.DRAFT)


def test_a_slogan_is_never_replaced():
    Region.objects.filter(path=HUIDONG).update(slogan="我们自己的一句话")

    run(SAMPLES / "page.txt")

    assert Region.objects.get(path=HUIDONG).slogan == "我们自己的一句话"


def test_a_future_date_is_a_scheduled_story(archive):
    tomorrow = timezone.now() + timedelta(days=1)
    run(archive({"date": tomorrow.isoformat()}), status="published")

    assert Article.objects.get().state == State.PUBLISHED
    assert not Article.objects.published().exists()


def test_without_a_date_a_story_is_published_now(archive):
    run(archive({}), status="published")

    assert timezone.now() - Article.objects.published().get().published_at < timedelta(minutes=1)


@pytest.mark.parametrize("region", [HUIDONG, "513426", "会东县", "会东"])
def test_region_of_a_record_and_of_the_command(archive, region):
    run(archive({"id": "1", "region": region}, {"id": "2"}), region="会理")

    assert [article.home.path for article in Article.objects.order_by("id")] == [
        HUIDONG,
        "sichuan/liangshan/huili",
    ]


def test_without_any_region_a_story_belongs_to_the_network_and_stays_where_it_is(tmp_path, archive):
    path = archive({"id": "1"})
    run(path)
    assert Article.objects.get().home.path == ""

    run(path, region=HUIDONG)
    assert Article.objects.get().home.path == HUIDONG
    assert totals(tmp_path, path) == {"unchanged": 1}


def test_further_regions_are_placed_unless_their_editor_refused(archive):
    huili = Region.objects.get(code="513402")
    record = {"id": "1", "region": HUIDONG, "regions": ["会理"]}
    run(archive(record), status="published")
    article = Article.objects.get()
    assert article.placements.filter(region=huili).exists()

    PlacementRequest.objects.update(state="refused")
    run(archive(record | {"body": "新的正文。"}))
    assert not article.placements.filter(region=huili).exists()


def test_section_by_slug_or_name(archive):
    make_section("folks")
    output = run(
        archive(*({"id": name, "section": name} for name in ("folks", "乡里乡亲", "没有")), {"id": "x"})
    )

    assert [a.section.slug for a in Article.objects.order_by("id")] == ["folks", "folks", "news", "news"]
    assert "没有" in output


def test_bad_records_are_named_and_the_rest_goes_on(archive):
    path = archive(
        {"id": "1"},
        {"id": "2", "title": ""},
        {"id": "3", "region": "没有的县"},
        {"id": "4", "title": "长" * 201},
        {"id": "5", "url": "javascript:alert(1)"},
        {"id": "6", "source": "长" * 61},
        {"id": "7"},
    )
    output = run_and_fail(path)

    assert [f"{path}:{line}: " in output for line in range(1, 8)] == [False, *[True] * 5, False]
    assert Article.objects.count() == 2


def test_one_key_with_two_texts_is_a_bad_record(tmp_path, archive):
    path = archive({"id": "1"}, {"id": "1", "title": "另一条"})

    assert f"{path}:2: " in run_and_fail(path)
    assert Article.objects.get().headline == "标题"


def test_unknown_fields_are_counted(archive):
    output = run(archive({"id": "1", "category": "a"}, {"id": "2", "category": "b", "licence": "c"}))

    assert "category 2, licence 1" in output


def test_a_dry_run_writes_nothing(tmp_path, archive):
    path = archive({"id": "1"}, {"id": "2", "region": "没有的县"})
    make_section()
    output = run_and_fail(path, SAMPLES / "page.txt", dry_run=True, status="published")

    assert f"{path}:2: " in output
    assert not Article.objects.exists()
    assert not Tag.objects.exists()
    assert Region.objects.get(path=HUIDONG).slogan == ""


def test_report(tmp_path, archive):
    report = tmp_path / "report.json"
    run(SAMPLES / "page.txt", report=report)

    content = json.loads(report.read_text("utf-8"))
    record = content["records"][0]
    assert content["totals"] == {"created": 1}
    assert record["address"] == Article.objects.get().get_absolute_url()
    assert record["pictures_awaited"][0] == "稻田里的第一网鱼。"
    assert record["unplaced"] == []
    assert record["left_out"]["频道推荐"][0] == "• 一只羊的山路"


def test_photos_come_into_the_library_once(tmp_path, archive):
    Image.new("RGB", (60, 40), "teal").save(tmp_path / "a.jpg")
    (tmp_path / "b.jpg").write_text("no picture")
    photos = [
        {"file": "a.jpg", "caption": "渠边。", "credit": "木呷 摄"},
        {"file": "a.jpg", "caption": "又一次。"},
        {"file": "b.jpg", "caption": "坏图。"},
        {"file": "c.jpg", "caption": "没有图。"},
    ]
    path = archive({"id": "1", "photos": photos})
    output = run(path)

    figures = Article.objects.get().figures.all()
    assert [(figure.caption, figure.photo_id is not None) for figure in figures] == [
        ("渠边。", True),
        ("坏图。", False),
        ("没有图。", False),
    ]
    assert Article.objects.get().lead_photo == figures[0].photo
    assert all(name in output for name in ("a.jpg", "b.jpg", "c.jpg"))
    assert totals(tmp_path, path) == {"unchanged": 1}


def test_a_page_that_names_a_story_of_the_archive_is_linked_to_it():
    named = make_article(home=HUIDONG, headline="会东石榴进了冷库")
    make_article(home="sichuan", headline="会东石榴进了冷库")

    run(SAMPLES / "page.txt")

    assert Relation.objects.get(kind="recommended").target == named


def test_waiting_relations_are_linked_when_their_story_comes(archive):
    run(SAMPLES / "page.txt")
    other_day = {"id": "1", "title": "老君峰下修渠人", "date": "2018-08-21", "region": HUIDONG}
    run(archive(other_day))
    assert not Relation.objects.exclude(target=None).exists()

    run(archive(other_day | {"id": "2", "date": "2018-08-20"}))

    assert Relation.objects.get(headline="老君峰下修渠人").target.import_key == "2"


def test_folders(tmp_path, archive):
    archive({"id": "1"}, name="deep/news.jsonl")
    (tmp_path / "deep" / "page.txt").write_bytes((SAMPLES / "page.txt").read_bytes())
    (tmp_path / "deep" / "notes.md").write_text("no story")
    run(tmp_path)

    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    "options",
    [{"region": "没有的县"}, {"report": Path("/nowhere/report.json")}, {"dry_run": False, "region": "xx/yy"}],
)
def test_wrong_options_change_nothing(archive, options):
    run_and_fail(archive({"id": "1"}), **options)

    assert not Article.objects.exists()


def test_missing_and_undecodable_files(tmp_path):
    assert "nowhere.txt" in run_and_fail(tmp_path / "nowhere.txt")
    (tmp_path / "binary.txt").write_bytes(b"\x89PNG\xff\xff\xff")
    assert "binary.txt:1: " in run_and_fail(tmp_path / "binary.txt")


def test_hostile_html_is_cleaned(archive):
    run(archive({"id": "1", "body": "<p onclick=x()>一<script>alert(1)</script></p><iframe src=x></iframe>"}))

    assert Article.objects.get().body == "<p>一</p>"


def test_an_unchanged_record_costs_few_queries(archive, django_assert_max_num_queries):
    path = archive(*({"id": str(n), "region": HUIDONG, "source": "报"} for n in range(10)))
    run(path)

    with django_assert_max_num_queries(10 * 9 + 10):
        run(path)
