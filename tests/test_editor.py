"""The body's editor as the server sends it, and the photos that it offers."""

import json

import pytest
from django.urls import reverse

from news import search
from news.models import Photo
from tests.factories import make_article, make_staff
from tests.pictures import made, saved, scene

pytestmark = pytest.mark.django_db
HOME = "sichuan/liangshan/ganluo"


def choices(client, **query):
    return client.get(reverse("admin:photo_choices"), query).json()["photos"]


def waiting(number, **fields):
    return Photo.objects.create(sha256=f"{number:064}", width=3, height=2, original=f"{number}.jpg", **fields)


def test_the_form_has_the_editor_and_the_version_that_was_read(client):
    article = make_article(home=HOME, live=False)
    client.force_login(make_staff("reporter", HOME))
    page = client.get(reverse("admin:news_article_change", args=[article.pk])).content.decode()
    assert "data-body" in page
    assert f'name="read_version" value="{article.version}"' in page
    assert 'name="form_key" value="' in page
    assert "news/admin/js/writing" in page
    assert "<script>" not in page


def test_the_newest_photos_come_first_and_at_most_24(client):
    photos = [waiting(number) for number in range(26)]
    client.force_login(make_staff("reporter", HOME))
    assert [row["id"] for row in choices(client)] == [photo.pk for photo in reversed(photos)][:24]


def test_photos_are_found_by_their_words_or_number(client):
    river = waiting(1, caption="溪边的人家", credit="宋恩 摄")
    other = waiting(2, place="海棠镇")
    search.keep_photos([river, other])
    client.force_login(make_staff("reporter", HOME))
    assert [row["id"] for row in choices(client, q="溪邊")] == [river.pk]
    assert [row["id"] for row in choices(client, q="宋恩")] == [river.pk]
    assert [row["id"] for row in choices(client, q="海棠")] == [other.pk]
    assert river.pk in [row["id"] for row in choices(client, q=str(river.pk))]
    assert [row["id"] for row in choices(client, ids=f"{other.pk},x,{'9' * 30}")] == [other.pk]


def test_a_choice_has_a_small_picture_once_it_is_made(client):
    photo, bare = made(saved(scene(900, 600))), waiting(1)
    client.force_login(make_staff("reporter", HOME))
    src = {row["id"]: row["src"] for row in choices(client)}
    assert src[photo.pk].endswith(".jpg")
    assert src[bare.pk] == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_offering_photos_costs_the_same(client, rows, django_assert_num_queries):
    for number in range(rows):
        waiting(number)
    client.force_login(make_staff("reporter", HOME))
    choices(client)
    with django_assert_num_queries(4):
        choices(client)


def test_photos_are_for_those_who_write(client):
    client.force_login(make_staff("moderator", HOME))
    assert client.get(reverse("admin:photo_choices")).status_code == 403


def test_the_words_of_the_editor_are_sent_along(client):
    client.force_login(make_staff("reporter", HOME))
    page = client.get(reverse("admin:news_article_add"))
    assert json.loads(page.context["words"])["bold"]
