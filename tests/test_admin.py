"""The newsroom obeys memberships: lists, single pages, choices and saves."""

import re

import pytest
from django.urls import reverse

from news import preview, workflow
from news.models import Article, Comment, Figure, Pick, State
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


@pytest.mark.parametrize("headline", ["\x1b", "\u200b \ufeff"])
def test_a_headline_of_what_cannot_be_seen_is_none(client, headline):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("reporter", HOME))
    answer = client.post(change(article), form_of(article, headline=headline, body="<p>写好的正文</p>"))
    assert answer.status_code == 200
    assert "headline" in answer.context["adminform"].form.errors
    assert "写好的正文" in answer.content.decode()


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


def test_a_published_story_is_edited_in_a_working_copy(client):
    article = make_article(home=HOME, headline="旧标题")
    client.force_login(make_staff("editor", HOME))
    answer = client.get(change(article))
    copy = Article.objects.get(copy_of=article)
    assert answer["Location"] == change(copy)
    client.post(change(copy), form_of(copy, headline="新标题", _publish=""))
    assert "新标题" in client.get(article.get_absolute_url()).content.decode()
    assert not Article.objects.filter(copy_of=article).exists()


def test_one_click_signs_and_publishes_and_a_time_schedules(client):
    article = make_article(home=HOME, live=False, headline="明早见报")
    client.force_login(make_staff("editor", HOME))
    client.post(change(article), form_of(article, _publish="", at="2099-01-01T08:00"))
    article.refresh_from_db()
    assert article.state == State.PUBLISHED
    assert article.published_at.year == 2098 or article.published_at.year == 2099
    assert client.get(article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("step", "role", "allowed"),
    [
        ("publish", "reporter", False),
        ("sign", "reporter", False),
        ("submit", "reporter", True),
        ("publish", "editor", True),
        ("publish", "moderator", False),
    ],
)
def test_steps_obey_roles(client, step, role, allowed):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff(role, HOME))
    client.post(reverse("admin:news_article_step", args=[article.pk]), {"step": step})
    article.refresh_from_db()
    assert (article.state != State.DRAFT) is allowed


@pytest.mark.parametrize("page", ["history", "compare", "preview", "step", "restore"])
def test_pages_of_a_story_obey_regions(client, page):
    article = make_article(home=OTHER, live=False)
    client.force_login(make_staff("editor", HOME))
    address = reverse(f"admin:news_article_{page}", args=[article.pk])
    assert client.get(address).status_code == (302 if page == "step" else 403)
    assert client.post(address, {"step": "publish"}).status_code == 403


def test_history_compare_and_restore(client):
    article = make_article(home=HOME, live=False, body="<p>修了三年。</p>")
    first = article.revisions.get()
    article.body = "<p>修了五年。</p>"
    workflow.write(article)
    client.force_login(make_staff("editor", HOME))
    assert client.get(reverse("admin:news_article_history", args=[article.pk])).status_code == 200
    page = client.get(reverse("admin:news_article_compare", args=[article.pk])).content.decode()
    assert "修了<del>三</del>年" in page
    assert "修了<ins>五</ins>年" in page
    client.post(reverse("admin:news_article_restore", args=[article.pk]), {"revision": first.pk})
    article.refresh_from_db()
    assert article.body == "<p>修了三年。</p>"


def test_a_preview_link_opens_without_an_account_until_it_expires(client, monkeypatch):
    article = make_article(home=HOME, live=False, headline="还没发")
    address = f"/preview/{preview.secret(article)}/"
    answer = client.get(address)
    assert "还没发" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "'none'" not in answer["Content-Security-Policy"].split("frame-ancestors")[1].split(";")[0]
    assert client.get(address[:-3] + "xx/").status_code == 404
    monkeypatch.setattr(preview, "DAYS", -1)
    assert client.get(address).status_code == 404


def test_who_saves_second_is_told_and_keeps_the_text(client):
    article = make_article(home=HOME, live=False)
    form = form_of(article, headline="我的改动")
    theirs = Article.objects.get(pk=article.pk)
    theirs.headline = "对方的改动"
    workflow.write(theirs)
    client.force_login(make_staff("editor", HOME))
    answer = client.post(change(article), form)
    assert answer.status_code == 200
    assert "我的改动" in answer.content.decode()
    article.refresh_from_db()
    assert article.headline != "我的改动"


def test_an_editor_places_in_their_own_region_and_proposes_elsewhere(client):
    article = make_article(home=HOME, live=False)
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
    workflow.publish(Article.objects.get(pk=article.pk))
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
    with django_assert_num_queries(6):
        client.get(reverse("admin:news_article_changelist"))


def test_a_stranger_is_asked_to_sign_in(client):
    answer = client.get("/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_a_published_story_is_placed_in_a_further_channel_by_name(client):
    article = make_article(home=HOME)
    make_region(OTHER, name="西昌市", short_name="西昌")
    client.force_login(make_staff("editor", "sichuan/liangshan"))
    address = reverse("admin:news_article_step", args=[article.pk])
    client.post(address, {"step": "place", "channel": "西昌市"})
    client.post(address, {"step": "place", "channel": "没有的地方"})
    assert article.placements.filter(region__path=OTHER).exists()
    assert article.placement_requests.count() == 1


def test_a_picture_is_not_attached_beside_an_open_working_copy(client):
    article = make_article(home=HOME, figures=[Figure(caption="等图")])
    editor = make_staff("editor", HOME)
    workflow.working_copy(article, by=editor)
    client.force_login(editor)
    address = reverse("admin:news_figure_change", args=[article.figures.get().pk])
    assert client.post(address, {"caption": "改了", "credit": ""}).status_code == 200
    assert article.figures.get().caption == "等图"


def test_beside_a_field_something_new_can_be_added_and_nothing_removed(client):
    make_region(HOME)
    client.force_login(make_staff())
    page = client.get("/admin/news/article/add/").content.decode()
    assert 'id="add_id_source"' in page
    assert not re.search(r'id="(change|delete|view)_id_', page)
