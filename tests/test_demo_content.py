"""The demo newsroom's words and pictures: pure data, so no database here."""

import random
import re
import time
from collections import Counter

import pytest
from PIL import Image

from news import demo
from news.demo.captions import captions

LIANGSHAN = "sichuan/liangshan"
STORIES = demo.stories()
LONG = [story for story in STORIES if "-long-" in story["key"]]
USUAL = [s for s in STORIES if s not in LONG and s["section"] not in ("notices", "photos")]


def texts(story):
    """Every text of the body, paragraph by paragraph."""
    for kind, *values in story["body"]:
        if kind in ("p", "h2", "quote"):
            yield values[0]
        elif kind == "list":
            yield from values[0]
        elif kind == "part":
            yield from values[1:]
        elif kind == "table":
            yield from (cell for row in values[0] for cell in row)


def length(story):
    return sum(map(len, texts(story)))


def test_there_are_enough_stories_in_every_channel():
    homes = Counter(story["region"] for story in STORIES)

    assert len(STORIES) >= 440
    assert len([path for path in homes if path.startswith(LIANGSHAN)]) == 18
    assert homes[f"{LIANGSHAN}/muli"] == 1
    assert len([path for path in homes if path.count("/") == 2 and LIANGSHAN not in path]) >= 12


def test_regions_are_paths_from_the_province_down():
    paths = {path for story in STORIES for path in (story["region"], *story["regions"])}

    assert not [path for path in paths if not re.fullmatch(r"[a-z]+(/[a-z]+){0,2}", path)]
    assert not [s for s in STORIES if s["region"] in s["regions"] or len(s["regions"]) > 2]


def test_sections_are_the_eight_and_all_used():
    assert {slug for slug, _name, _order in demo.sections()} == {story["section"] for story in STORIES}
    assert [order for _slug, _name, order in demo.sections()] == list(range(1, 9))


def test_keys_and_headlines_are_unique():
    assert len({story["key"] for story in STORIES}) == len(STORIES)
    assert len({story["headline"] for story in STORIES}) == len(STORIES)


def test_headlines_have_a_natural_length():
    lengths = [len(story["headline"]) for story in STORIES]

    assert [n for n in lengths if not 8 <= n <= 30] == [n for n in lengths if n == 6 or 40 <= n <= 60]
    assert {6, 58} <= set(lengths)


def test_summaries_have_40_to_90_characters():
    assert [s["summary"] for s in STORIES if not 40 <= len(s["summary"]) <= 90] == []


def test_bodies_have_the_length_of_their_kind():
    assert [s["key"] for s in USUAL if not 350 <= length(s) <= 900] == []
    assert [s["key"] for s in STORIES if s["section"] == "notices" and not 120 <= length(s) <= 250] == []
    assert len(LONG) == 12
    assert [s["key"] for s in LONG if not 1800 <= length(s) <= 3500] == []


def test_one_report_has_a_wide_table_and_some_have_lettered_parts():
    tables = [block[1] for story in LONG for block in story["body"] if block[0] == "table"]

    assert len(tables[0][0]) >= 10
    assert {block[1] for story in LONG for block in story["body"] if block[0] == "part"} == set("ABC")


def test_no_two_bodies_share_a_paragraph():
    said = Counter(text for story in STORIES for text in texts(story) if len(text) > 20)

    assert [text for text, times in said.items() if times > 1] == []


def test_no_sentence_comes_twice_in_one_story():
    for story in STORIES:
        sentences = [s for text in texts(story) for s in re.split("[。！？]", text) if len(s) > 14]
        assert len(sentences) == len(set(sentences)), story["key"]


def test_chinese_sentences_use_chinese_punctuation():
    marked = re.compile(r"""[\u4e00-\u9fff]["',;:!?()]|["',;:!?()][\u4e00-\u9fff]|\{|\}|”“|。。|“ “""")
    for story in STORIES:
        for text in (story["headline"], story["summary"], *texts(story)):
            assert not marked.search(text), text


def test_quotation_marks_are_paired():
    for story in STORIES:
        for text in texts(story):
            assert text.count("“") == text.count("”"), text


def test_photos_have_words_and_a_picture():
    photos = [photo for story in STORIES for photo in story["photos"]]

    assert not [p for p in photos if not (p["caption"] and p["alt"] and p["credit"].endswith(" 摄"))]
    assert {photo["picture"] for photo in photos} <= set(demo.PICTURES)
    assert all(4 <= len(s["photos"]) <= 9 for s in STORIES if s["section"] == "photos")
    assert 0.5 < sum(bool(s["photos"]) for s in USUAL) / len(USUAL) < 0.9


def test_figures_point_at_photos():
    for story in STORIES:
        numbers = [values[0] for kind, *values in story["body"] if kind == "figure"]
        assert sorted(numbers) == list(range(len(story["photos"]))), story["key"]


def test_tags_are_shared():
    bearers = Counter(tag for story in STORIES for tag in story["tags"])

    assert all(2 <= len(story["tags"]) <= 5 for story in STORIES)
    assert len([tag for tag, times in bearers.items() if times == 1]) < 12


def test_the_newest_is_minutes_old_and_the_oldest_two_months():
    ages = [story["hours_ago"] for story in STORIES]

    assert ages == sorted(ages)
    assert ages[0] < 0.5
    assert 50 * 24 < ages[-1] <= 61 * 24
    assert sum(age < 7 * 24 for age in ages) > len(ages) / 5


def test_the_same_seed_writes_the_same_stories():
    demo.stories.cache_clear()

    assert demo.stories(1) == STORIES
    assert demo.stories(2) != STORIES


def test_comments_are_few_and_in_every_state():
    said = [demo.comments(story) for story in STORIES]

    assert max(map(len, said)) == 8
    assert {c["state"] for some in said for c in some} == {"pending", "approved", "rejected", "hidden"}
    assert demo.comments(STORIES[3]) == said[3]
    for story, some in zip(STORIES, said, strict=True):
        assert all(0 <= comment["hours_after"] <= story["hours_ago"] for comment in some)


def test_picks_leads_and_corrections_name_stories():
    keys = {story["key"] for story in STORIES}

    assert {key for some in (*demo.picks.values(), *demo.leads.values()) for key in some} <= keys
    assert set(demo.leads) == {"", "sichuan", LIANGSHAN, f"{LIANGSHAN}/ganluo"}
    assert {notice["key"] for notice in demo.corrections} <= keys
    assert [n["kind"] for n in demo.corrections].count("withdrawal") == 1


def test_every_home_region_has_a_slogan_of_its_own():
    homes = {story["region"] for story in STORIES}

    assert homes <= set(demo.slogans)
    assert len(set(demo.slogans.values())) == len(demo.slogans)


def test_readings_decay():
    hours = demo.readings(STORIES[-1], random.Random(1))

    assert sum(n for hour, n in hours.items() if hour < 24) > sum(n for h, n in hours.items() if h > 48)


@pytest.mark.parametrize("name", ["lake-dawn", "terraces-spring", "torches-night", "basket-walnuts"])
def test_a_picture_is_always_the_same_and_quickly_painted(name, tmp_path):
    start = time.process_time()
    first = demo.paint(name, tmp_path).read_bytes()
    took = time.process_time() - start

    assert demo.paint(name, tmp_path).read_bytes() == first
    assert Image.open(tmp_path / f"{name}.jpg").size in ((1600, 1067), (1067, 1600), (1600, 1200))
    assert took < 1.5  # about 0.25 s on an idle core; a bound for slow machines


def test_every_picture_has_captions_to_choose_from():
    assert set(captions()) >= set(demo.PICTURES)
    assert all(len(words) >= 2 for words in captions().values())
