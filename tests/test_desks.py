"""The desks: what an editor sets there is on the site at once, and only where they may."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from counties import changes
from news.models import Comment, Pick, PlacementRequest, Reading, Redirect, Section, Tag
from tests.factories import make_article, make_comment, make_region, make_section, make_staff

pytestmark = pytest.mark.django_db
HOME, OTHER = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"


def desk(path=HOME):
    return reverse("admin:news_pick_channel", args=[make_region(path).pk])


def picks_form(picks=(), **changes_):
    data = {"form-TOTAL_FORMS": len(picks), "form-INITIAL_FORMS": len(picks)}
    for n, pick in enumerate(picks):
        data |= {f"form-{n}-id": pick.pk, f"form-{n}-order": pick.order, f"form-{n}-expires_at": ""}
    return data | changes_


def test_a_pick_goes_to_the_top_and_is_announced(client, django_capture_on_commit_callbacks):
    first, second = make_article(home=HOME), make_article(home=HOME, headline="推荐这条")
    old = Pick.objects.create(region=make_region(HOME), article=first, order=0)
    client.force_login(make_staff("editor", HOME))
    before = changes.generation(f"region:{old.region_id}")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(desk(), picks_form([old], **{"channel-story": f"{second.pk} 推荐这条"}))
    order = Pick.objects.filter(block="channel").order_by("order").values_list("article", flat=True)
    assert list(order) == [second.pk, first.pk]
    assert changes.generation(f"region:{old.region_id}") > before


def test_a_pick_may_be_pasted_as_an_address(client):
    article = make_article(home=HOME)
    client.force_login(make_staff("editor", HOME))
    address = f"https://news.example.org{article.get_absolute_url()}"
    client.post(desk(), picks_form(**{"lead-story": address}))
    assert Pick.objects.get().article == article


@pytest.mark.parametrize("kind", ["draft", "elsewhere", "nonsense"])
def test_only_published_stories_of_the_channel_are_picked(client, kind):
    wrong = {
        "draft": lambda: make_article(home=HOME, live=False).pk,
        "elsewhere": lambda: make_article(home=OTHER).pk,
        "nonsense": lambda: "核桃",
    }[kind]()
    client.force_login(make_staff("editor", "sichuan/liangshan"))
    answer = client.post(desk(), picks_form(**{"lead-story": str(wrong)}))
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Pick.objects.exists()


def test_picks_are_ordered_removed_and_given_an_end(client):
    picks = [
        Pick.objects.create(region=make_region(HOME), article=make_article(home=HOME), order=n)
        for n in range(3)
    ]
    client.force_login(make_staff("editor", HOME))
    end = timezone.localtime() + timedelta(days=1)
    moved = {"form-0-order": 2, "form-2-order": 0, "form-1-DELETE": "on"}
    client.post(desk(), picks_form(picks, **moved, **{"form-0-expires_at": f"{end:%Y-%m-%dT%H:%M}"}))
    left = list(Pick.objects.order_by("order"))
    assert left == [picks[2], picks[0]]
    assert left[1].expires_at is not None


def test_picks_of_another_region_cannot_be_slipped_in(client):
    away = Pick.objects.create(region=make_region(OTHER), article=make_article(home=OTHER))
    client.force_login(make_staff("editor", HOME))
    assert client.get(desk(OTHER)).status_code == 403
    client.post(desk(), picks_form([away], **{"form-0-DELETE": "on"}))
    assert Pick.objects.filter(pk=away.pk).exists()


def test_the_preview_shows_the_order_that_is_not_saved_yet(client):
    one, two = make_article(home=HOME, headline="甲"), make_article(home=HOME, headline="乙")
    client.force_login(make_staff("editor", HOME))
    answer = client.get(f"{desk()}preview/?channel={two.pk},{one.pk}&lead=")
    page = answer.content.decode()
    block = page[page.index("channel-picks") :]
    assert "乙" in page
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "甲" in block or "乙" in block


def test_the_box_offers_published_stories_of_the_channel(client):
    make_article(home=HOME, headline="核桃丰收")
    make_article(home=HOME, headline="核桃草稿", live=False)
    make_article(home=OTHER, headline="西昌核桃")
    client.force_login(make_staff("editor", "sichuan/liangshan"))
    for query in ("", "?q=核桃"):
        offered = client.get(f"{desk()}stories/{query}").json()["stories"]
        assert [story["value"].split()[1] for story in offered] == ["核桃丰收"]


def waiting(path=HOME):
    article = make_article(home="guizhou/bijie", headline="邻居的事")
    return PlacementRequest.objects.create(article=article, region=make_region(path), state="proposed")


@pytest.mark.parametrize(("action", "shown"), [("accept", True), ("refuse", False)])
def test_a_proposal_is_decided_with_one_click(client, action, shown):
    row = waiting()
    client.force_login(make_staff("editor", HOME))
    client.post(
        reverse("admin:news_placementrequest_changelist"),
        {"quick": f"{action}:{row.pk}", "form-TOTAL_FORMS": 0, "form-INITIAL_FORMS": 0},
    )
    row.refresh_from_db()
    assert row.state == f"{action.removesuffix('e') if action == 'refuse' else action}ed"
    assert ("邻居的事" in client.get(f"/{HOME}/").content.decode()) is shown


def test_proposals_are_accepted_in_bulk_with_one_summary(client):
    rows = [waiting() for _ in range(3)]
    client.force_login(make_staff("editor", HOME))
    chosen = {"action": "accept", "_selected_action": [row.pk for row in rows]}
    page = client.post(
        reverse("admin:news_placementrequest_changelist"), chosen, follow=True
    ).content.decode()
    assert page.count('class="success"') + page.count('class="info"') == 1
    assert PlacementRequest.objects.filter(state="accepted").count() == 3


def test_a_proposal_is_accepted_with_its_own_headline(client):
    row = waiting()
    client.force_login(make_staff("editor", HOME))
    form = {"headline": "短题", "_accept": "1"}
    client.post(reverse("admin:news_placementrequest_change", args=[row.pk]), form)
    assert row.article.placements.get(region=row.region).headline == "短题"


def test_a_proposal_to_another_region_is_not_ones_own_to_decide(client):
    row = waiting(OTHER)
    client.force_login(make_staff("editor", HOME))
    client.post(reverse("admin:news_placementrequest_changelist"), {"quick": f"accept:{row.pk}"})
    row.refresh_from_db()
    assert row.state == "proposed"


def test_a_comment_is_approved_with_one_click(client):
    comment = make_comment(make_article(home=HOME), state="pending")
    client.force_login(make_staff("moderator", "sichuan/liangshan"))
    client.post(reverse("admin:news_comment_changelist"), {"quick": f"approve:{comment.pk}"})
    assert Comment.objects.get().state == "approved"


def test_slogans_are_edited_in_the_list_where_rights_cover(client):
    here, away = make_region(HOME), make_region(OTHER)
    user = make_staff("editor", HOME)
    user.memberships.create(role="reporter", region=make_region("sichuan/liangshan"))
    client.force_login(user)
    rows = list(type(here).objects.filter(path__startswith="sichuan/liangshan").order_by("-code"))
    form = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "1"}
    for n, row in enumerate(rows):
        form |= {f"form-{n}-id": row.pk, f"form-{n}-slogan": "新标语", f"form-{n}-order": 0}
        form |= {f"form-{n}-is_open": "on"}
    client.post(reverse("admin:counties_region_changelist"), form)
    here.refresh_from_db()
    away.refresh_from_db()
    assert (here.slogan, away.slogan) == ("新标语", "")


def test_sections_are_put_in_order(client):
    sections = [make_section("news"), make_section("photos")]
    client.force_login(make_staff("chief", ""))
    form = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "1"}
    for n, section in enumerate(sections):
        form |= {f"form-{n}-id": section.pk, f"form-{n}-order": 1 - n}
    client.post(reverse("admin:news_section_changelist"), form)
    assert list(Section.objects.values_list("slug", flat=True)) == ["photos", "news"]


def test_tags_are_merged_and_the_old_address_leads_on(client):
    both = make_article(home=HOME, tags=["核桃", "核 桃"])
    one = make_article(home=HOME, tags=["核 桃"])
    kept, gone = Tag.objects.get(name="核桃"), Tag.objects.get(name="核 桃")
    client.force_login(make_staff("chief", ""))
    chosen = {"action": "merge", "_selected_action": [kept.pk, gone.pk]}
    address = reverse("admin:news_tag_changelist")
    assert "核 桃" in client.post(address, chosen).content.decode()
    client.post(address, chosen | {"kept": kept.pk})
    assert not Tag.objects.filter(pk=gone.pk).exists()
    assert [list(a.tags.all()) for a in (both, one)] == [[kept], [kept]]
    assert client.get(gone.get_absolute_url())["Location"] == kept.get_absolute_url()


@pytest.mark.parametrize(
    ("path", "target", "kept"),
    [
        ("https://old.example/news.asp?id=5", "/about/", ("/news.asp?id=5", "/about/")),
        ("/a", "https://other.example/b", ("/a", "/b")),
        ("/a", "/a", None),
        ("/admin/", "/a", None),
        ("/a", "/admin/x", None),
        ("/a", "//evil.example/b", ("/a", "/b")),
    ],
)
def test_redirects_stay_on_this_site(client, path, target, kept):
    client.force_login(make_staff("chief", ""))
    client.post(reverse("admin:news_redirect_add"), {"path": path, "target": target})
    assert list(Redirect.objects.values_list("path", "target")) == ([kept] if kept else [])


def test_the_chart_adds_up_the_hours(client):
    article = make_article(home=HOME)
    for hours, number in ((1, 5), (30, 7), (24 * 8, 100)):
        hour = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours)
        Reading.objects.create(article=article, hour=hour, count=number)
    client.force_login(make_staff("reporter", HOME))
    answer = client.get(f"{reverse('admin:news_reading_changelist')}?article={article.pk}")
    assert answer.context["total"] == 12
    assert answer.content.decode().count("<rect x=") == 24 * 7
