"""Prints what is measured, as JSON: the addresses of home, of the busiest county and of its newest story."""

import json
import sys

import django


def addresses() -> dict[str, str]:
    # Imported here: Django has to be set up first.
    from django.db.models import Count  # noqa: PLC0415

    from counties.navigation import regions  # noqa: PLC0415
    from news.models import Placement  # noqa: PLC0415

    of_counties = Placement.objects.filter(region__level="county").values("region")
    busiest = of_counties.annotate(stories=Count("pk")).order_by("-stories").first()["region"]
    newest = Placement.objects.live().filter(region=busiest).order_by("-published_at", "-article_id")
    story = newest.select_related("article").first().article
    return {"home": "/", "channel": regions().by_id[busiest].url, "article": story.get_absolute_url()}


if __name__ == "__main__":
    django.setup()
    json.dump(addresses(), sys.stdout)
