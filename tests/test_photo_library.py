"""The photo library: many files at once, words confirmed by a person, one place for each file, rights."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from news import images
from news.images import renditions
from news.models import Article, Figure, Photo
from tests import pictures
from tests.factories import make_article, make_staff
from tests.pictures import files, made

pytestmark = pytest.mark.django_db
HOME, OTHER = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"
UPLOAD, CONFIRM = "/admin/news/photo/upload/", "/admin/news/photo/confirm/"


@pytest.fixture(autouse=True)
def fast_and_apart(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setitem(renditions.FORMATS["avif"], "speed", 10)


@pytest.fixture
def reporter(client):
    user = make_staff("reporter", HOME)
    client.force_login(user)
    return user


def picture(number=1, name="a.jpg"):
    return pictures.saved(pictures.scene(60 + number, 40), name=name)


def page(photo, name="change"):
    return reverse(f"admin:news_photo_{name}", args=[photo.pk])


def send(client, *some, **headers):
    return client.post(UPLOAD, {"files": some}, headers=headers)


def test_several_files_are_sent_without_a_script(client, reporter):
    bad = pictures.named(b"<html>", "bad.jpg")

    answer = client.post(UPLOAD, {"files": [picture(1), picture(2), bad]}, follow=True)

    assert answer.redirect_chain == [(CONFIRM, 302)]
    assert [photo.uploaded_by for photo in Photo.objects.all()] == [reporter, reporter]
    assert [str(message).startswith("bad.jpg：") for message in answer.context["messages"]] == [True]


def test_a_script_is_told_what_became_of_each_file(client, reporter):
    known, _new = images.store(picture(1))
    some = picture(1, "again.jpg"), picture(2, "new.jpg"), pictures.named(b"x", "bad.jpg")

    results = send(client, *some, accept="application/json").json()["results"]

    assert [(r["name"], r["status"]) for r in results] == [
        ("again.jpg", "duplicate"),
        ("new.jpg", "new"),
        ("bad.jpg", "refused"),
    ]
    assert results[0]["url"] == page(known)
    assert results[2]["message"]


def sheet(client):
    formset = client.get(CONFIRM).context["formset"]
    data = {"form-TOTAL_FORMS": len(formset.forms), "form-INITIAL_FORMS": len(formset.forms)}
    for form in formset:
        data[form.add_prefix("id")] = form.instance.pk
    return data


def test_words_of_all_are_confirmed_on_one_sheet(client, reporter):
    send(client, picture(1), picture(2))
    older, newer = Photo.objects.order_by("pk")
    words = {
        "form-0-caption": "核桃",
        "form-0-credit": "阿木 摄",
        "form-1-alt": "树",
        "credit_for_all": "宋恩 摄",
    }

    client.post(CONFIRM, sheet(client) | words)

    older.refresh_from_db()
    newer.refresh_from_db()
    assert (newer.caption, newer.credit, newer.is_confirmed) == ("核桃", "阿木 摄", True)
    assert (older.alt, older.credit, older.is_confirmed) == ("树", "宋恩 摄", True)
    assert client.get(CONFIRM).context["formset"].forms == []


def test_nobody_confirms_the_words_of_others(client, reporter):
    theirs, _new = images.take(picture(), by=make_staff("reporter", OTHER))
    data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": theirs.pk, "form-0-caption": "改了"}

    client.post(CONFIRM, data)

    theirs.refresh_from_db()
    assert (theirs.caption, theirs.is_confirmed) == ("", False)


def test_a_sheet_of_many_stays_whole_when_more_comes_in(client, reporter):
    send(client, picture(1))
    data = sheet(client)
    send(client, picture(2))

    assert client.post(CONFIRM, data | {"form-0-caption": "核桃"}).status_code == 302
    assert Photo.objects.get(is_confirmed=True).caption == "核桃"


def words_of(photo, **changes):
    fields = {name: getattr(photo, name) for name in ("credit", "caption", "alt", "place", "rights")}
    return fields | {"focal_x": photo.focal_x, "focal_y": photo.focal_y} | changes


def test_a_moved_focal_point_makes_new_renditions_and_confirms(client, reporter):
    photo = made(picture())
    Photo.objects.update(is_confirmed=False)

    client.post(page(photo), words_of(photo, focal_x=20))

    photo.refresh_from_db()
    assert (photo.focal_x, photo.progress, photo.is_confirmed) == (20, "waiting", True)


def test_the_page_names_the_stories_that_show_it(client, reporter):
    photo = made(picture())
    own = make_article(home=HOME, live=False, headline="自己的稿", lead_photo=photo)
    Figure.objects.create(article=own, photo=photo)
    for home, live, headline in [(OTHER, True, "公开的稿"), (OTHER, False, "别人的草稿")]:
        Figure.objects.create(article=make_article(home=home, live=live, headline=headline), photo=photo)

    text = client.get(page(photo)).content.decode()

    assert ["自己的稿" in text, "公开的稿" in text, "别人的草稿" in text] == [True, True, False]
    assert text.count("/admin/news/article/") >= 1


def test_a_replaced_file_is_shown_everywhere_and_the_old_one_is_gone(client):
    client.force_login(make_staff("editor", HOME))
    photo = made(picture(), caption="核桃")
    make_article(home=HOME, lead_photo=photo)
    old_file, old_renditions = Path(photo.original.path), files(photo)

    client.post(page(photo, "replace"), {"file": pictures.saved(pictures.scene(90, 90))})

    new = Photo.objects.get()
    assert (new.pk, new.width, new.height, new.caption, new.progress) == (photo.pk, 90, 90, "核桃", "ready")
    assert Path(new.original.path).exists()
    assert not old_file.exists()
    assert "full-90.jpg" in files(new)
    assert not any(path.exists() for path in old_renditions.values())


def test_a_file_of_another_photo_is_refused_with_a_link_to_it(client):
    client.force_login(make_staff("editor", HOME))
    photo, other = made(picture(1)), made(picture(2))

    answer = client.post(page(photo, "replace"), {"file": picture(2)}, follow=True)

    assert page(other) in answer.content.decode()
    assert Photo.objects.get(pk=photo.pk).sha256 == photo.sha256


def test_a_bad_file_replaces_nothing(client, reporter):
    photo = made(picture())

    answer = client.post(page(photo, "replace"), {"file": pictures.named(b"x")}, follow=True)

    assert len(answer.context["messages"]) == 1
    assert Photo.objects.get().sha256 == photo.sha256
    assert files(photo)


def test_old_renditions_made_late_do_not_win(client):
    photo = made(picture(1))
    stale = Photo.objects.get()
    images.replace(photo, picture(2))

    images.make_renditions(stale)

    assert Photo.objects.get().renditions == photo.renditions
    assert files(photo)


def test_a_reporter_cannot_change_what_a_published_story_shows(client, reporter):
    photo = made(picture(), caption="旧")
    make_article(home=HOME, lead_photo=photo)

    client.post(page(photo), words_of(photo, caption="新"))
    answer = client.post(page(photo, "replace"), {"file": picture(2)})

    assert answer.status_code == 403
    assert (Photo.objects.get().caption, Photo.objects.get().sha256) == ("旧", photo.sha256)


@pytest.mark.parametrize(("path", "allowed"), [("sichuan/liangshan", True), (HOME, False)])
def test_an_editor_changes_it_only_with_rights_in_all_those_regions(client, path, allowed):
    photo = made(picture(), caption="旧")
    for home in (HOME, OTHER):
        make_article(home=home, lead_photo=photo)
    client.force_login(make_staff("editor", path))

    client.post(page(photo), words_of(photo, caption="新"))

    assert (Photo.objects.get().caption == "新") is allowed


def test_an_unused_photo_is_deleted_with_its_files(client, reporter, django_capture_on_commit_callbacks):
    photo = made(picture(), by=reporter)
    paths = [Path(photo.original.path), *files(photo).values()]

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page(photo, "delete"), {"post": "yes"})

    assert not Photo.objects.exists()
    assert not any(path.exists() for path in paths)


@pytest.mark.parametrize("used", ["lead", "figure", "not, but by another"])
def test_a_used_or_foreign_photo_is_kept(client, reporter, used):
    photo = made(picture(), by=make_staff() if used.startswith("not") else reporter)
    article = make_article(home=HOME, live=False)
    if used == "lead":
        Article.objects.update(lead_photo=photo)
    elif used == "figure":
        Figure.objects.create(article=article, photo=photo)

    client.post(page(photo, "delete"), {"post": "yes"})
    client.post(
        reverse("admin:news_photo_changelist"),
        {"action": "delete_selected", "_selected_action": photo.pk, "post": "yes"},
    )

    assert Photo.objects.exists()
    assert Path(photo.original.path).exists()


def test_a_picture_can_be_looked_at_before_its_renditions_are_made(client, reporter):
    photo, _new = images.take(picture())

    answer = client.get(page(photo, "peek"))

    assert (answer["Content-Type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert pictures.metadata(answer.content) == set()


@pytest.mark.parametrize("path", [UPLOAD, CONFIRM])
def test_a_moderator_has_no_library(client, path):
    client.force_login(make_staff("moderator", HOME))

    assert client.post(path).status_code == 403
    assert client.get(reverse("admin:news_photo_changelist")).status_code == 403


def test_list_and_page_cost_the_same_at_any_size(client):
    user = make_staff("editor", "sichuan/liangshan")
    client.force_login(user)
    photo = made(picture(), by=user)

    def costs():
        counts = []
        for address in (reverse("admin:news_photo_changelist"), page(photo), CONFIRM):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        return counts

    make_article(home=HOME, lead_photo=photo)
    before = costs()
    for number in (1, 2):
        images.take(picture(number), by=user)
        make_article(home=OTHER, lead_photo=photo)

    assert costs() == before
    assert max(before) <= 10
