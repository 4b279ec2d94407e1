"""猜你喜欢 as a fragment, asked for with what a browser remembers."""

import pytest

from tests.factories import make_article, make_region

pytestmark = pytest.mark.django_db


def test_shows_what_was_not_read(client):
    read = make_article(tags=["苹果"], headline="读过的苹果")
    make_article(tags=["苹果"], headline="没读过的苹果")
    page = client.get(f"/for-you/?seen={read.pk}&region=sichuan/liangshan/ganluo").content.decode()
    assert "没读过的苹果" in page
    assert ">读过的苹果" not in page


@pytest.mark.parametrize(
    "seen", ["", "x,,-1,1.5", "٣,²", "9" * 18, "9" * 19, "9" * 5000, "1," * 500, "1\0,\x08"]
)
@pytest.mark.parametrize("region", ["", "sichuan", "nowhere", "\0"])
def test_whatever_it_is_asked_with_it_answers(client, seen, region):
    make_region("sichuan")
    assert client.get("/for-you/", {"seen": seen, "region": region}).status_code == 200
