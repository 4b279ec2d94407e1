"""What is around the demo's stories: readers' comments, corrections, editors' picks, readings, slogans."""

import random
from functools import cache

from .grammar import rows_of, words
from .stories import places, stories

REJECTED = (
    "低价代购各类票证，加我详聊。", "在家就能做，日入三百，名额有限！", "贷款不看征信，当天到账，私信我。",
    "这写的什么破玩意儿，编辑脑子进水了吧。", "楼上的你懂个屁。", "专业刷粉丝刷阅读，量大从优。",
    "免费领茶叶，只付邮费，扫码就送。", "一帮闲人，吃饱了撑的。",
)  # fmt: skip
HIDDEN = (
    "听说另有隐情，我先不说是谁。",
    "编辑跟他家是亲戚吧？",
    "说的比唱的好听，我看未必。",
    "上次那件事怎么不敢登？",
)


@cache
def _remarks() -> dict[str, list[str]]:
    """Section or tag → what readers say under such stories."""
    return {kind: [text.strip() for text in texts.split("/")] for kind, texts in rows_of("comments.txt")}


def comments(story: dict) -> list[dict]:
    """0 to 8 readers' comments. The same story always has the same."""
    rng = random.Random("comments " + story["key"])  # noqa: S311 - a demo needs no secrets
    many = rng.choices(range(9), (26, 20, 16, 12, 9, 6, 5, 3, 3))[0]
    kinds = ["notices"] if story["section"] == "notices" else ["any", story["section"], *story["tags"]]
    pool = [text for kind in kinds for text in _remarks().get(kind, ())]
    pool = [text for text in pool if story["photos"] or "照片" not in text]
    names = rng.sample(words()["reader"], many)
    texts = rng.sample(pool, min(many, len(pool)))
    return [_comment(rng, story, name, text) for name, text in zip(names, texts, strict=False)]


def _comment(rng, story: dict, name: str, text: str) -> dict:
    state = rng.choices(("approved", "pending", "rejected", "hidden"), (80, 11, 6, 3))[0]
    if state == "rejected":
        text = rng.choice(REJECTED)
    elif state == "hidden":
        text = rng.choice(HIDDEN)
    wait = story["hours_ago"] * (0.02 + 0.9 * rng.random() ** 2.4)
    if state == "pending":  # what waits is recent
        wait = max(wait, story["hours_ago"] - 30 * rng.random())
    text = text.replace("{county}", places()[story["region"]].name)
    return {
        "name": name,
        "text": text,
        "state": state,
        "hours_after": round(min(wait, story["hours_ago"]), 3),
    }


def readings(story: dict, rng) -> dict[int, int]:
    """Hours after the publication → distinct readings in that hour. They decay; a few stories are hits."""
    size = 3 + 40 * rng.random() ** 3
    if rng.random() < 0.06:
        size *= 7
    found = {}
    for hour in range(min(int(story["hours_ago"]) + 1, 24 * 14)):
        awake = 1 if hour % 24 < 15 else 0.25
        if count := int(size * 0.5 ** (hour / 20) * awake * (0.5 + rng.random()) + rng.random() * 0.2):
            found[hour] = count
    return found


def slogans() -> dict[str, str]:
    return {path: place.slogan for path, place in places().items()}


def _newest(path: str, many: int, skip: int = 0, sections=None) -> list[str]:
    below = [
        s for s in stories()
        if (s["region"] == path or s["region"].startswith(f"{path}/") or not path)
        and s["section"] != "notices" and (not sections or s["section"] in sections)
    ]  # fmt: skip
    return [story["key"] for story in below[skip : skip + many]]


def _long(path: str) -> list[str]:
    return [s["key"] for s in stories() if "-long-" in s["key"] and s["region"].startswith(path)]


@cache
def picks() -> dict[str, list[str]]:
    """For the block of a channel's picks: region path → story keys in order."""
    chosen = {"": _long("")[:3] + _newest("", 6, 12, ("culture", "industry", "folks"))}
    chosen["sichuan"] = _long("sichuan")[:3] + _newest("sichuan", 5, 20, ("culture", "news"))
    chosen["sichuan/liangshan"] = _long("sichuan/liangshan")[1:4] + _newest("sichuan/liangshan", 5, 9)
    for path in places():
        if path.count("/") == 2:
            chosen[path] = _long(path) + _newest(path, 8)[2:6]
    return {path: list(dict.fromkeys(keys)) for path, keys in chosen.items() if keys}


@cache
def leads() -> dict[str, list[str]]:
    """The lead story of the network and of three channels, with two that stand below it."""
    ganluo = _long("sichuan/liangshan/ganluo") + _newest("sichuan/liangshan/ganluo", 2, 1)
    liangshan = _newest("sichuan/liangshan", 3, 4, ("news", "industry"))
    return {
        "": [ganluo[0], *_newest("", 2, 6, ("news", "culture"))], "sichuan": [liangshan[1], ganluo[0]],
        "sichuan/liangshan": liangshan, "sichuan/liangshan/ganluo": ganluo[:2],
    }  # fmt: skip


@cache
def corrections() -> list[dict]:
    """Four notices; the one whose kind is withdrawal takes its story off the site."""
    keys = {story["headline"]: story["key"] for story in stories()}
    return [
        {
            "key": next(key for headline, key in keys.items() if headline.startswith(start)),
            "kind": kind,
            "text": text,
        }
        for start, kind, text in rows_of("corrections.txt")
    ]
