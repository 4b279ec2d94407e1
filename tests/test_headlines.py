import pytest

from news.templatetags.headlines import breaks_at_marks
from tests.factories import make_article


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("雨后的山路，还有些滑", True),
        ("“夜班公交”开进县城：第一天坐了三百人", True),
        ("二十张照片里的雷波一", True),
        ("二十张照片里的雷波一年", False),
        ("下雨了，县医院开通夜间急诊绿色通道", False),
        ("", True),
    ],
)
def test_a_headline_breaks_at_its_marks_where_each_part_fits_on_a_line(headline, expected):
    assert breaks_at_marks(headline) is expected


@pytest.mark.django_db
@pytest.mark.parametrize(("headline", "times"), [("核桃下山，三天到省城", 1), ("二十张照片里的雷波一年", 0)])
def test_a_story_says_so(client, headline, times):
    page = client.get(make_article(headline=headline).get_absolute_url()).content.decode()
    assert page.count('<h1 class="article__title at-marks">') == times
