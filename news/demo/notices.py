"""Public notices: what, when and where, and whom to ask."""

from itertools import product

from .grammar import rows_of


def notice_body(room, record: dict, pen) -> list[tuple]:
    """Opening, list and closing; the second fact of a notice is its list, parted by ；."""
    openers, asks, ends = (texts.split("/") for _kind, texts in rows_of("notices.txt"))
    items = [pen.fill(item.rstrip("。")) for item in record["b"].split("；")]
    opening = pen.fill(record["a"] + room.deal("openers", openers))
    closing = pen.fill("".join(room.deal("closings", list(product(asks, ends)))))
    return [("p", opening), ("list", items), ("p", closing)]
