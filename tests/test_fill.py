import pytest
from django.core.management import CommandError, call_command

from counties.navigation import regions
from news.models import Article, Comment, Placement
from tests.factories import make_region

pytestmark = pytest.mark.django_db


def test_fills_all_channels_above_each_story(client):
    make_region("sichuan/liangshan/ganluo")
    call_command("fill", articles=30, comments=20, verbosity=0)
    assert Article.objects.published().count() == 30
    assert Comment.objects.count() == 20
    for path in ("", "sichuan", "sichuan/liangshan", "sichuan/liangshan/ganluo"):
        assert Placement.objects.filter(region=regions().by_path[path].id).count() == 30
    assert client.get("/sichuan/liangshan/ganluo/").status_code == 200


def test_needs_regions():
    with pytest.raises(CommandError):
        call_command("fill", articles=1)
