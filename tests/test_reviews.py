"""Reviews are signed on one exact text, and a published story is changed by a working copy."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news import placements, workflow
from news.models import Article, Autosave, Figure, PlacementRequest, Relation, State
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db
HOME = "sichuan/liangshan/ganluo"


@pytest.fixture
def editor(db):
    return make_staff("editor", "sichuan/liangshan")


@pytest.fixture
def submitted(editor):
    article = make_article(home=HOME, live=False)
    workflow.submit(article, by=None)
    return article


def test_a_signature_makes_a_submitted_story_reviewed_and_it_can_be_published(submitted, editor):
    workflow.sign(submitted, by=editor)
    assert submitted.state == State.REVIEWED
    workflow.publish(submitted, by=editor)
    assert submitted.state == State.PUBLISHED


def test_nothing_is_published_by_a_person_without_its_reviews(submitted, editor):
    with pytest.raises(workflow.WorkflowError):
        workflow.publish(submitted, by=editor)
    assert Article.objects.get(pk=submitted.pk).state == State.SUBMITTED


@pytest.mark.parametrize("change", ["text", "figure", "tag"])
def test_any_later_edit_voids_the_reviews(submitted, editor, change):
    workflow.sign(submitted, by=editor)
    if change == "text":
        submitted.body = "<p>改了一个字。</p>"
        workflow.write(submitted)
    elif change == "tag":
        workflow.write(submitted, tags=["新标签"])
    else:
        Figure.objects.create(article=submitted, caption="新图")
        workflow.amend(submitted)
    assert workflow.signatures(submitted) == []
    assert submitted.state == State.SUBMITTED
    with pytest.raises(workflow.WorkflowError):
        workflow.publish(submitted, by=editor)


def test_saving_the_same_text_keeps_the_reviews(submitted, editor):
    workflow.sign(submitted, by=editor)
    workflow.write(submitted)
    assert submitted.state == State.REVIEWED


def test_with_three_reviews_each_is_another_person_and_none_the_writer(settings, editor):
    settings.REVIEWS = 3
    article = make_article(home=HOME, live=False)
    workflow.write(article, by=editor)
    workflow.submit(article, by=editor)
    with pytest.raises(workflow.WorkflowError):
        workflow.sign(article, by=editor)
    readers = [make_staff("editor", "sichuan") for _ in range(3)]
    workflow.sign(article, by=readers[0])
    with pytest.raises(workflow.WorkflowError):
        workflow.sign(article, by=readers[0])
    for reader in readers[1:]:
        assert article.state == State.SUBMITTED
        workflow.sign(article, by=reader)
    assert article.state == State.REVIEWED


def test_with_one_review_an_editor_may_sign_their_own_text(editor):
    article = make_article(home=HOME, live=False)
    workflow.write(article, by=editor)
    workflow.submit(article, by=editor)
    workflow.sign(article, by=editor)
    assert article.state == State.REVIEWED


def test_an_embargo_holds(submitted, editor):
    submitted.embargo_until = timezone.now() + timedelta(hours=2)
    workflow.write(submitted)
    workflow.sign(submitted, by=editor)
    with pytest.raises(workflow.WorkflowError):
        workflow.publish(submitted, by=editor)
    workflow.publish(submitted, by=editor, at=timezone.now() + timedelta(hours=3))
    assert submitted.state == State.PUBLISHED


@pytest.mark.parametrize("at", [None, timedelta(hours=1)])
def test_an_embargo_holds_in_a_working_copy_too(editor, at):
    """Of a story that is scheduled before its end, or that readers see already."""
    article = make_article(home=HOME, live=False)
    workflow.publish(article, at=timezone.now() + at if at else None)
    copy = workflow.working_copy(article, by=editor)
    copy.embargo_until = timezone.now() + timedelta(hours=2)
    workflow.write(copy, by=editor)
    with pytest.raises(workflow.WorkflowError):
        workflow.publish(copy)
    copy.embargo_until = timezone.now() - timedelta(hours=2)
    workflow.write(copy, by=editor)
    workflow.publish(copy)


def copied(article, editor):
    copy = workflow.working_copy(article, by=editor)
    copy.headline = "新标题"
    workflow.write(copy, by=editor, tags=["新"], figures=[Figure(caption="新图")])
    return copy


def test_readers_see_the_old_text_until_the_copy_is_published(client, editor):
    article = make_article(home=HOME, headline="旧标题", figures=[Figure(caption="旧图")], tags=["旧"])
    copy = copied(article, editor)
    assert "旧标题" in client.get(article.get_absolute_url()).content.decode()
    assert client.get(copy.get_absolute_url()).status_code == 404
    workflow.submit(copy, by=editor)
    workflow.sign(copy, by=editor)
    public = workflow.publish(copy, by=editor)
    page = client.get(article.get_absolute_url()).content.decode()
    assert public.pk == article.pk
    assert "新标题" in page
    assert "新图" in page
    assert "旧图" not in page
    assert list(public.tags.values_list("name", flat=True)) == ["新"]
    assert not Article.objects.filter(copy_of=article).exists()


@pytest.mark.parametrize("substantive", [True, False])
def test_only_a_substantive_update_is_told_to_readers(editor, substantive):
    article = make_article(home=HOME)
    published_at = article.published_at
    copy = copied(article, editor)
    workflow.submit(copy, by=editor)
    workflow.sign(copy, by=editor)
    public = workflow.publish(copy, by=editor, substantive=substantive)
    public.refresh_from_db()
    assert (public.updated_at is not None) is substantive
    assert public.published_at == published_at


def test_the_history_keeps_what_was_written_in_the_copy(editor):
    article = make_article(home=HOME)
    copy = copied(article, editor)
    workflow.discard_copy(copy)
    assert "新标题" in article.revisions.values_list("content__headline", flat=True)
    article.refresh_from_db()
    assert article.headline != "新标题"


def test_there_is_one_copy_of_a_story_with_its_relations(editor):
    article = make_article(home=HOME)
    Relation.objects.create(article=article, headline="旁边的")
    copy = workflow.working_copy(article, by=editor)
    assert workflow.working_copy(article, by=editor) == copy
    assert copy.relations.get().headline == "旁边的"
    with pytest.raises(workflow.WorkflowError):
        workflow.working_copy(copy, by=editor)


def test_an_earlier_version_is_restored_as_the_newest(editor):
    article = make_article(
        home=HOME, live=False, headline="第一版", tags=["一"], figures=[Figure(caption="图一")]
    )
    first = article.revisions.last()
    article.headline = "第二版"
    workflow.write(article, tags=["二"], figures=[])
    workflow.restore(article, first, by=editor)
    article.refresh_from_db()
    assert article.headline == "第一版"
    assert article.figures.get().caption == "图一"
    assert article.tags.get().name == "一"
    assert article.revisions.first().act == "restore"


def test_an_editor_places_at_home_and_proposes_elsewhere_and_the_other_decides(editor):
    article = make_article(home=HOME)
    there, away = make_region("sichuan/liangshan/xichang"), make_region("guizhou/bijie")
    workflow.write(article, by=editor, places=[there.pk, away.pk])
    states = dict(article.placement_requests.values_list("region__path", "state"))
    assert states == {there.path: "accepted", away.path: "proposed"}
    request = PlacementRequest.objects.get(region=away)
    request.headline, request.pinned_until = "短题", timezone.now() + timedelta(days=1)
    placements.decide(request, accepted=True, by=make_staff("editor", "guizhou"))
    workflow.refresh(article)
    row = article.placements.get(region=away)
    assert row.headline == "短题"
    assert row.pinned_until is not None
    assert article.placements.get(region__path="guizhou").headline == ""


def test_a_placements_own_time_orders_it_and_never_precedes_the_storys(editor):
    article = make_article(home=HOME, hours_ago=5)
    later, earlier = make_region("guizhou/bijie"), make_region("yunnan/zhaotong")
    for region, hours in ((later, -1), (earlier, -50)):
        at = timezone.now() + timedelta(hours=hours)
        PlacementRequest.objects.create(article=article, region=region, state="accepted", published_at=at)
    workflow.refresh(article)
    assert article.placements.get(region=later).published_at > article.published_at
    assert article.placements.get(region=earlier).published_at == article.published_at


def test_a_refusal_stands(editor):
    article = make_article(home=HOME)
    region = make_region("guizhou/bijie")
    request = placements.place(article, region.pk, by=editor)
    placements.decide(request, accepted=False, by=make_staff("editor", "guizhou"))
    workflow.write(article, by=editor, places=[region.pk])
    assert article.placement_requests.get().state == "refused"
    assert not article.placements.filter(region=region).exists()


def test_what_others_typed_into_a_copy_outlives_it(editor):
    article = make_article(home=HOME)
    copy = workflow.working_copy(article, by=editor)
    Autosave.objects.create(user=editor, article=copy, fields={"headline": "还没存的"})
    workflow.discard_copy(copy)
    assert Autosave.objects.get().article == article
