"""Fills the demo's hand-written sentences with people, places and numbers, and deals them without repeating.

Marks in a sentence: {p} the person of the story, {q} who explains it (role and name at first, then the name),
{town} {vil} {county} {crop}, {n:20-60} a number, {this|that} a choice.
"""

import re

MARK = re.compile(r"\{([^{}]+)\}")
YI = "吉克 沙马 曲比 马海 木乃 阿尔 勒古 的日 曲木 阿苏 罗洪 尔古 阿侯 吉伍 吉木 海来 俄木 尼克 安扎 加巴".split()
HAN = (
    "王 李 张 刘 陈 杨 赵 周 吴 徐 胡 朱 何 罗 高 郑 谢 唐 许 邓 冯 曾 彭 蒋 蔡 余 潘 杜 钟 姜 廖 邹".split()
)
GIVEN = {
    "yi m": "拉体 木呷 石布 子哈 日且 尔都 阿牛 史布 曲洛 依伍 么西 作古 军子 布都 克古 木基".split(),
    "yi f": "小英 阿呷 伍果 木果 阿芝 小芳 伍呷 阿依 尔洛 木牛".split(),
    "han m": "德贵 永强 明远 开荣 正华 文忠 天福 志敏 兴旺 安平 成林 长青 建安 启明 大勇 传银 思源 远舟 树华 国良".split(),
    "han f": "国芳 世琼 光碧 小琴 云霞 秀兰 家会 玉莲 晓燕 仕芬 春梅 桂香 丽蓉 明珍 素英 红梅".split(),
}
VILLAGES = "大坪 石板 新华 向阳 马鞍 核桃 清水 半坡 双河 梨园 红岩 松林 高桥 团山 大湾 青杠 落水 老鹰 花椒 麦地".split()
YI_VILLAGES = "尔吉 阿吼 瓦古 洛觉 依子 甲谷 拉达 博石 觉呷 色达 尼尔 木尔 古曲 沙洛 阿合 吉乃 双河 大坪 红岩 青杠".split()


class Deck:
    """Deals its cards in random order, each once before any comes again."""

    def __init__(self, rng, cards):
        self.rng, self.cards, self.hand = rng, list(cards), []

    def deal(self):
        if not self.hand:
            self.hand = self.cards[:]
            self.rng.shuffle(self.hand)
        return self.hand.pop()


def person(rng, people: str, gender: str = "") -> str:
    yi = people == "yi" or (people == "mixed" and rng.random() < 0.45)
    gender = gender or rng.choice("mf")
    return rng.choice(YI if yi else HAN) + rng.choice(GIVEN[f"{'yi' if yi else 'han'} {gender}"])


def village(rng, people: str) -> str:
    return rng.choice(YI_VILLAGES if people == "yi" else VILLAGES) + "村"


class Pen:
    """Writes one story: keeps its people, village and crop the same from the first word to the last."""

    def __init__(self, rng, place, town: str, crop: str, roles: tuple[str, str], gender: str = "m"):
        self.rng, self.roles, self.met = rng, dict(zip("pq", roles, strict=True)), set()
        self.said: set[str] = set()
        self.words = {
            "p": person(rng, place.people, gender),
            "q": person(rng, "han" if place.people == "han" else "mixed", "m"),
            "r": person(rng, place.people),
            "town": town, "county": place.name, "crop": crop, "vil": village(rng, place.people),
        }  # fmt: skip

    def fill(self, text: str) -> str:
        return MARK.sub(self._mark, text)

    def _mark(self, match) -> str:
        mark = match[1]
        if mark.startswith("n:"):
            return self._number(*map(int, mark[2:].split("-")))
        if "|" in mark:
            return self.rng.choice(mark.split("|"))
        if mark in self.roles and mark not in self.met:
            self.met.add(mark)
            return self.roles[mark] + self.words[mark]
        return self.words[mark]

    def _number(self, low: int, high: int) -> str:
        step = 100 if high >= 3000 else 10 if high >= 300 else 1
        return str(self.rng.randrange(low, high + 1) // step * step or low)
