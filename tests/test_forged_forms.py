"""What somebody sends who knows the newsroom's addresses but lacks the rights, or sends nonsense."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from news import workflow
from news.models import Article, Correction, Figure, Pick, PlacementRequest
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db
GANLUO, DAZHOU = "sichuan/liangshan/ganluo", "sichuan/dazhou"


def signed_in(client, role, path=GANLUO):
    make_region(path)
    user = make_staff(role, path)
    client.force_login(user)
    return user


def step(client, article, **data):
    return client.post(reverse("admin:news_article_step", args=[article.pk]), data)


def story_form(article, **more):
    """The form of a story as its page sends it, without any rows beside it."""
    rows = ("figures", "placement_requests", "relations")
    form = {f"{row}-{name}": 0 for row in rows for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    form |= {"home": article.home_id, "section": article.section_id, "headline": article.headline}
    return form | {"read_version": article.version, "comments_open": "on"} | more


def placement_form(article, row, **more):
    fields = {"id": row.pk, "article": article.pk, "region": row.region_id, "state": "accepted"} | more
    form = {f"placement_requests-0-{name}": value for name, value in fields.items()}
    form |= {"placement_requests-TOTAL_FORMS": 1, "placement_requests-INITIAL_FORMS": 1}
    return story_form(Article.objects.get(pk=article.pk), **form)


@pytest.mark.parametrize("live", [True, False])
def test_only_a_working_copy_is_thrown_away(client, live):
    article = make_article(home=GANLUO, live=live)
    signed_in(client, "editor")
    assert step(client, article, step="discard").status_code == 302
    assert Article.objects.filter(pk=article.pk).exists()


@pytest.mark.parametrize("name", ["submit", "return", "sign", "publish", "discard"])
def test_a_reporter_moves_no_working_copy(client, name):
    article = make_article(home=GANLUO)
    copy = workflow.working_copy(article, by=make_staff())
    signed_in(client, "reporter")
    assert step(client, copy, step=name).status_code == 403
    assert Article.objects.get(pk=copy.pk).version == copy.version


def test_a_reporter_restores_nothing_into_a_working_copy(client):
    copy = workflow.working_copy(make_article(home=GANLUO), by=make_staff())
    signed_in(client, "reporter")
    answer = client.post(
        reverse("admin:news_article_restore", args=[copy.pk]), {"revision": copy.revisions.last().pk}
    )
    assert answer.status_code == 403


def test_a_restored_version_does_not_carry_the_story_into_a_foreign_region(client):
    article = make_article(home=DAZHOU, live=False)
    article.home = make_region(GANLUO)
    workflow.write(article)
    signed_in(client, "editor")
    address = reverse("admin:news_article_restore", args=[article.pk])
    assert client.post(address, {"revision": article.revisions.last().pk}).status_code == 403
    assert Article.objects.get(pk=article.pk).home.path == GANLUO


def test_an_editor_decides_in_no_foreign_channel_by_swapping_the_region_of_a_row(client):
    article = make_article(home=GANLUO, live=False)
    row = PlacementRequest.objects.create(article=article, region=make_region(DAZHOU), state="refused")
    signed_in(client, "editor")
    form = placement_form(article, row, region=article.home_id)
    client.post(reverse("admin:news_article_change", args=[article.pk]), form)
    row.refresh_from_db()
    assert (row.state, row.region.path) == ("refused", DAZHOU)


@pytest.mark.parametrize(("state", "is_left"), [("refused", True), ("accepted", True), ("proposed", False)])
def test_only_an_undecided_proposal_is_taken_back(client, state, is_left):
    article = make_article(home=GANLUO, live=False)
    row = PlacementRequest.objects.create(article=article, region=make_region(DAZHOU), state=state)
    signed_in(client, "reporter")
    form = placement_form(article, row, DELETE="on")
    client.post(reverse("admin:news_article_change", args=[article.pk]), form)
    assert PlacementRequest.objects.filter(pk=row.pk).exists() is is_left


@pytest.mark.parametrize("address", ["correction/add/?article={}", "pick/add/?article={}"])
def test_a_number_does_not_reveal_the_headline_of_a_foreign_draft(client, address):
    article = make_article(home=DAZHOU, live=False, headline="不可外传")
    signed_in(client, "editor")
    assert "不可外传" not in client.get(f"/admin/news/{address.format(article.pk)}").content.decode()


def test_a_relation_does_not_reveal_the_headline_of_a_foreign_draft(client):
    article = make_article(home=GANLUO, live=False)
    hidden = make_article(home=DAZHOU, live=False, headline="不可外传")
    article.relations.create(target=hidden)
    signed_in(client, "reporter")
    page = client.get(reverse("admin:news_article_change", args=[article.pk])).content.decode()
    assert "不可外传" not in page


def test_a_pick_is_a_story_of_its_channel(client):
    article, region = make_article(home=DAZHOU), make_region(GANLUO)
    signed_in(client, "editor")
    form = {"region": region.pk, "block": "channel", "article": article.pk, "order": 0}
    answer = client.post("/admin/news/pick/add/", form)
    assert answer.status_code == 200
    assert not Pick.objects.exists()


def awaited(article):
    return Figure.objects.create(article=article, caption="原来的说明")


def test_a_reporter_changes_no_caption_that_readers_see(client):
    figure = awaited(make_article(home=GANLUO))
    signed_in(client, "reporter")
    address = reverse("admin:news_figure_change", args=[figure.pk])
    assert client.post(address, {"caption": "改过的说明"}).status_code == 403
    figure.refresh_from_db()
    assert figure.caption == "原来的说明"


def test_a_changed_caption_is_a_version_of_the_story(client):
    article = make_article(home=GANLUO)
    figure = awaited(article)
    user = signed_in(client, "editor")
    client.post(reverse("admin:news_figure_change", args=[figure.pk]), {"caption": "改过的说明"})
    newest = article.revisions.first()
    assert newest.by == user
    assert newest.content["figures"][0]["caption"] == "改过的说明"


@pytest.mark.parametrize(
    ("role", "by_me", "state", "may"),
    [
        ("reporter", True, "draft", True),
        ("reporter", False, "draft", False),
        ("reporter", True, "submitted", False),
        ("editor", False, "submitted", True),
    ],
)
def test_who_deletes_a_story_that_was_never_public(client, role, by_me, state, may):
    article = make_article(home=GANLUO, live=False)
    if state == "submitted":
        workflow.submit(article, by=None)
    user = signed_in(client, role)
    if by_me:
        Article.objects.filter(pk=article.pk).update(created_by=user)
    answer = client.post(reverse("admin:news_article_delete", args=[article.pk]), {"post": "yes"})
    assert answer.status_code == (302 if may else 403)
    assert Article.objects.filter(pk=article.pk).exists() is not may


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "2026-02-31T00:00", "morgen"])
def test_a_time_that_is_none_is_refused(client, at):
    article = make_article(home=GANLUO, live=False)
    signed_in(client, "editor")
    assert step(client, article, step="publish", at=at).status_code == 302
    assert Article.objects.get(pk=article.pk).published_at is None


def test_a_scheduled_story_has_nothing_to_correct_yet(client):
    article = make_article(home=GANLUO, at=timezone.now() + timedelta(days=1))
    signed_in(client, "editor")
    form = {"article": article.pk, "kind": "correction", "text": "应为三月"}
    assert client.post("/admin/news/correction/add/", form).status_code == 200
    assert not Correction.objects.exists()


@pytest.mark.parametrize("tail", ["history/", "compare/?a=²"])
def test_an_address_that_is_no_number_is_not_found(client, tail):
    article = make_article(home=GANLUO)
    signed_in(client, "editor")
    number = "abc" if tail == "history/" else article.pk
    assert client.get(f"/admin/news/article/{number}/{tail}").status_code in {200, 404}


@pytest.mark.parametrize("name", ["autosave", "recover", "discard"])
@pytest.mark.parametrize(
    "message",
    [
        '{"article": 1e400}',
        '{"fields": {"body": "\\ud800"}}',
        '{"base": "x"}',
        '{"base": -1}',
        '{"base": [1]}',
        '{"form_key": 5}',
        "[" * 3000,
    ],
)
def test_a_message_that_no_browser_sends_is_refused(client, name, message):
    signed_in(client, "reporter")
    answer = client.post(f"/admin/news/article/writing/{name}/", message, content_type="application/json")
    assert answer.status_code == 400


def test_an_autosave_leaves_out_what_a_database_cannot_keep(client):
    article = make_article(home=GANLUO, live=False)
    signed_in(client, "reporter")
    message = json.dumps({"article": article.pk, "fields": {"headline": "甲\0乙"}})
    client.post("/admin/news/article/writing/autosave/", message, content_type="application/json")
    assert article.autosaves.get().fields == {"headline": "甲乙"}


def test_a_line_put_beside_a_reviewed_story_voids_its_review(client):
    article = make_article(home=GANLUO, live=False)
    workflow.submit(article, by=None)
    workflow.sign(article, by=make_staff())
    signed_in(client, "reporter")
    row = {"id": "", "article": article.pk, "kind": "related", "headline": "未经审看的一行", "order": 0}
    form = story_form(article, **{f"relations-0-{name}": value for name, value in row.items()})
    form |= {"relations-TOTAL_FORMS": 1, "body": article.body}
    client.post(reverse("admin:news_article_change", args=[article.pk]), form)
    assert article.relations.count() == 1
    assert Article.objects.get(pk=article.pk).state == "submitted"


@pytest.mark.parametrize("is_withdrawn", [True, False])
def test_a_story_does_not_expire_before_it_was_published(client, is_withdrawn):
    article = make_article(home=GANLUO, hours_ago=1)
    user = signed_in(client, "editor")
    if is_withdrawn:
        workflow.withdraw(article, by=user, notice="失实。")
    else:
        article = workflow.working_copy(article, by=user)
    early = timezone.localtime() - timedelta(hours=2)
    times = {"expires_at_0": f"{early:%Y-%m-%d}", "expires_at_1": f"{early:%H:%M}"}
    address = reverse("admin:news_article_change", args=[article.pk])
    assert client.post(address, story_form(article, **times)).status_code == 200
    article.expires_at = early
    with pytest.raises(workflow.WorkflowError):
        workflow.publish(workflow.write(article), by=None)


@pytest.mark.parametrize(("role", "state"), [("reporter", "withdrawn"), ("editor", "draft")])
def test_only_who_may_publish_takes_a_withdrawn_story_up_again(client, role, state):
    article = make_article(home=GANLUO)
    workflow.withdraw(article, by=None, notice="失实。")
    signed_in(client, role)
    step(client, article, step="return")
    assert Article.objects.get(pk=article.pk).state == state


@pytest.mark.parametrize("name", ["place", "correct", "withdraw"])
def test_what_is_said_of_a_working_copy_in_public_is_done_with_its_story(client, name):
    article = make_article(home=GANLUO)
    copy = workflow.working_copy(article, by=make_staff())
    signed_in(client, "editor")
    make_region(DAZHOU)
    step(client, copy, step=name, channel=DAZHOU, notice="应为三月。")
    done = [*article.placement_requests.all(), *article.corrections.all()]
    assert len(done) == 1


def test_the_form_of_a_working_copy_leads_to_the_history_of_its_story(client):
    article = make_article(home=GANLUO)
    copy = workflow.working_copy(article, by=make_staff())
    signed_in(client, "editor")
    page = client.get(reverse("admin:news_article_change", args=[copy.pk])).content.decode()
    assert f'href="{reverse("admin:news_article_history", args=[article.pk])}"' in page


def test_what_a_reporter_types_is_kept_though_the_story_was_published_meanwhile(client):
    article = make_article(home=GANLUO)
    signed_in(client, "reporter")
    message = json.dumps({"article": article.pk, "fields": {"headline": "还没写完"}})
    answer = client.post("/admin/news/article/writing/autosave/", message, content_type="application/json")
    assert answer.status_code == 200
    assert article.autosaves.get().fields == {"headline": "还没写完"}
