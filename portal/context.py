"""What every template may print."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from counties import changes
from counties.navigation import CHANGED


class Dateline(NamedTuple):
    """Today as a newspaper prints it."""

    iso: str
    day: int
    month: str
    weekday: str
    lunar: str


@lru_cache(maxsize=2)
def dateline(today: date) -> Dateline:
    # Imported here: only the first page of a day needs the calendar tables.
    from lunar_python import Solar  # noqa: PLC0415

    lunar = Solar.fromYmd(today.year, today.month, today.day).getLunar()
    return Dateline(
        today.isoformat(),
        today.day,
        f"{today.year}年{today.month}月",
        f"星期{'一二三四五六日'[today.weekday()]}",
        f"{lunar.getYearInGanZhi()}年{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}",
    )


def site(request: HttpRequest) -> dict:
    return {
        "site_url": settings.SITE_URL,
        "canonical": settings.SITE_URL + request.path,
        # Parts of the frame that hang on nothing else but the channel are kept under this.
        "edition": f"{changes.generation(CHANGED)} {get_language()}",
        "today": dateline(timezone.localdate()),
        "contact_email": settings.CONTACT_EMAIL,
        "icp_number": settings.ICP_NUMBER,
        "police_number": settings.POLICE_NUMBER,
    }
