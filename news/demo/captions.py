"""Which pictures a story gets, and the words below them."""

from functools import cache

from .grammar import rows_of


@cache
def captions() -> dict[str, list[str]]:
    """Picture → what it shows, then its captions."""
    return {name: texts for name, *texts in rows_of("captions.txt")}


@cache
def crop_pictures() -> dict[str, list[str]]:
    return {crop: pictures.split() for crop, pictures in rows_of("crops.txt")}


def photos_for(room, story: dict, record: dict, subject, place, pen) -> list[dict]:
    """4 to 9 for a photo story, none for a notice, one for about seven in ten others."""
    if story["section"] == "notices":
        return []
    if story["section"] == "photos":
        names = record["options"]["pictures"].split()
    elif "picture" in record["options"]:
        names = [record["options"]["picture"]]
    elif room.rng.random() < 0.7:
        names = _choose(room, record["options"].get("crop"), subject, place)
    else:
        names = []
    credit = room.rng.choice(room.reporters[place.path])
    return [picture(room, name, pen, credit) for name in names]


def _choose(room, crop, subject, place) -> list[str]:
    choice = crop_pictures().get(crop, subject.pictures)
    return [room.deal((place.path, tuple(choice)), choice)] if choice else []


def picture(room, name: str, pen, credit: str) -> dict:
    alt, *texts = captions()[name]
    caption = pen.fill(room.deal(("caption", name), texts))
    return {"picture": name, "caption": caption, "credit": f"{credit} 摄", "alt": alt}
