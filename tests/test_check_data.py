"""`check_data` finds what derived data lacks or has wrong, and writes it anew."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from news import heat, images, placements, search
from news.models import Article, Photo, Placement, Tagging
from tests.factories import make_article, make_comment
from tests.pictures import folder, saved, scene

pytestmark = pytest.mark.django_db


def check(*options):
    said = StringIO()
    call_command("check_data", *options, stdout=said)
    return said.getvalue().splitlines()


@pytest.fixture
def story():
    article = make_article(tags=["核桃"], places=["sichuan/liangshan/xichang"])
    make_comment(article)
    return article


def without_a_channel(article):
    article.placements.last().delete()


def with_another_headline(article):
    article.placements.update(headline="别的标题")


def not_found(article):
    search.remove(article.pk)


def with_other_tags(article):
    Tagging.objects.update(published_at=None)


def with_other_count(article):
    Article.objects.update(comment_count=7)


def of_several_heats(article):
    heat.warm({article.pk: [(article.published_at, 9)]})
    Placement.objects.filter(region__level="county").update(heat_week=F("heat_week") + 1)


def public_although_withdrawn(article):
    Article.objects.update(state="withdrawn")


WAYS = {
    without_a_channel: "channels",
    with_another_headline: "channels",
    not_found: "search",
    with_other_tags: "times of tags",
    with_other_count: "comment count",
    of_several_heats: "heat",
    public_although_withdrawn: "channels",
}


def test_what_is_as_it_should_be_is_left_alone(story):
    make_article(live=False)
    assert check() == ["0 findings"]


@pytest.mark.parametrize("broken", WAYS)
def test_what_differs_is_named_and_repaired(story, broken):
    broken(story)
    said = StringIO()
    with pytest.raises(CommandError, match="--repair"):
        call_command("check_data", stdout=said)
    assert f"{story.pk}: {WAYS[broken]}" in said.getvalue()
    check("--repair")
    assert check() == ["0 findings"]


def test_a_repaired_story_is_where_it_belongs(story):
    before = set(story.placements.values_list("region", flat=True))
    without_a_channel(story)
    check("--repair")
    assert set(story.placements.values_list("region", flat=True)) == before == set(placements.where(story))


def test_lost_renditions_are_made_again_and_a_lost_original_is_said(tmp_path):
    photo, _new = images.store(saved(scene(), name="a.jpg"))
    images.make_waiting()
    assert check() == ["0 findings"]
    photo.refresh_from_db()
    next(folder(photo.renditions["key"]).iterdir()).unlink()
    assert "renditions" in check("--repair")[0]
    assert Photo.objects.get().progress == Photo.Progress.WAITING
    images.make_waiting()
    assert check() == ["0 findings"]
    photo.original.storage.delete(photo.original.name)
    with pytest.raises(CommandError):
        check()


def test_a_batch_costs_the_same_for_one_and_for_three(story):
    counts = []
    for _more in range(2):
        with connection.execute_wrapper(lambda execute, *query: (counts[-1].append(1), execute(*query))[1]):
            counts.append([])
            check()
        make_article(tags=["核桃"])
        make_article()
    assert len(counts[0]) == len(counts[1]) == 12
