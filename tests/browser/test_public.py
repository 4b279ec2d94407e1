"""What a reader's browser makes of the design: notices, grey days, galleries, large type, every width."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from news import frame
from news.images import make_waiting, store
from news.models import BreakingNews, Figure, Mourning
from tests import pictures
from tests.factories import make_article, make_region

PATH = "/sichuan/liangshan/ganluo/"
LONG = "一个月里三次改道，两座临时桥和一条便道，怎样让峡谷里的十一个村子在最长的雨季没有断过一天粮"
WIDTHS = 320, 360, 768, 1280

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def county(transactional_db):
    return make_region(PATH.strip("/"), name="甘洛县", short_name="甘洛")


def sideways(page):
    """Pixels by which the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def gallery(county, count):
    photos = [store(pictures.saved(pictures.scene(90 + n, 60)))[0] for n in range(count)]
    make_waiting()
    figures = [
        Figure(photo=photo, caption=f"图说{n}", order=n, is_lead=not n) for n, photo in enumerate(photos)
    ]
    for figure in figures:
        figure.photo.refresh_from_db()
    return make_article(home=county, section="photos", headline="集市", figures=figures)


def test_breaking_news_leads_to_its_story_and_does_not_move(live_server, page, county):
    story = make_article(home=county)
    until = timezone.now() + timedelta(hours=1)
    BreakingNews.objects.create(region=county, text="县道半幅通行", article=story, until=until)
    frame.announce(county.pk)
    page.goto(live_server.url + PATH)

    line = page.get_by_role("region").filter(has_text="县道半幅通行")
    assert line.evaluate("node => node.getAnimations({subtree: true}).length") == 0
    line.get_by_role("link").click()
    expect(page).to_have_url(live_server.url + story.get_absolute_url())


def test_a_day_of_mourning_is_grey_as_a_whole(live_server, page, county):
    today = timezone.localdate()
    Mourning.objects.create(region=make_region(), occasion="哀悼日", first_day=today, last_day=today)
    frame.announce(make_region().pk)
    page.goto(live_server.url + PATH)

    assert page.evaluate("getComputedStyle(document.documentElement).filter") == "grayscale(1)"


def test_a_gallery_by_keyboard_and_by_finger(live_server, page, county):
    page.goto(live_server.url + gallery(county, 3).get_absolute_url())
    box = page.locator("dialog.lightbox")

    page.locator(".figure a").first.press("Enter")
    expect(box).to_contain_text("1／3")
    page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("3／3")
    expect(box).to_contain_text("图说2")
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(60, 300)
    page.mouse.up()
    expect(box).to_contain_text("1／3")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(page.locator(".figure a").first).to_be_focused()


@pytest.mark.parametrize("care", ["", "1"])
def test_no_page_is_wider_than_the_screen(live_server, page, county, care):
    page.add_init_script(f"localStorage.care = '{care}'")
    cells = "".join(f"<td>第{n}个月的收成一览</td>" for n in range(12))
    story = make_article(
        home=county, headline=LONG, body=f"<table><tr>{cells}</tr></table><p>{'长' * 400}</p>"
    )
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/", PATH, story.get_absolute_url(), "/regions/", "/search/?q=收成", "/nowhere/at-all/"):
            page.goto(live_server.url + path)
            assert sideways(page) <= 0, (width, path)


def test_what_is_printed_is_the_story(live_server, page, county):
    page.goto(live_server.url + make_article(home=county).get_absolute_url())
    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    for hidden in (".nav", ".aside", "#comments", ".share"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator(".prose").evaluate("node => getComputedStyle(node).columnCount") == "2"
