"""Parts of the frame are kept ready in each process; they are true to the channel, the language, the tree."""

import pytest

from counties import changes, navigation
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db
COUNTY, BESIDE = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"


def page(client, path):
    return client.get(path).content.decode()


def test_they_are_the_same_on_the_second_page(client):
    address = make_article(home=COUNTY).get_absolute_url()
    first, second = page(client, address), page(client, address)
    assert first == second
    assert first.count("<footer") == first.count('class="nav nav--regions') == 1


def test_each_channel_has_its_own(client):
    make_region(COUNTY)
    make_region(BESIDE)
    for path, other in ((COUNTY, BESIDE), (BESIDE, COUNTY), (COUNTY, BESIDE)):
        shown = page(client, f"/{path}/")
        assert f'href="/{path}/" aria-current="page"' in shown
        assert f'href="/{other}/" aria-current' not in shown
        assert f'href="/{path}/atom.xml">' in shown


def test_a_channel_that_opens_is_there_at_once(client, django_capture_on_commit_callbacks):
    make_region(COUNTY)
    beside = make_region(BESIDE)
    assert f"/{BESIDE}/" in page(client, f"/{COUNTY}/")
    beside.is_open = False
    with django_capture_on_commit_callbacks(execute=True):
        beside.save()
        changes.announce({navigation.CHANGED})
    assert f"/{BESIDE}/" not in page(client, f"/{COUNTY}/")


def test_an_error_page_of_the_newsroom_has_them_in_its_language(client):
    make_region("")
    assert "关于" in page(client, "/nothing/")
    client.force_login(make_staff())
    shown = client.get("/admin/news/article/9/preview/", headers={"Accept-Language": "en"}).content.decode()
    assert "All channels" in shown
    assert "关于" in page(client, "/nothing/")
