"""Prints what is measured, as JSON: the addresses of home, of the busiest county and of its newest story."""

import json
import sys

import django


def addresses() -> dict[str, str]:
    region = busiest()
    story = newest(region).select_related("article").first().article
    return {"home": "/", "channel": region.url, "article": story.get_absolute_url()}


def busiest():
    """The county with the most stories."""
    # Imported here and below: Django has to be set up first.
    from django.db.models import Count  # noqa: PLC0415

    from counties.navigation import regions  # noqa: PLC0415
    from news.models import Placement  # noqa: PLC0415

    of_counties = Placement.objects.filter(region__level="county").values("region")
    row = of_counties.annotate(stories=Count("pk")).order_by("-stories").first()
    return regions().by_id[row["region"]]


def newest(region):
    from news.models import Placement  # noqa: PLC0415

    return Placement.objects.live().filter(region=region.id).order_by("-published_at", "-article_id")


if __name__ == "__main__":
    django.setup()
    json.dump(addresses(), sys.stdout)
