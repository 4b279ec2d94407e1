"""Nothing that somebody sends costs more than its share of time, memory or disk."""

import tracemalloc
from time import process_time

import pytest

from news import comments, images, richtext, search, seo
from tests import pictures
from tests.factories import make_article, make_staff
from tests.serving import Served

pytestmark = pytest.mark.django_db
HOME = "sichuan/liangshan/ganluo"


def cost(work):
    """Seconds of processor time and bytes at the peak."""
    tracemalloc.start()
    start = process_time()
    work()
    seconds, peak = process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak


HOSTILE = [
    "<",
    "&",
    "&#x",
    "<!--",
    "<p>",
    "<blockquote>",
    "<ul><li>",
    "<section>",
    "<a href=",
    " ",
    "</p",
    "<p>&lt;",
]
HOSTILE += [
    "<a",
    "a=1 ",
    "。",
    "(",
    "<![CDATA[",
    "<p title='",
    "<h2 data-part='A'>",
    "&nbsp;",
    "<figure>",
    "<table><td>",
]


@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_text_is_cleaned_and_shortened_in_a_second(part):
    text = part * (100_000 // len(part))

    def work():
        clean = richtext.clean(text)
        richtext.excerpt(richtext.plain(clean), 120)
        richtext.parts(clean)
        richtext.from_text(text)
        comments.plain.plain(text[:1000])

    seconds, peak = cost(work)
    assert seconds < 1
    assert peak < 50 * 2**20


QUERIES = [
    part * (100 // len(part)) for part in ("(", '"', "-", "核 ", "a* ", "OR ", "%_", "\\", "a OR ", "核桃")
]
QUERIES += [
    part * (100 // len(part)) for part in ("NEAR(", "^", "'", ":*", "&|!", "\u202e", "𠮷", "{a}:", '"a" ')
]


@pytest.mark.parametrize("q", QUERIES)
def test_no_search_blows_up(client, q):
    for number in range(3):
        make_article(headline=f"核桃{number}", body="<p>" + "核桃丰收 a b " * 500 + "</p>")
    seconds, _peak = cost(lambda: (search.find(q), search.suggest(q), client.get("/search/", {"q": q * 100})))
    assert seconds < 1
    client.force_login(make_staff())
    for name in ("article", "comment", "photo", "tag"):
        assert client.get(f"/admin/news/{name}/", {"q": q}).status_code == 200


def test_no_size_of_a_picture_is_made_on_demand(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT, settings.ORIGINALS_DIR = tmp_path / "media", tmp_path / "originals"
    served = Served(monkeypatch)
    make_article()
    photo = pictures.made(pictures.saved(pictures.scene()))
    files = pictures.files(photo)
    known = images.variants(photo, "full")[0].url
    assert served.ask(known).status == 200
    for width in (1, 2, 479, 481, 10**9, -1, "0480"):
        for name in (f"full-{width}.avif", f"card-{width}.jpg", f"full-{width}x{width}.webp"):
            assert served.ask(f"{known.rpartition('/')[0]}/{name}").status == 404
    for query in ("w=9999", "width=1&height=1", "format=png"):
        assert served.ask(f"{known}?{query}").content == served.ask(known).content
    assert pictures.files(photo) == files


def test_a_poster_is_drawn_for_its_own_address_alone(client, monkeypatch):
    article = make_article(home=HOME)
    monkeypatch.setattr(images.poster, "draw", lambda *words: pytest.fail("drawn"))
    for version in ("0" * 12, "f" * 12):
        answer = client.get(f"/articles/{article.pk}/poster-{version}.png")
        assert answer.status_code == 301
        assert answer["Location"] == seo.made_picture(article, article.home)["url"]
