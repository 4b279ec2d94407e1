"""The newsroom obeys memberships: lists, single pages, choices and saves."""

import pytest
from django.urls import reverse

from news import workflow
from news.models import Article, Comment, Pick, State
from tests.factories import make_article, make_comment, make_region, make_section, make_staff

pytestmark = pytest.mark.django_db
HOME, OTHER = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"


def form_of(article, **changes):
    empty = {
        f"{name}-{key}": "0"
        for name in ("figures", "placement_requests", "relations")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    fields = {
        "home": article.home_id,
        "section": article.section_id,
        "headline": article.headline,
        "body": article.body,
        "read_version": article.version,
        "tag_names": "",
        "comments_open": "on",
    }
    return empty | fields | changes


def change(article):
    return reverse("admin:news_article_change", args=[article.pk])


def test_sign_in_page_has_the_agreed_fields(client):
    page = client.get("/admin/login/").content.decode()
    for field in ("username", "password", "next"):
        assert f'name="{field}"' in page


def test_a_reporter_sees_and_edits_only_their_region(client):
    own, other = (
        make_article(home=HOME, live=False),
        make_article(home=OTHER, live=False, headline="西昌的事"),
    )
    client.force_login(make_staff("reporter", HOME))
    assert "西昌的事" not in client.get(reverse("admin:news_article_changelist")).content.decode()
    assert client.get(change(own)).status_code == 200
    assert client.get(change(other)).status_code == 302
    client.post(change(other), form_of(other, headline="改了"))
    other.refresh_from_db()
    assert other.headline == "西昌的事"


def test_a_reporter_cannot_touch_a_published_story(client):
    article = make_article(home=HOME)
    client.force_login(make_staff("reporter", HOME))
    assert client.post(change(article), form_of(article, headline="改了")).status_code == 403


def test_a_reporter_cannot_file_for_another_region(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("reporter", HOME))
    client.post(change(article), form_of(article, home=make_region(OTHER).pk))
    article.refresh_from_db()
    assert article.home.path == HOME


def test_a_reporter_files_and_submits_and_cannot_publish(client):
    make_region(HOME)
    client.force_login(make_staff("reporter", HOME))
    draft = Article(
        home=make_region(HOME), section=make_section(), headline="新稿", body="<p>话</p>", version=1
    )
    answer = client.post(
        reverse("admin:news_article_add"), form_of(draft, read_version="", tag_names="核桃 路")
    )
    assert answer.status_code == 302
    article = Article.objects.get(headline="新稿")
    assert set(article.tags.values_list("name", flat=True)) == {"核桃", "路"}
    for action, state in (("publish", State.DRAFT), ("submit", State.SUBMITTED)):
        chosen = {"action": action, "_selected_action": article.pk}
        client.post(reverse("admin:news_article_changelist"), chosen)
        article.refresh_from_db()
        assert article.state == state


def test_an_editor_publishes_and_it_is_on_the_channel(client):
    article = make_article(home=HOME, live=False, headline="新稿")
    client.force_login(make_staff("editor", "sichuan/liangshan"))
    client.post(
        reverse("admin:news_article_changelist"), {"action": "publish", "_selected_action": article.pk}
    )
    assert "新稿" in client.get(f"/{HOME}/").content.decode()


def test_who_saves_second_is_told_and_keeps_the_text(client):
    article = make_article(home=HOME, live=False)
    form = form_of(article, headline="我的改动")
    workflow.write(Article.objects.get(pk=article.pk))
    client.force_login(make_staff("editor", HOME))
    answer = client.post(change(article), form)
    assert answer.status_code == 200
    assert "我的改动" in answer.content.decode()
    article.refresh_from_db()
    assert article.headline != "我的改动"


def test_an_editor_places_in_their_own_region_and_proposes_elsewhere(client):
    article = make_article(home=HOME)
    there, away = make_region(OTHER), make_region("guizhou/bijie")
    rows = {"placement_requests-TOTAL_FORMS": "2"}
    for n, region in enumerate((there, away)):
        rows |= {
            f"placement_requests-{n}-region": region.pk,
            f"placement_requests-{n}-state": "accepted",
            f"placement_requests-{n}-article": article.pk,
        }
    client.force_login(make_staff("editor", "sichuan/liangshan"))
    client.post(change(article), form_of(article, **rows))
    states = dict(article.placement_requests.values_list("region__path", "state"))
    assert states == {OTHER: "accepted", "guizhou/bijie": "proposed"}
    assert article.placements.filter(region=there).exists()
    assert not article.placements.filter(region=away).exists()


@pytest.mark.parametrize(
    ("role", "path", "allowed"),
    [("moderator", "sichuan/liangshan", True), ("moderator", OTHER, False), ("reporter", HOME, False)],
)
def test_comments_are_approved_by_who_may_moderate_there(client, role, path, allowed):
    comment = make_comment(make_article(home=HOME), state="pending")
    client.force_login(make_staff(role, path))
    client.post(
        reverse("admin:news_comment_changelist"), {"action": "approve", "_selected_action": comment.pk}
    )
    assert (Comment.objects.get().state == "approved") is allowed


def test_a_withdrawal_removes_the_story(client):
    article = make_article(home=HOME)
    client.force_login(make_staff("editor", HOME))
    notice = {"article": article.pk, "kind": "withdrawal", "text": "核实有误。"}
    client.post(reverse("admin:news_correction_add"), notice)
    assert client.get(article.get_absolute_url()).status_code == 410
    answer = client.post(reverse("admin:news_correction_add"), notice)
    assert answer.status_code == 200
    assert article.corrections.count() == 1


def test_picks_stay_within_ones_regions(client):
    article = make_article(home=HOME)
    client.force_login(make_staff("editor", HOME))
    pick = {"block": "channel", "article": article.pk, "order": 0}
    client.post(reverse("admin:news_pick_add"), pick | {"region": make_region(OTHER).pk})
    assert not Pick.objects.exists()
    client.post(reverse("admin:news_pick_add"), pick | {"region": make_region(HOME).pk})
    assert Pick.objects.get().region.path == HOME


@pytest.mark.parametrize(
    "model", ["article", "comment", "correction", "figure", "photo", "pick", "revision", "section", "source"]
)
@pytest.mark.parametrize("role", [None, "chief"])
def test_every_list_and_form_opens(client, model, role):
    make_article(home=HOME)
    client.force_login(make_staff(role, ""))
    assert client.get(reverse(f"admin:news_{model}_changelist")).status_code == 200
    if model not in {"comment", "figure", "revision"}:
        assert client.get(reverse(f"admin:news_{model}_add")).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_stories_costs_the_same(client, rows, django_assert_num_queries):
    for _ in range(rows):
        make_article(home=HOME)
    client.force_login(make_staff("chief", ""))
    client.get(reverse("admin:news_article_changelist"))
    with django_assert_num_queries(8):
        client.get(reverse("admin:news_article_changelist"))


def test_a_stranger_is_asked_to_sign_in(client):
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")
