"""Counting readings. No other module writes Reading rows."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .models import Reading

_ROBOTS = ("bot", "spider", "crawl", "slurp", "curl", "wget", "python", "headless", "monitor")


def is_reader(headers: Mapping[str, str]) -> bool:
    """Whether a beacon comes from a person: no known robot, no prefetch."""
    agent = headers.get("User-Agent", "").lower()
    purpose = headers.get("Sec-Purpose", headers.get("Purpose", "")).lower()
    return bool(agent) and not any(word in agent for word in _ROBOTS) and "prefetch" not in purpose


@transaction.atomic
def count(article_id: int) -> None:
    """Add one reading to the article's current hour."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    Reading.objects.bulk_create([Reading(article_id=article_id, hour=hour)], ignore_conflicts=True)
    Reading.objects.filter(article=article_id, hour=hour).update(count=F("count") + 1)


def record(article_id: int, hours: Mapping[datetime, int]) -> None:
    """Add readings of past hours, for an import that brings them."""
    rows = [Reading(article_id=article_id, hour=hour, count=count) for hour, count in hours.items()]
    Reading.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["article", "hour"], update_fields=["count"]
    )
