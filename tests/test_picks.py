"""What editors show and keep out of the blocks of their channels, and what that leads to."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from counties.models import Role
from counties.navigation import regions
from news import blocks, candidates
from news.models import Pick
from tests.factories import make_article, make_region, make_staff
from tests.test_desks import picks_form

pytestmark = pytest.mark.django_db
PREFECTURE, HERE, BESIDE = "sichuan/liangshan", "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"
Block = Pick.Block


def keep_out(article, block, **fields):
    return Pick.objects.create(
        region=make_region(HERE), article=article, block=block, is_kept_out=True, **fields
    )


def found():
    return candidates.of(regions().by_path[HERE])


def shown(block, of=None):
    return [card.id for card in block(of or found()).cards]


@pytest.fixture
def story():
    """A story that every block of 甘洛 could show, and another that takes its place."""
    other = make_article(home=BESIDE, section="folks", headline="西昌的", hours_ago=9)
    story = make_article(home=BESIDE, section="folks", headline="邻县的", places=[HERE], hours_ago=2)
    assert other.pk != story.pk
    return story


@pytest.mark.parametrize(
    ("block", "shows"),
    [
        (Block.CHANNEL, blocks.channel_picks),
        (Block.HOT, blocks.hot_reading),
        (Block.FOLKS, blocks.folks),
        (Block.RANKING, blocks.ranking),
        (Block.LIKE, lambda found: blocks.you_may_like(found, 0)),
    ],
)
@pytest.mark.parametrize("everywhere", [False, True])
def test_a_story_is_kept_out_of_a_block_or_of_all(story, block, shows, everywhere):
    assert story.pk in shown(shows)
    keep_out(story, Block.EVERY if everywhere else block)
    assert story.pk not in shown(shows)


def test_kept_out_of_one_block_it_stands_in_the_others(story):
    keep_out(story, Block.CHANNEL)
    assert story.pk in shown(blocks.hot_reading)


def test_a_lead_that_is_kept_out_gives_way(story):
    newer = make_article(home=HERE, hours_ago=1)
    assert blocks.lead(found()).id == newer.pk
    keep_out(newer, Block.LEAD)
    assert blocks.lead(found()).id == story.pk


def test_related_and_recommended_leave_out_what_is_kept_out():
    article = make_article(home=HERE, tags=["斑鸠"])
    close = make_article(home=HERE, tags=["斑鸠"])
    for block in (Block.RELATED, Block.RECOMMENDED):
        keep_out(close, block)
    tags = list(article.tags.values_list("pk", flat=True))
    page = blocks.for_article(article, regions().by_path[HERE], tags)
    assert [line.url for line in page["related"].cards + page["recommended"].cards] == []


def test_keeping_out_ends_by_itself(story):
    keep_out(story, Block.CHANNEL, expires_at=timezone.now() - timedelta(minutes=1))
    assert story.pk in shown(blocks.channel_picks)


@pytest.mark.parametrize("block", [Block.HOT, Block.FOLKS, Block.CHANNEL])
def test_a_picked_story_comes_first(block):
    shows = {Block.HOT: blocks.hot_reading, Block.FOLKS: blocks.folks, Block.CHANNEL: blocks.channel_picks}
    for _ in range(3):
        make_article(home=BESIDE, section="folks", places=[HERE])
    old = make_article(home="sichuan/liangshan/huili", section="folks", places=[HERE], hours_ago=24 * 60)
    Pick.objects.create(region=make_region(HERE), article=old, block=block)
    assert shown(shows[block])[0] == old.pk


def test_a_picture_comes_first_only_where_it_works():
    article = make_article(home=HERE)
    Pick.objects.create(region=make_region(HERE), article=article, block=Block.PHOTOS)
    assert shown(blocks.photos) == []


def test_a_pick_that_left_the_channels_is_not_shown():
    away = make_article(home="guizhou/bijie")
    make_article(home=HERE, headline="在线")
    Pick.objects.create(region=make_region(HERE), article=away)
    assert away.pk not in shown(blocks.channel_picks)


@pytest.mark.parametrize("block", [Block.RANKING, Block.RELATED, Block.LIKE, Block.EVERY])
def test_what_readings_decide_is_not_picked(block):
    with pytest.raises(IntegrityError):
        Pick.objects.create(region=make_region(HERE), article=make_article(home=HERE), block=block)


# The desk


def desk(path=HERE, page="channel"):
    return reverse(f"admin:news_pick_{page}", args=[make_region(path).pk])


@pytest.fixture
def editor(client):
    client.force_login(make_staff(Role.EDITOR, HERE))
    return client


@pytest.mark.parametrize("block", Block)
def test_an_editor_keeps_a_story_out_of_any_block(editor, block):
    article = make_article(home=HERE)
    sent = {f"{block}-story": str(article.pk), f"{block}-is_kept_out": "on"}
    assert editor.post(desk(), picks_form(**sent)).status_code == 302
    pick = Pick.objects.get()
    assert (pick.block, pick.article, pick.is_kept_out) == (block, article, True)


def test_what_can_only_be_kept_out_is_kept_out_without_being_asked(editor):
    article = make_article(home=HERE)
    editor.post(desk(), picks_form(**{"ranking-story": str(article.pk)}))
    assert Pick.objects.get().is_kept_out


def test_a_neighbours_story_is_picked_for_the_blocks_that_show_neighbours(editor):
    article = make_article(home=BESIDE)
    editor.post(desk(), picks_form(**{"folks-story": str(article.pk)}))
    assert Pick.objects.get().block == Block.FOLKS
    editor.post(desk(), picks_form(**{"channel-story": str(article.pk)}))
    assert Pick.objects.count() == 1


def test_the_preview_shows_every_block_as_it_would_be(editor):
    picked = make_article(home=HERE, headline="选中的", hours_ago=99)
    for _ in range(2):
        make_article(home=HERE, hours_ago=0.1)  # one leads, one is recommended
    out = make_article(home=HERE, headline="不要的")
    for page in (editor.get(desk(page="preview")), editor.get(desk(page="preview"), {"ranking": "1"})):
        names = set(page.context["blocks"])
        assert names == {
            *("related", "recommended", "channel_picks", "photos", "hot_reading", "folks"),
            *("you_may_like", "ranking"),
        }
    changes = {"channel": picked.pk, "not-every": out.pk, "not-ranking": out.pk}
    page = editor.get(desk(page="preview"), changes)
    assert page.context["blocks"]["channel_picks"].cards[0].id == picked.pk
    assert "不要的" not in page.content.decode().partition('<p class="quiet">')[0]
    assert not Pick.objects.exists()


def test_the_preview_of_an_empty_channel_works(editor):
    assert editor.get(desk(page="preview")).status_code == 200


@pytest.mark.parametrize(
    ("role", "path", "may"),
    [
        (Role.EDITOR, HERE, True),
        (Role.EDITOR, PREFECTURE, True),
        (Role.EDITOR, BESIDE, False),
        (Role.CHIEF, "", True),
        (Role.REPORTER, HERE, False),
        (Role.MODERATOR, HERE, False),
    ],
)
def test_only_editors_of_the_region_pick_and_preview(client, role, path, may):
    client.force_login(make_staff(role, path))
    article = make_article(home=HERE)
    asked = [client.get(desk(page=page)).status_code for page in ("channel", "preview", "stories")]
    client.post(desk(), picks_form(**{"every-story": str(article.pk)}))
    assert set(asked) == ({200} if may else {403})
    assert Pick.objects.exists() == may


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_costs_a_fixed_number_of_queries(editor, number, django_assert_max_num_queries):
    for _ in range(number):
        keep_out(make_article(home=HERE), Block.CHANNEL)
        Pick.objects.create(region=make_region(HERE), article=make_article(home=HERE))
    editor.get(desk())
    with django_assert_max_num_queries(12):
        editor.get(desk())


def test_a_pick_that_moves_is_told_to_both_channels(client, story, monkeypatch):
    told = set()
    client.force_login(make_staff(Role.EDITOR, PREFECTURE))
    monkeypatch.setattr("counties.changes.announce", told.update)
    here, above = (regions().by_path[path].id for path in (HERE, PREFECTURE))
    pick = Pick.objects.create(region_id=here, block="lead", article=story)
    sent = {"region": above, "block": "lead", "article": story.pk, "order": 0}
    assert client.post(f"/admin/news/pick/{pick.pk}/change/", sent).status_code == 302
    assert {f"region:{here}", f"region:{above}"} <= told
