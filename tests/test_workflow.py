from datetime import timedelta

import pytest
from django.utils import timezone

from counties import changes
from news import workflow
from news.models import Article, Correction, Figure, Placement, State
from tests.factories import make_article, make_region, make_section

pytestmark = pytest.mark.django_db


def regions_of(article):
    return set(article.placements.values_list("region__path", flat=True))


def test_a_new_story_is_a_draft_that_nobody_sees():
    article = make_article(live=False)
    assert article.state == State.DRAFT
    assert not Article.objects.published().exists()
    assert not Placement.objects.exists()


def test_publishing_places_the_story_in_its_region_and_all_above():
    article = make_article(home="sichuan/liangshan/ganluo")
    assert regions_of(article) == {"", "sichuan", "sichuan/liangshan", "sichuan/liangshan/ganluo"}


def test_a_further_channel_brings_all_above_it_too():
    article = make_article(home="sichuan/liangshan/ganluo", places=["guizhou/bijie"])
    assert regions_of(article) >= {"guizhou", "guizhou/bijie", "sichuan/liangshan/ganluo", ""}


def test_the_month_of_the_first_publication_stays_in_the_address():
    first = timezone.now() - timedelta(days=100)
    article = make_article(at=first)
    month = f"{timezone.localtime(first):%Y%m}"
    assert article.get_absolute_url() == f"/sichuan/liangshan/ganluo/{month}/{article.pk}/"
    workflow.withdraw(article, by=None, notice="误发")
    workflow.publish(article)
    assert article.month == month


def test_a_due_story_appears_by_itself():
    article = make_article(at=timezone.now() + timedelta(hours=1))
    assert not Article.objects.published().exists()
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() - timedelta(seconds=1))
    assert Article.objects.published().get() == article


def test_an_expired_story_disappears_by_itself():
    make_article(hours_ago=2, expires_at=timezone.now() - timedelta(hours=1))
    assert not Article.objects.published().exists()
    assert not Placement.objects.live().exists()


@pytest.mark.parametrize(("end", "dropped"), [(None, 0), (timedelta(seconds=5), 1)])
def test_a_new_end_drops_every_page(end, dropped, django_capture_on_commit_callbacks):
    """Any may show the story beside its own, and is kept for longer than that."""
    article = make_article()
    before = changes.generation(changes.GONE)
    article.expires_at = end and timezone.now() + end
    with django_capture_on_commit_callbacks(execute=True):
        workflow.write(article)
    assert changes.generation(changes.GONE) == before + dropped


def test_it_cannot_expire_before_it_is_published():
    article = make_article(live=False, expires_at=timezone.now())
    with pytest.raises(workflow.WorkflowError):
        workflow.publish(article, at=timezone.now() + timedelta(hours=1))
    article.refresh_from_db()
    assert article.state == State.DRAFT


def test_withdrawing_removes_it_everywhere_and_leaves_a_notice():
    article = make_article(tags=["苹果"])
    workflow.withdraw(article, by=None, notice="内容有误，正在核实。")
    assert not Placement.objects.exists()
    assert article.taggings.get().published_at is None
    assert article.corrections.get().kind == Correction.Kind.WITHDRAWAL
    assert not Article.objects.published().exists()


@pytest.mark.parametrize("step", [workflow.submit, workflow.return_to_draft])
def test_a_published_story_cannot_take_other_steps(step):
    article = make_article()
    with pytest.raises(workflow.WorkflowError):
        step(article, by=None)


def test_of_two_people_who_read_the_same_version_the_second_is_told():
    article = make_article(live=False)
    first, second = Article.objects.get(pk=article.pk), Article.objects.get(pk=article.pk)
    first.headline, second.headline = "先存的", "后存的"
    workflow.write(first)
    with pytest.raises(workflow.Conflict):
        workflow.write(second)
    article.refresh_from_db()
    assert article.headline == "先存的"


def test_writing_never_moves_the_state():
    article = make_article(live=False)
    stale = Article.objects.get(pk=article.pk)
    stale.state = State.PUBLISHED
    workflow.write(stale)
    article.refresh_from_db()
    assert article.state == State.DRAFT


def test_the_text_is_stored_clean():
    article = make_article(headline=" 标\x08题 ", body="<p onclick=x>一</p><script>x</script>")
    assert (article.headline, article.body) == ("标题", "<p>一</p>")


def test_a_story_needs_a_headline():
    with pytest.raises(workflow.WorkflowError):
        make_article(headline=" \x08 ")


def test_every_act_leaves_a_revision():
    article = make_article()
    article.headline = "新标题"
    workflow.write(article)
    acts = list(article.revisions.order_by("id").values_list("act", "version", "content__headline"))
    assert [(act, version) for act, version, _headline in acts] == [
        ("write", 1),
        ("published", 2),
        ("write", 3),
    ]
    assert acts[-1][2] == "新标题"


def test_changing_the_home_moves_the_placements_as_differences():
    article = make_article(home="sichuan/liangshan/ganluo")
    kept = article.placements.get(region__path="sichuan").pk
    article.home = make_region("sichuan/dazhou")
    workflow.write(article)
    assert regions_of(article) == {"", "sichuan", "sichuan/dazhou"}
    assert article.placements.get(region__path="sichuan").pk == kept


def test_changing_the_section_changes_it_in_every_listing():
    article = make_article()
    article.section = make_section("folks")
    workflow.write(article)
    assert set(article.placements.values_list("section__slug", flat=True)) == {"folks"}


def test_tags_are_made_once_and_with_distinct_slugs():
    article = make_article(tags=["C", "C++", "苹果", "苹果", "  "])
    again = make_article(tags=["苹果"])
    assert sorted(article.tags.values_list("slug", flat=True)) == ["c", "c-2", "苹果"]
    assert again.tags.get() in article.tags.all()


def test_a_correction_is_public_and_dates_the_story():
    article = make_article()
    workflow.correct(article, by=None, text="“十万只”应为“一万只”。")
    article.refresh_from_db()
    assert article.updated_at is not None
    assert article.state == State.PUBLISHED


@pytest.mark.parametrize("text", ["", "  "])
def test_notices_must_say_something(text):
    article = make_article()
    with pytest.raises(workflow.WorkflowError):
        workflow.correct(article, by=None, text=text)
    with pytest.raises(workflow.WorkflowError):
        workflow.withdraw(article, by=None, notice=text)


def test_figures_are_replaced_in_their_order():
    article = make_article(figures=[Figure(caption="一"), Figure(caption="二")])
    workflow.write(article, figures=[Figure(caption="三")])
    assert list(article.figures.values_list("caption", "order")) == [("三", 0)]
