"""No copy of a page outlives the next time at which something on it becomes due or expires."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news import due
from tests.factories import make_article

HERE = "/sichuan/liangshan/ganluo/"


@pytest.mark.django_db
@pytest.mark.parametrize("path", [
    "/", HERE, f"{HERE}hot/", f"{HERE}sections/news/", "/tags/核桃/", "/corrections/", "{story}",
    f"{HERE}feed.json", f"{HERE}sections/news/atom.xml", "/tags/核桃/rss.xml", "/articles/{pk}/comments/",
    "/articles/{pk}/qr.svg", "/sitemap.xml", "/news-sitemap.xml", "/sitemap-regions.xml",
    "/sitemap-202601.xml",
])  # fmt: skip
def test_the_time_is_looked_up_before_a_page_is_read(client, monkeypatch, path):
    """What becomes due while it is made may be missing in it, and would be for a minute."""
    story, asked = make_article(tags=["核桃"], at=datetime(2026, 1, 2, tzinfo=UTC)), []
    with CaptureQueriesContext(connection) as sent:
        monkeypatch.setattr(due, "seconds", lambda longest=60: asked.append(len(sent)) or 7)
        answer = client.get(path.format(pk=story.pk, story=story.get_absolute_url()))
    assert answer.status_code == 200
    assert "s-maxage=7," in answer["Cache-Control"]
    assert not any("news_" in query["sql"] for query in sent.captured_queries[: asked[0]])
