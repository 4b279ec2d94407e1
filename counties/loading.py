"""Loading the tree of regions from the file that comes with the site.

What an editor decides (slogan, open or closed, order) is never overwritten, aliases are only added, and no
region is deleted. A region that got a new code keeps its row, and with it its stories, staff and slogan.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Concat

from . import changes, navigation
from .models import Level, Region

FILE = Path(__file__).parent / "data" / "regions.csv"
NETWORK = {"code": "000000", "level": Level.NETWORK, "name": "乡音", "short_name": "乡音", "label": "地方网"}
FROM_FILE = ["code", "level", "parent", "path", "slug", "name", "short_name", "label", "pinyin", "aliases"]


@dataclass
class Place:
    """A region as the file has it."""

    code: str
    name: str
    short_name: str
    label: str
    pinyin: str
    slug: str
    former: list[str]
    order: int
    parent: "Place | None"

    @property
    def level(self) -> Level:
        if self.code.endswith("0000"):
            return Level.PROVINCE
        return Level.PREFECTURE if self.code.endswith("00") else Level.COUNTY

    @property
    def path(self) -> str:
        return f"{self.parent.path}/{self.slug}" if self.parent else self.slug


@dataclass
class Report:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)  # regions that the file no longer has, in words


def read(file: Path = FILE) -> list[Place]:
    """The places of the file, parents before children. What a column leaves empty is derived here."""
    places: dict[str, Place] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code, name = row["code"], row["name"]
            short = row["short"] or name[:-1]
            district = name.endswith("区") and not code.endswith("00")
            places[code] = Place(
                code=code,
                name=name,
                short_name=short,
                label=row["label"] or (name if district else short),
                pinyin=row["pinyin"],
                slug=row["slug"] or row["pinyin"].replace(" ", ""),
                former=row["former"].split("|") if row["former"] else [],
                order=int(row["order"] or 0),
                # The prefecture if there is one, else the province: districts of Beijing, 仙桃.
                parent=places.get(code[:4] + "00") or places.get(code[:2] + "0000"),
            )
    return list(places.values())


@transaction.atomic
def load(file: Path = FILE) -> Report:
    """Bring the table in line with the file. A second run finds nothing to do and costs one query."""
    places = read(file)
    known = {region.code: region for region in Region.objects.all()}
    report = Report()
    if network := next((region for region in known.values() if region.level == Level.NETWORK), None):
        known.pop(network.code)
        report.unchanged += 1
    else:
        network = Region.objects.create(**NETWORK)
        report.created += 1
    found, gone = _match(places, known)
    _clear_paths(places, found, gone)
    regions = {None: network}
    for _level, group in groupby(sorted(places, key=_depth), key=_depth):
        _write(group, found, regions, report)
    report.gone = [_farewell(region, places) for region in gone]
    if report.created or report.updated:
        changes.announce({navigation.CHANGED})
    return report


def _depth(place):
    return 1 + _depth(place.parent) if place.parent else 0


def _match(places, known):
    """The existing region of each place, by the place's code; and the regions that are left over.

    A new code takes over the region at the same path (会理县 becoming 会理市), else the only one it succeeds.
    """
    found = {place.code: known[place.code] for place in places if place.code in known}
    gone = {code: region for code, region in known.items() if code not in found}
    by_path = {region.path: region for region in gone.values()}
    for place in places:
        if place.code in found:
            continue
        former = [gone[code] for code in place.former if code in gone]
        heir = by_path.get(place.path) or (former[0] if len(former) == 1 else None)
        if heir and gone.pop(heir.code, None):
            found[place.code] = heir
    return found, list(gone.values())


def _clear_paths(places, found, gone):
    """Give regions whose path changes, or is claimed, one that nobody wants, so that two may swap theirs."""
    wanted = {place.path for place in places}
    moving = [found[p.code] for p in places if p.code in found and found[p.code].path != p.path]
    leaving = [region for region in gone if region.path in wanted]
    keys = [region.pk for region in moving + leaving]
    if keys:
        Region.objects.filter(pk__in=keys).update(
            path=Concat("code", Value("/"), "slug", output_field=CharField())
        )


def _write(places: Iterable[Place], found, regions, report):
    """Create or update the regions of one level. Their parents are in `regions` already, by code."""
    new, changed = [], []
    for place in places:
        region = found.get(place.code) or Region(order=place.order)
        parent = regions[place.parent.code if place.parent else None]
        if _fill(region, place, parent):
            (changed if region.pk else new).append(region)
        else:
            report.unchanged += 1
        regions[place.code] = region
    Region.objects.bulk_create(new, batch_size=500)
    Region.objects.bulk_update(changed, FROM_FILE, batch_size=200)
    report.created += len(new)
    report.updated += len(changed)


def _fill(region, place, parent):
    """Set what the file decides; true if anything changed."""
    known = region.aliases.splitlines()
    lost = [region.name, region.code] if region.pk else []
    now = {place.code, place.name, place.short_name, place.label}
    added = [word for word in [*place.former, *lost] if word not in now]
    aliases = dict.fromkeys([*known, *added])
    values = {name: getattr(place, name) for name in FROM_FILE if name not in {"parent", "aliases"}}
    values |= {"parent_id": parent.pk, "aliases": "\n".join(aliases)}
    before = {name: getattr(region, name) for name in values}
    for name, value in values.items():
        setattr(region, name, value)
    return values != before


def _farewell(region, places):
    heir = next((place for place in places if region.code in place.former), None)
    return f"{region.name} ({region.code})" + (f" → {heir.name} ({heir.code})" if heir else "")
