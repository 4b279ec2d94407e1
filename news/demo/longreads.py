"""The long reports: an opening, several parts with titles, and what the subjects' lines add to each."""

from functools import cache

from .captions import picture
from .grammar import Pen, lines_of

PART_PLAN = (">-", "“-", "*-", "-“", "--", "“*", "-“!")


def long_reads(room, places, subjects) -> list[dict]:
    return [_report(room, number, report, places, subjects) for number, report in enumerate(_reports(), 1)]


@cache
def _reports() -> list[dict]:
    """A report opens with ==, a part with =, a paragraph with p, a row with t; the rest is name: value."""
    found = []
    for line in lines_of("longreads.txt"):
        mark, _, rest = line.partition(" ")
        if mark == "==":
            found.append({"region": rest, "parts": [{"lines": [], "table": []}]})
        elif mark == "=":
            title, stand, subject, crop = (cell.strip() for cell in rest.split("|"))
            part = {"title": title, "line": stand, "subject": subject, "crop": crop, "lines": [], "table": []}
            found[-1]["parts"].append(part)
        elif mark == "p":
            found[-1]["parts"][-1]["lines"].append(rest)
        elif mark == "t":
            found[-1]["parts"][-1]["table"].append(rest.split("|"))
        else:
            found[-1][mark.rstrip(":")] = rest
    return found


def _report(room, number, report, places, subjects) -> dict:
    place = places[report["region"]]
    first = subjects[report["parts"][1]["subject"]]
    pen = Pen(room.rng, place, report["town"], "", (first.roles[0], first.experts[0]))
    credit = room.rng.choice(room.reporters[place.path])
    photos = [picture(room, name, pen, credit) for name in report["pictures"].split()]
    body = [("p", line) for line in report["parts"][0]["lines"]]
    for index, part in enumerate(report["parts"][1:]):
        body += _part(room, report, place, subjects[part["subject"]], part, index, pen.said)
        if index + 1 < len(photos):
            body.append(("figure", index + 1))
    if photos:
        body.insert(1, ("figure", 0))
    return {
        "key": f"{place.path.split('/')[-1]}-long-{number:02}", "region": place.path,
        "regions": report.get("also", "").split(), "section": report.get("section", "news"),
        "kicker": report.get("kicker", ""), "headline": report["headline"],
        "subhead": report.get("subhead", ""),
        "summary": report["summary"], "body": body, **room.masthead(place), "tags": report["tags"].split(),
        "photos": photos, "hours_ago": 0.0, "days": float(report["days"]),
    }  # fmt: skip


def _part(room, report, place, subject, part, index, said) -> list[tuple]:
    head = (
        ("part", "ABCDE"[index], part["title"], part["line"])
        if "lettered" in report
        else ("h2", part["title"])
    )
    roles = (
        room.deal((part["subject"], "p"), subject.roles),
        room.deal((part["subject"], "q"), subject.experts),
    )
    pen = Pen(room.rng, place, report["town"], part["crop"], roles, subject.gender)
    pen.said = said  # no line twice in one report
    blocks = [head, *(("p", line) for line in part["lines"])]
    if part["table"]:
        return [*blocks, ("table", part["table"])]
    record = {"subject": part["subject"], "headline": report["headline"]}
    written = [("p", text) for item in PART_PLAN if (text := room.paragraph(item, record, subject, pen))]
    if index == 1:
        written.insert(2, ("quote", report["quote"]))
    return blocks + written
