"""Ways round rights that worked elsewhere: forged forms, choosers, filters, and names taken for SQL."""

from itertools import product

import pytest
from django.contrib import admin
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from news import images, workflow
from news.models import (
    Article,
    BreakingNews,
    Correction,
    Figure,
    FilterWord,
    Mourning,
    Photo,
    Pick,
    PlacementRequest,
    Reader,
    Reading,
    Redirect,
    Source,
    Tag,
    WatchWord,
)
from tests import pictures
from tests.factories import make_article, make_comment, make_region, make_staff

pytestmark = pytest.mark.django_db
HOME, FOREIGN = "sichuan/liangshan/ganluo", "guizhou/bijie"


UNDER_TEST_ELSEWHERE = {Source, Reading}  # a list that all writers add to, and one that nobody changes


def rows(article, photo):
    """One row of each model of the newsroom in a region that the intruder has no rights in."""
    region, by = article.home, make_staff()
    live = make_article(home=region, tags=["标签"])
    return [
        article, photo, region, by, Tag.objects.get(), make_comment(live, state="pending"),
        Pick.objects.create(region=region, article=live),
        PlacementRequest.objects.create(region=region, article=make_article(home="yunnan")),
        Correction.objects.create(article=live, text="更正"),
        Figure.objects.create(article=article, caption="等图"),
        BreakingNews.objects.create(region=region, text="快讯", until=timezone.now()),
        Mourning.objects.create(
            region=region, occasion="哀悼", first_day=timezone.localdate(), last_day=timezone.localdate()
        ),
        FilterWord.objects.create(word="词", region=region), WatchWord.objects.create(word="词"),
        Redirect.objects.create(path="/old", target="/"), article.section, live.revisions.first(),
        Reader.objects.create(username="读者", contact="13800138000"),
    ]  # fmt: skip


def forged(row, desk):
    """Every way to change the row that the admin's addresses offer, as (address, form)."""
    base = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"
    one = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": row.pk, "_save": "1"}
    values = dict.fromkeys(model_to_dict(row), "9")
    yield f"{base}{row.pk}/change/", values
    yield f"{base}{row.pk}/delete/", {"post": "yes"}
    yield base, one | {f"form-0-{name}": value for name, value in values.items()}
    for action in ("delete_selected", *(desk.actions or ())):
        yield base, {"action": action, "_selected_action": row.pk, "post": "yes", "index": 0}


@pytest.mark.parametrize("role", ["reporter", "editor", "moderator"])
def test_a_forged_post_changes_nothing_where_one_has_no_rights(client, role, settings, tmp_path):
    """Changes, deletions, rows of editable lists and bulk actions, on each model of the newsroom."""
    settings.MEDIA_ROOT, settings.ORIGINALS_DIR = tmp_path / "media", tmp_path / "originals"
    article = make_article(home=FOREIGN, live=False)
    photo, _new = images.store(pictures.saved(pictures.scene()))
    workflow.write(make_article(home=FOREIGN, live=False), figures=[Figure(photo=photo)])
    Photo.objects.update(uploaded_by=make_staff())
    workflow.publish(Article.objects.get(figures__photo=photo))
    found = rows(article, photo)
    make_region(HOME)
    client.force_login(make_staff(role, HOME))
    assert {type(row) for row in found} == set(admin.site._registry) - UNDER_TEST_ELSEWHERE
    for row in found:
        rows_of = type(row)._base_manager.filter(pk=row.pk)
        before = rows_of.values().get()
        for address, form in forged(row, admin.site._registry[type(row)]):
            assert client.post(address, form).status_code in {200, 302, 400, 403, 404}, address
            assert rows_of.values().first() == before, (address, form)


@pytest.mark.parametrize(
    "way",
    ["preview/", "history/", "compare/?a=1&b=1", "change/", "change/?_popup=1&_to_field=id", "delete/"],
)
def test_no_page_about_a_foreign_story_is_a_way_to_its_text(client, way):
    story = make_article(home=FOREIGN, live=False, headline="别处的稿件", body="<p>别处的正文</p>")
    make_region(HOME)
    client.force_login(make_staff("editor", HOME))
    answer = client.get(f"/admin/news/article/{story.pk}/{way}", follow=True)
    assert "别处" not in answer.content.decode()


def test_choosers_offer_only_what_one_may_see(client):
    for path in (HOME, FOREIGN):
        make_article(home=path, live=False, headline=f"稿件{path}", tags=["核桃"])
    client.force_login(make_staff("editor", HOME))
    registered = [(model._meta.app_label, model._meta.model_name) for model in admin.site._registry]
    fields = ("home", "source", "region", "article", "user", "created_by", "photo", "target", "tag")
    for (app, model), field in ((pair, field) for pair in registered for field in fields):
        asked = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
        answer = client.get("/admin/autocomplete/", asked)
        assert answer.status_code in {200, 403, 404}
        assert f"稿件{FOREIGN}" not in answer.content.decode()
        assert "staff" not in answer.content.decode()
    assert client.get("/admin/news/article/?_popup=1").content.decode().count(f"稿件{FOREIGN}") == 0
    assert client.get("/admin/news/article/?_popup=1&_to_field=import_key").status_code == 400


@pytest.mark.parametrize("when", [{"live": False}, {"hours_ago": -1}], ids=["draft", "scheduled"])
@pytest.mark.parametrize("form", [
    {"block": "lead", "order": "0", "is_kept_out": "on"},
    {"text": "快讯", "until_0": "2099-01-01", "until_1": "00:00"},
])  # fmt: skip
def test_a_foreign_story_to_come_chosen_by_its_number_is_refused(client, form, when):
    """The list would show its headline."""
    story, home = make_article(home=FOREIGN, headline="别处的稿件", **when), make_region(HOME)
    client.force_login(make_staff("editor", HOME))
    model = "pick" if "block" in form else "breakingnews"
    sent = form | {"region": home.pk, "article": story.pk}
    answer = client.post(f"/admin/news/{model}/add/", sent)
    assert answer.status_code == 200
    assert "article" in answer.context["adminform"].errors
    assert "别处" not in answer.content.decode()


# Filters that leak


PRIVATE = ["password", "email", "totpdevice__key"]
TO_STAFF = ["", "created_by__", "by__", "uploaded_by__", "decided_by__", "article__created_by__"]


def refuses(answer):
    """Without a word about what would have been found."""
    return answer.status_code in {400, 404} or answer.get("Location", "").endswith("?e=1")


def test_no_list_is_filtered_by_what_its_reader_may_not_see(client):
    """An address like ?created_by__password__startswith=… would tell a password's hash letter by letter."""
    make_region()
    client.force_login(make_staff())  # not even a superuser
    for model in set(admin.site._registry) - {Reading}:  # a page of its own, which asks for no lookup
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for way, name in product(TO_STAFF, PRIVATE):
            if way or name != "email":  # a column of the list of people
                asked = f"{way}{name}__startswith"
                assert refuses(client.get(address, {asked: "a"})), f"{address}?{asked}"


@pytest.mark.parametrize("name", ["author", "address_hash", "address_sealed", "group", "reasons"])
def test_a_moderator_does_not_filter_comments_by_who_wrote_them(client, name):
    make_comment(make_article(home=HOME), state="pending")
    client.force_login(make_staff("moderator", HOME))
    assert refuses(client.get("/admin/news/comment/", {f"{name}__startswith": "a"}))


# SQL in names


@pytest.mark.parametrize(
    "query",
    [
        {"o": "1.-2.999;DROP TABLE", "p": "9" * 30, "q": "'; DROP TABLE news_article; --"},
        {"home__name) OR 1=1 --": "1"},
        {'headline" OR "1"="1': "x"},
        {"pk__in": "1,2);--"},
        {"_connector": "OR", "_negated": "1"},
        {"region": "1 OR 1=1", "state": "' OR ''='", "section": "1;", "source": "'", "block": '"'},
        {"published_at__date": "x", "published_at__year": "1;"},
    ],
)
def test_names_and_orders_taken_from_a_request_are_no_sql(client, query):
    make_article(home=HOME, live=False)
    client.force_login(make_staff())
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        answer = client.get(address, query)
        assert answer.status_code in {200, 302, 400, 404}, address
    assert Article.objects.count() == 1


def test_keys_of_a_message_are_no_sql(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff())
    keys = ("headline') = '1' OR 1=1 --", 'a"b', "__class__", "headline__gt", "%s", "$.x", "é\u2028")
    message = {
        "article": article.pk,
        "base": 1,
        "fields": dict.fromkeys(keys, "x"),
        "sort') --": 1,
        "_connector": "OR",
    }
    for name in ("autosave", "recover", "discard"):
        answer = client.post(
            reverse(f"admin:{name}"), message | {"now": message["fields"]}, "application/json"
        )
        assert answer.status_code in {200, 204, 400}
    assert Article.objects.get().headline == article.headline
