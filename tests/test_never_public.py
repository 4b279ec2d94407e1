"""Promise 1: what is not published is never visible, by any address, feed, search, block, cache or error.

Every address of the site is asked for, twice, by a stranger: the second answer may come from the page cache.
Each text that must not be seen has a mark of its own.
"""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.urls import get_resolver
from django.utils import timezone

from counties.models import User
from news import comments, images, preview, workflow
from news.models import (
    Autosave,
    BreakingNews,
    Figure,
    FilterWord,
    Mourning,
    Pick,
    PlacementRequest,
    Relation,
    WatchWord,
)
from tests import pictures
from tests.factories import make_article, make_comment, make_region, make_staff
from tests.serving import Served

pytestmark = pytest.mark.django_db
HOME, BESIDE = "sichuan/liangshan/ganluo", "guizhou/bijie"
DAY = timedelta(days=1)
MARK = re.compile("zq[a-z]+zq")  # also a word that the search would find


def mark(what):
    return f"zq{what}zq"


def hidden(what, **fields):
    """A story not yet published, with its mark in all its texts, and otherwise like the public one."""
    word, file = mark(what), pictures.saved(pictures.scene(60 + len(what), 40 + ord(what[0])))
    words = {"caption": word, "credit": word, "alt": word}
    # Renditions take time, and one story that could show them is enough.
    photo = pictures.made(file, **words) if what == "draft" else images.store(file, **words)[0]
    story = make_article(
        live=False,
        headline=f"核桃丰收{word}",
        kicker=word,
        subhead=word,
        summary=word,
        body=f"<p>核桃丰收{word}</p>",
        byline=word,
        editor=word,
        source=word,
        tags=["核桃", word],
        figures=[Figure(photo=photo, caption=word, credit=word, is_lead=True)],
        home=HOME,
        places=[BESIDE],
        **fields,
    )
    for block in Pick.PINNED:
        Pick.objects.create(region=story.home, block=block, article=story)
    BreakingNews.objects.create(region=story.home, text="快讯", article=story, until=timezone.now() + DAY)
    return story


def all_states(editor):
    """Stories that no reader may see, by what they are."""
    now = timezone.now()
    found = {
        what: hidden(what)
        for what in ("draft", "submitted", "reviewed", "scheduled", "expired", "withdrawn", "unscheduled")
    }
    found["embargoed"] = hidden("embargoed", embargo_until=now + DAY)
    for what in ("submitted", "reviewed"):
        workflow.submit(found[what], by=editor)
    workflow.sign(found["reviewed"], by=editor)
    for what in ("scheduled", "unscheduled"):
        workflow.publish(found[what], at=now + DAY)
    workflow.publish(found["embargoed"], at=now + 2 * DAY)
    workflow.withdraw(found["unscheduled"], by=editor, notice=mark("unscheduled"))
    workflow.publish(found["withdrawn"], at=now - DAY)
    workflow.withdraw(found["withdrawn"], by=editor, notice="记者核实有误")
    workflow.publish(found["expired"], at=now - 2 * DAY)
    found["expired"].expires_at = now - DAY
    workflow.write(found["expired"])
    return found


def around(story, editor):
    """What hangs on the public story and is not for readers: a working copy, comments, notes, words typed."""
    copy = workflow.working_copy(story, by=editor)
    copy.headline = copy.body = mark("copy")
    workflow.write(copy, by=editor, tags=["核桃", mark("copy")])
    for state in ("pending", "rejected", "hidden"):
        make_comment(story, state=state, name=mark(state), text=mark(state), decision_reason=mark("reason"))
    said = make_comment(story, text="公开的话", address_hash=mark("address"), author=mark("author"))
    make_comment(story, state="pending", parent=said, text=mark("answer"))
    comments.reject(make_comment(story, state="pending"), by=editor, reason=mark("reason"))
    Autosave.objects.create(user=editor, article=story, fields={"headline": mark("typed")})
    PlacementRequest.objects.create(article=story, region=make_region("yunnan"), headline=mark("proposed"))
    Mourning.objects.create(
        region=story.home,
        occasion=mark("occasion"),
        first_day=timezone.localdate(),
        last_day=timezone.localdate(),
    )
    FilterWord.objects.create(word=mark("filter"), region=story.home)
    WatchWord.objects.create(word=mark("watch"))
    return [copy]


@pytest.fixture
def newsroom(settings, tmp_path):
    """The public story, the stories that must not be seen, and a member of staff."""
    settings.MEDIA_ROOT, settings.ORIGINALS_DIR = tmp_path / "media", tmp_path / "originals"
    editor = make_staff(first_name=mark("first"), last_name=mark("last"), email=f"{mark('mail')}@example.org")
    User.objects.filter(pk=editor.pk).update(username=mark("username"))
    story = make_article(home=HOME, headline=f"旧题{mark('earlier')}", live=False, section="folks")
    story.headline, story.body = "核桃丰收", "<p>今年核桃丰收了。</p>"
    photo = pictures.made(pictures.from_a_phone())
    workflow.write(story, by=editor, tags=["核桃"], figures=[Figure(photo=photo, is_lead=True)])
    workflow.publish(story, at=timezone.now() - timedelta(hours=1))
    secret = [*all_states(editor).values(), *around(story, editor)]
    for target in secret:
        Relation.objects.create(article=story, target=target)
    return story, secret, photo


@pytest.fixture
def served(monkeypatch):
    return Served(monkeypatch)


def patterns(resolver=None, above=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = above + str(pattern.pattern)
        yield from patterns(pattern, route) if hasattr(pattern, "url_patterns") else [route]


REGION, PK, MONTH, SECTION, FEED, TAG = (
    "^(?P<path>[A-Za-z0-9-]+(?:/[A-Za-z0-9-]+){0,2})/",
    "(?P<pk>[0-9]{1,18})/",
    "(?P<month>[0-9]{6})/",
    "sections/(?P<section>[A-Za-z0-9-]+)/",
    r"(?P<form>atom\.xml|rss\.xml|feed\.json)$",
    r"^tags/(?P<slug>[-\w]+)/",
)
FEEDS = ["atom.xml", "rss.xml", "feed.json"]


CHANNELS = ["", *(f"{path}/" for path in (HOME, "sichuan/liangshan", "sichuan", BESIDE, "yunnan"))]
SECTIONS = [f"sections/{slug}/" for slug in ("news", "folks")]


def public_addresses(stories, photo):
    """Route → addresses to ask for. A route that is not named here fails the test below: name it, and what
    somebody who is curious would ask there."""
    words = sorted(set(MARK.findall("".join(story.headline for story in stories))))
    return of_the_site(photo) | of_channels() | of_words(words) | of_stories(stories)


def of_the_site(photo):
    original = photo.original.name
    fixed = ["about/", "livez", "readyz", "robots.txt", "manifest.webmanifest", "corrections/"]
    fixed += ["sitemap.xml", "news-sitemap.xml", "sitemap-regions.xml"]
    fixed += [
        f"articles/account/{act}"
        for act in ("", "sign-in/", "register/", "sign-out/", "password/", "delete/")
    ]
    month = r"^sitemap-(?P<month>[0-9]{6})(?:-(?P<page>[0-9]{1,4}))?\.xml$"
    return {
        **{address: [address] for address in fixed},
        "": ["", "?province=sichuan", "?before=0-0"],
        month: [f"sitemap-{timezone.localdate():%Y%m}.xml"],
        "regions/": ["regions/", "regions/?q=zq"],
        r"^media/(?P<name>[\w./-]+)$": [
            f"media/{way}{original}" for way in ("", "originals/", "../originals/")
        ],
        "^comments/(?P<pk>[1-9][0-9]{0,17})/like/$": [f"comments/{pk}/like/" for pk in range(1, 9)],
        "^comments/(?P<pk>[1-9][0-9]{0,17})/report/$": [f"comments/{pk}/report/" for pk in range(1, 9)],
    }


def of_channels():
    return {
        "^hot/$": ["hot/", "hot/?window=week"],
        f"^{SECTION}$": SECTIONS,
        f"^{FEED}": FEEDS,
        f"^{SECTION}{FEED}": each(SECTIONS, FEEDS),
        f"{REGION}$": CHANNELS,
        f"{REGION}hot/$": each(CHANNELS, ["hot/"]),
        f"{REGION}{SECTION}$": each(CHANNELS, SECTIONS),
        f"{REGION}{FEED}": each(CHANNELS, FEEDS),
        f"{REGION}{SECTION}{FEED}": each([f"{HOME}/"], each(SECTIONS, FEEDS)),
    }


def of_words(words):
    slugs = [f"tags/{slug}/" for slug in ("核桃", *words)]
    asked = [f"search/?q={word}" for word in ("核桃", "丰收", "zq", *words)]
    return {
        "search/": each(asked, ["", "&sort=newest"]),
        "search/suggest/": [f"search/suggest/?q={word}" for word in ("核", "zq", "zqd")],
        f"{TAG}$": slugs,
        f"{TAG}{FEED}": each(slugs, FEEDS),
    }


def of_stories(stories):
    month = f"{timezone.localdate():%Y%m}"
    ids = [f"{story.pk}" for story in stories]
    own = [f"{story.month or month}/{story.pk}/" for story in stories]
    articles = [f"articles/{pk}/" for pk in ids]
    poster = r"poster-(?P<version>[0-9a-f]{12})\.png$"
    return {
        f"^articles/{PK}$": articles,
        f"^articles/{PK}{poster}": each(articles, [f"poster-{'0' * 12}.png"]),
        f"^articles/{PK}qr\\.svg$": each(articles, ["qr.svg"]),
        f"^articles/{PK}seen/$": each(articles, ["seen/"]),
        "^articles/(?P<pk>[1-9][0-9]{0,17})/comments/$": each(
            articles, ["comments/", "comments/?sort=liked", "comments/?reply=1"]
        ),
        f"^{MONTH}{PK}$": own,
        f"{REGION}{MONTH}{PK}$": each([f"{HOME}/"], own),
        r"^preview/(?P<secret>[\w~-]+)/$": [f"preview/{pk}/" for pk in ids],
        "for-you/": ["for-you/", f"for-you/?seen={','.join(ids)}", f"for-you/?region={HOME}"],
    }


def each(beginnings, endings):
    return [beginning + ending for beginning, ending in product(beginnings, endings)]


def test_every_public_address_is_known_to_this_test(newsroom):
    story, _secret, photo = newsroom
    routes = {route for route in patterns() if not route.startswith("admin/")}
    assert routes == set(public_addresses([story], photo))


def test_no_public_address_shows_what_is_not_public(newsroom, served, settings):
    settings.COMMENTS_REQUIRE_LOGIN = True
    story, secret, photo = newsroom
    numbers = re.compile("|".join(rf"(?<!comments)/{story.pk}/" for story in secret))
    drafts_photo = secret[0].lead_photo.renditions["key"]
    seen = 0
    for addresses in public_addresses([story, *secret], photo).values():
        for address in addresses:
            for _again in range(2):
                answer = served.ask(f"/{address}")
                assert not answer.cookies
                asked = set(MARK.findall(address))  # a search repeats the words it was asked for
                assert set(MARK.findall(answer.whole)) <= asked, address
                assert drafts_photo not in answer.whole, address
                if not numbers.search(f"/{address}") and "seen=" not in address:
                    assert not numbers.search(answer.whole), address
                seen += story.headline in answer.text
    assert seen > 60  # the pages were real, and the public story stood on many of them
    assert served.cache.pages


def test_addresses_of_what_is_not_public_do_not_exist(newsroom, served):
    """Only the story that was public has a notice in its place; of the others not even a redirect tells."""
    story, secret, _photo = newsroom
    month = f"{timezone.localdate():%Y%m}"
    for each in secret:
        was_public = each.headline.endswith(mark("withdrawn"))
        for address in (f"/articles/{each.pk}/", f"/{HOME}/{each.month or month}/{each.pk}/"):
            status = served.ask(address).status
            assert status in {301, 410} if was_public else status == 404, each.headline
    assert served.ask(f"/articles/{story.pk}/").status == 301


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_newsroom_shows_a_stranger_only_the_way_in(newsroom, served, method):
    _story, secret, _photo = newsroom
    for route in patterns():
        if not route.startswith("admin/"):
            continue
        address = re.sub("<[^>]+>", str(secret[0].pk), route).replace(
            "^(?P<app_label>counties|news)/$", "news/"
        )
        answer = served.ask("/" + address.replace("(?P<url>.*)$", "nothing/"), method)
        assert answer.status in {200, 302, 403, 404, 405}, address
        assert not MARK.search(answer.whole), address
        if answer.status == 200:
            assert address in {"admin/login/", "admin/jsi18n/"}, address
        if answer.status == 302:
            assert answer.headers["location"].startswith("/admin/login/") or address == "admin/logout/"


def test_originals_have_no_address(newsroom, served, settings):
    """Nor does their place or camera stand in anything public."""
    _story, _secret, photo = newsroom
    original = images.library.Photo.objects.get(pk=photo.pk).original
    assert b"SecretMaker" in original.open().read()
    for base in ("/", "/media/", "/static/", "/media/photos/", "/originals/", "/media//", "/static/../"):
        for name in (original.name, f"originals/{original.name}", str(original.path), f"..{original.path}"):
            assert served.ask(f"{base}{name}").status in {301, 400, 404}, base + name
    for variant in images.variants(photo, "full"):
        answer = served.ask(variant.url)
        assert answer.status == 200
        assert b"Secret" not in answer.content


def test_a_preview_opens_for_its_secret_alone_and_is_kept_by_nobody(newsroom, served):
    _story, secret, _photo = newsroom
    draft = secret[0]
    address = f"/preview/{preview.secret(draft)}/"
    answer = served.ask(address)
    assert mark("draft") in answer.text
    assert {"private", "no-store"} <= set(answer.headers["cache-control"].replace(" ", "").split(","))
    assert "noindex" in answer.headers["x-robots-tag"]
    assert not served.cache.pages
    for tampered in (address[:-3] + "/", address.swapcase().replace("/PREVIEW/", "/preview/")):
        assert served.ask(tampered).status == 404


def test_a_story_that_was_kept_and_withdrawn_is_gone_from_every_page(
    newsroom, served, django_capture_on_commit_callbacks
):
    story, _secret, photo = newsroom
    addresses = [f"/{a}" for found in public_addresses([story], photo).values() for a in found]
    showed = [address for address in addresses if story.headline in served.ask(address).text]
    assert len(showed) > 20
    with django_capture_on_commit_callbacks(execute=True):
        workflow.withdraw(story, by=None, notice="记者核实有误")
    for address in showed:
        assert story.headline not in served.ask(address).text, address
