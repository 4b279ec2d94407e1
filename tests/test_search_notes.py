"""Finding photos and comments in the newsroom by the search engine."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from news import comments, search
from news.models import Photo
from tests.factories import make_article, make_comment, make_region, make_staff

pytestmark = pytest.mark.django_db
GANLUO, EMEI = "sichuan/liangshan/ganluo", "sichuan/leshan/emei"


def make_photo(**words):
    photo = Photo.objects.create(original="a.jpg", sha256="a" * 64, width=1, height=1, **words)
    search.keep_photos([photo])
    return photo


def say(path, text):
    return comments.post(make_article(home=make_region(path)), name="读者", text=text)


def test_a_photo_is_found_by_its_caption_its_credit_and_traditional_characters():
    photo = make_photo(caption="甘洛县的核桃熟了", credit="宋恩 摄")
    make_region(GANLUO)
    for q in ("核桃", "宋恩", "宋恩 摄", "“核桃熟了”", "核桃熟", "甘洛縣", "核桃 -苹果"):
        assert search.photos_found(q) == [photo.pk], q
    for q in ("苹果", "核桃 苹果", "核桃 -宋恩", "", "((((", "“", "\0"):
        assert search.photos_found(q) == [], q


def test_a_photo_is_found_by_its_new_words_alone_and_not_once_it_is_gone():
    photo = make_photo(caption="核桃")
    photo.caption = "苹果"
    search.keep_photos([photo])
    assert search.photos_found("核桃") == []
    assert search.photos_found("苹果") == [photo.pk]
    search.forget_photo(photo)
    assert search.photos_found("苹果") == []


def test_comments_are_found_in_the_regions_asked_for_newest_first():
    here, there = say(GANLUO, "核桃真好吃"), say(EMEI, "核桃不好吃")
    province, prefecture = here.province_id, here.prefecture_id
    assert search.comments_found("核桃") == [there.pk, here.pk]
    assert search.comments_found("好吃", [prefecture]) == [here.pk]
    assert search.comments_found("核桃", [province]) == [there.pk, here.pk]
    assert search.comments_found("苹果") == []


def test_the_lists_of_photos_and_comments_are_searched(client):
    photo, comment = make_photo(caption="甘洛县的核桃熟了"), make_comment(make_article(), text="路修好了")
    call_command("rebuild", "search", verbosity=0)
    client.force_login(make_staff())
    assert shown(client, "photo", "核桃") == shown(client, "photo", str(photo.pk)) == [photo.pk]
    assert shown(client, "comment", "路修好") == shown(client, "comment", str(comment.pk)) == [comment.pk]
    assert shown(client, "photo", "苹果") == shown(client, "comment", "苹果") == []


def test_a_moderator_finds_no_comment_of_another_region(client):
    comment = say(EMEI, "核桃")
    client.force_login(make_staff("moderator", GANLUO))
    assert shown(client, "comment", "核桃") == []
    client.force_login(make_staff("moderator", EMEI))
    assert shown(client, "comment", "核桃") == [comment.pk]


def test_a_search_of_photos_compares_no_text(client, django_assert_max_num_queries):
    make_region()
    make_photo(caption="核桃")
    client.force_login(make_staff())
    with django_assert_max_num_queries(20) as asked:
        shown(client, "photo", "核桃")
    assert not [query for query in asked.captured_queries if " LIKE " in query["sql"].upper()]


def shown(client, model, q):
    """What the list shows."""
    page = client.get(
        reverse(f"admin:news_{model}_changelist"), {"q": q} | ({"state": "all"} if model == "comment" else {})
    )
    return [row.pk for row in page.context["cl"].result_list]
