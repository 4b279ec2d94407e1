"""The newsroom's front page, lists and frame: by rights, at a fixed cost, under the strict policy."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from counties.models import Region
from news.admin.base import refusals
from news.models import (
    Comment,
    Correction,
    Figure,
    Pick,
    PlacementRequest,
    Reading,
    Redirect,
    Section,
    Source,
    WatchWord,
)
from tests.factories import make_article, make_comment, make_region, make_section, make_staff

pytestmark = pytest.mark.django_db
PARENT, OWN = "sichuan/liangshan", "sichuan/liangshan/ganluo"
SIBLING, CHILD = "sichuan/liangshan/xichang", "sichuan/liangshan/ganluo"

# What each role may do with a row of its region: view, change, add, delete
ALL, NOTHING = "view change add delete", ""
RIGHTS = {
    Pick: {"reporter": NOTHING, "moderator": NOTHING, "editor": ALL, "chief": ALL},
    PlacementRequest: {
        "reporter": NOTHING, "moderator": NOTHING, "editor": "view change", "chief": "view change"
    },
    Comment: {
        "reporter": NOTHING, "moderator": "view change", "editor": "view change", "chief": "view change"
    },
    Region: {"reporter": "view", "moderator": NOTHING, "editor": "view change", "chief": "view change"},
    Reading: {"reporter": "view", "moderator": NOTHING, "editor": "view", "chief": "view"},
}  # fmt: skip
LISTS = [
    *("article", "comment", "correction", "figure", "photo", "pick", "placementrequest", "reading"),
    *("redirect", "revision", "section", "source", "tag", "watchword"),
]


def row_of(model, path):
    region = make_region(path)
    if model is Region:
        return region
    article = make_article(home=region)
    if model is Pick:
        return Pick.objects.create(region=region, article=article)
    if model is PlacementRequest:
        return PlacementRequest.objects.create(region=region, article=make_article(home="guizhou/bijie"))
    if model is Comment:
        return make_comment(article, state="pending")
    return Reading.objects.create(article=article, hour=timezone.now(), count=1)


@pytest.mark.parametrize("where", ["own", "child", "sibling", "parent"])
@pytest.mark.parametrize("role", ["reporter", "editor", "chief", "moderator"])
@pytest.mark.parametrize("model", RIGHTS, ids=lambda model: model.__name__)
def test_rights_of_each_desk(client, rf, model, role, where):
    member, path = {
        "own": (OWN, OWN),
        "child": (PARENT, CHILD),
        "sibling": (OWN, SIBLING),
        "parent": (OWN, PARENT),
    }[where]
    row, desk = row_of(model, path), admin.site._registry[model]
    request = rf.get("/admin/")
    request.user = make_staff(role, member)
    allowed = RIGHTS[model][role].split()
    covered = where in {"own", "child"}

    for act in ("view", "change", "delete"):
        assert getattr(desk, f"has_{act}_permission")(request, row) is (act in allowed and covered)
    assert desk.has_add_permission(request) is ("add" in allowed)
    if model is Reading:
        address = f"{reverse('admin:news_reading_changelist')}?article={row.article_id}"
    else:
        assert desk.get_queryset(request).filter(pk=row.pk).exists() is (covered and "view" in allowed)
        address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
    client.force_login(request.user)
    assert (client.get(address).status_code == 200) is ("view" in allowed and covered)


@pytest.mark.parametrize("name", ["redirect", "section", "source", "tag", "watchword"])
@pytest.mark.parametrize(("role", "adds"), [("reporter", False), ("editor", False), ("chief", True)])
def test_what_all_channels_share_is_changed_by_chief_editors(client, name, role, adds):
    client.force_login(make_staff(role, ""))
    assert client.get(reverse(f"admin:news_{name}_changelist")).status_code == 200
    assert (client.get(reverse(f"admin:news_{name}_add")).status_code == 200) is adds


@pytest.mark.parametrize("role", ["chief", "editor"])
def test_staff_is_kept_by_superusers_alone(client, role):
    client.force_login(make_staff(role, ""))
    assert client.get(reverse("admin:counties_user_changelist")).status_code == 403


def fill(rows, first=0):
    """So many rows more for each list of the front page and each desk."""
    soon = timezone.now() + timedelta(hours=2)
    for number in range(first, first + rows):
        article = make_article(home=OWN, tags=[f"标签{number}"], headline=f"今天的事{number}")
        make_article(home=OWN, live=False)
        make_article(home=OWN, at=soon)
        make_comment(article, state="pending")
        Correction.objects.create(article=article, text="改了")
        Figure.objects.create(article=article, caption="缺图")
        PlacementRequest.objects.create(article=article, region=make_region(SIBLING))
        Pick.objects.create(region=make_region(OWN), article=article, order=number)
        Reading.objects.create(article=article, hour=timezone.now(), count=3)
        Redirect.objects.create(path=f"/old/{number}", target="/about/")
        Source.objects.create(name=f"来源{number}")
        WatchWord.objects.create(word=f"词{number}")
        Section.objects.create(slug=f"section-{number}", name=f"栏目{number}")


def cost(client, address, limit, django_assert_max_num_queries):
    """The queries of a page with one row of everything, and with three."""
    costs = []
    for rows, first in ((1, 0), (2, 1)):
        fill(rows, first)
        client.get(address)
        with django_assert_max_num_queries(limit) as seen:
            assert client.get(address).status_code == 200
        costs.append(len(seen))
    return costs


@pytest.mark.parametrize("role", ["chief", "editor", "reporter", "moderator"])
def test_the_front_page_costs_the_same(client, role, django_assert_max_num_queries):
    client.force_login(make_staff(role, PARENT))
    one, three = cost(client, "/admin/", 17, django_assert_max_num_queries)
    assert one == three


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", [None, "editor"])
def test_every_list_costs_the_same(client, name, role, django_assert_max_num_queries):
    client.force_login(make_staff(role, PARENT))
    address = reverse(f"admin:news_{name}_changelist")
    one, three = cost(client, address, 15, django_assert_max_num_queries)
    assert one == three


def test_the_front_page_shows_only_what_rights_cover(client):
    make_article(home=OWN, live=False, headline="甘洛的稿")
    away = make_article(home="guizhou/bijie", headline="毕节的稿")
    Correction.objects.create(article=away, text="改了")
    make_comment(away, state="pending", text="毕节的话")
    client.force_login(make_staff("editor", PARENT))
    assert "毕节" not in client.get("/admin/").content.decode()


def test_the_front_page_of_a_reporter_lists_their_drafts(client):
    user = make_staff("reporter", OWN)
    make_article(home=OWN, live=False, headline="我的稿", state="draft")
    from_me = make_article(home=OWN, live=False, headline="阿木的稿")
    from_me.created_by = user
    from_me.save(update_fields=["created_by"])
    client.force_login(user)
    page = client.get("/admin/").content.decode()
    assert "阿木的稿" in page
    assert "我的稿" not in page.replace("我的稿件", "")


@pytest.mark.parametrize("name", [None, *LISTS])
def test_no_page_is_excused_from_the_policy(client, name):
    fill(1)
    client.force_login(make_staff())
    answer = client.get(reverse(f"admin:news_{name}_changelist") if name else "/admin/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "onclick=" not in page


def test_language_is_remembered_below_admin_only(client):
    make_region()
    client.force_login(make_staff())
    answer = client.post(reverse("admin:set_language"), {"language": "en", "next": "https://evil.example/"})
    assert answer["Location"] == "/admin/"
    assert answer.cookies["django_language"]["path"] == "/admin/"
    assert "Log out" in client.get("/admin/").content.decode()


def test_lists_are_narrowed_to_a_region_and_all_below(client):
    for path in (OWN, SIBLING, "guizhou/bijie"):
        make_comment(make_article(home=path), state="pending", text=path)
    client.force_login(make_staff("chief", ""))
    address = f"{reverse('admin:news_comment_changelist')}?region={make_region(PARENT).pk}"
    page = client.get(address).content.decode()
    assert (OWN in page, SIBLING in page, "guizhou/bijie</a>" in page) == (True, True, False)


def test_a_region_that_is_not_covered_narrows_nothing(client):
    make_comment(make_article(home=OWN), state="pending", text="甘洛的话")
    client.force_login(make_staff("moderator", OWN))
    address = f"{reverse('admin:news_comment_changelist')}?region={make_region('guizhou').pk}"
    assert "甘洛的话" in client.get(address).content.decode()


def test_one_message_names_what_was_refused_and_why():
    text = refusals({"太晚": [f"第{n}篇" for n in range(7)], "无权": ["甲"]})
    assert text.startswith("8")  # “8 refused.”
    assert ("太晚" in text, "无权" in text, "第0篇" in text, "第6篇" in text) == (True, True, True, False)


@pytest.mark.parametrize("path", ["/old/news.asp?id=5", "/旧/地址/"])
def test_old_addresses_lead_on(client, path, django_assert_num_queries):
    make_section()
    make_region()
    Redirect.objects.create(path=path, target="/about/")
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (301, "/about/")
    assert client.get("/old/other/").status_code == 404
    assert client.post(path).status_code == 404


def test_the_list_is_searched_for_words_of_public_and_other_stories_and_for_numbers(client):
    public = make_article(headline="核桃熟了", body="<p>甘洛的核桃。</p>")
    draft = make_article(headline="核桃还没熟", live=False)
    make_article(headline="别的")
    client.force_login(make_staff("editor", "sichuan/liangshan/ganluo"))

    def found(text):
        page = client.get(reverse("admin:news_article_changelist"), {"q": text})
        return {article.pk for article in page.context["cl"].result_list}

    assert found("核桃") == {public.pk, draft.pk}
    assert found(str(draft.pk)) >= {draft.pk}
