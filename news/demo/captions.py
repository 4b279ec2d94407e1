"""Which pictures a story gets, and the words below them."""

from functools import cache
from pathlib import Path

CROP_PICTURES = {
    "苹果": "orchard-apple bowl-apples", "脐橙": "orchard-orange bowl-oranges", "沃柑": "orchard-orange bowl-oranges",
    "石榴": "orchard-pomegranate bowl-pomegranates", "樱桃": "orchard-blossom", "香桃": "orchard-blossom",
    "脆李": "orchard-blossom", "核桃": "orchard-walnut basket-walnuts", "花椒": "orchard-pepper basket-pepper",
    "青花椒": "basket-greenpepper", "苦荞": "buckwheat-field buckwheat-dusk terraces-autumn", "土豆": "potato-field basket-potatoes",
    "水稻": "terraces-spring terraces-autumn terraces-dawn", "玉米": "maize-eaves terraces-autumn", "辣椒": "chilli-eaves vegetable-field",
    "羊肚菌": "basket-mushrooms tunnels-noon", "香菇": "basket-mushrooms tunnels-noon", "蔬菜": "vegetable-field tunnels-noon",
    "萝卜": "vegetable-field", "洋葱": "vegetable-field", "草莓": "tunnels-noon", "烟叶": "tobacco-field", "蚕茧": "cocoons",
    "茶叶": "tea-hills tea-cups tea-karst", "竹笋": "bamboo-spring", "蜜瓜": "tunnels-noon", "当归": "terraces-autumn",
    "绵羊": "pasture-sheep turbines-noon", "肉牛": "pasture-cattle", "石斛": "bamboo-spring",
    "葡萄": "tunnels-noon", "小麦": "loess-terraces", "黄花": "village-noon",
}  # fmt: skip


@cache
def captions() -> dict[str, list[str]]:
    lines = (Path(__file__).parent / "text" / "captions.txt").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line and line[0] != "#"]
    return {name: [alt, *texts] for name, alt, *texts in rows}


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
    choice = CROP_PICTURES[crop].split() if crop in CROP_PICTURES else subject.pictures
    return [room.deal((place.path, tuple(choice)), choice)] if choice else []


def picture(room, name: str, pen, credit: str) -> dict:
    alt, *texts = captions()[name]
    caption = pen.fill(room.deal(("caption", name), texts))
    return {"picture": name, "caption": caption, "credit": f"{credit} 摄", "alt": alt}
