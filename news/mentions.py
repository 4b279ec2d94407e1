"""Regions that a story names: proposals for further placements. Nothing is placed by itself.

A name counts where a word begins: 海南 is not in 上海南站. Full names count (甘洛县, 凉山州, 木里县, and
former ones), a county's short one (甘洛) where a region above it is named too, or is above the story's home;
ordinary words (公安, 资源) never do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from counties.models import Level
from counties.navigation import Node, Tree, regions

from . import richtext
from .models import Article
from .search.words import fold, words

MOST = 8
AROUND = 18  # characters of an excerpt on either side
HEADLINE = 3  # times that a naming in the headline counts
GRADES = {Level.PROVINCE: "省", Level.PREFECTURE: "州市盟", Level.COUNTY: "县旗市区"}
# Short names that mean something else more often than the place.
ORDINARY = frozenset(
    """七星 万全 万年 三元 上城 下城 东区 东安 东山 东方 东海 东港 东湖 东风 中原 中山 中方 中站 丰满
    临河 乐业 九龙 二七 云龙 互助 五华 交口 仁和 代县 会同 元宝 光明 光泽 公安 共和 关岭 兴业 凌云
    凤凰 前进 前锋 北湖 南山 南岸 南明 南海 南湖 南部 博爱 友好 友谊 双城 双塔 双桥 台前 合作 同仁
    同心 名山 向阳 和平 和顺 回民 城中 城关 城北 城区 城厢 复兴 大关 大化 大名 大安 大悟 大方 大田
    大祥 大英 大观 大通 天元 天台 天峨 天心 天柱 天河 天涯 天长 太和 太平 太白 宁江 安宁 安定 安居
    安康 宏伟 宝塔 宝山 宝清 富裕 小店 尚志 山城 岭东 工农 左权 市中 市北 市南 平和 平安 平定 平山
    平房 应县 康乐 延长 建华 开平 志丹 惠农 惠民 振兴 文峰 新兴 新华 新城 新市 新星 新民 方城 方正
    无为 日照 月湖 木兰 来宾 林口 桃源 梨树 横山 比如 民乐 民权 永和 永安 江东 江北 江南 江山 江岸
    江海 河东 河北 沿河 沿滩 洞口 海丰 海城 海州 海棠 海港 清新 清水 清流 温泉 港北 港南 港口 湖里
    湘东 滨城 滨江 滨海 滨湖 灯塔 灵台 爱民 牧野 玄武 白云 白塔 白玉 白银 盐田 石城 石棉 石鼓 矿区
    红旗 老城 芙蓉 莲花 虎林 裕华 西区 西山 西湖 解放 资源 路北 路南 运河 通川 通道 郊区 金山 金沙
    金湖 金牛 钟楼 钢城 铁山 铜鼓 镜湖 长乐 长子 长安 长寿 长岭 长海 长清 阳春 阿里 集美 雨花 青山
    高台 高明 鸡冠 麒麟 黑水 鼓楼 龙亭 龙城 龙山 龙泉 龙湖""".split()
)
# Families named like this stand before a given name that is also a place's: 李文山.
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
)
# What makes a short name part of another name: 重庆路, 长安汽车, 凉山日报.
_OTHER = re.compile(
    """(?:[东西南北中]?[路街桥]|大道|大街|大桥|大厦|汽车|银行|证券|保险|集团|股份|啤酒|牌|火锅|拉面|米线|小吃
    |日报|晚报|早报|晨报|商报|都市报|电视台|广播|卫视|同乡会|方言|话|语|菜)""",
    re.VERBOSE,
)
_ROAD = re.compile("路|大街|大道|街道?[东西南北0-9]")  # after a full name


class Mention(NamedTuple):
    region: Node
    times: int
    excerpt: str  # of the text where it is named first


@dataclass(slots=True, eq=False)
class Names:
    """Folded names → the regions they may mean. About 40 ms to build."""

    tree: Tree
    full: dict[str, list[Node]] = field(default_factory=dict)
    short: dict[str, list[Node]] = field(default_factory=dict)
    lengths: dict[str, list[int]] = field(
        default_factory=dict
    )  # by their first two characters, longest first

    def add(self, table: dict[str, list[Node]], name: str, node: Node) -> None:
        name = fold(name)
        nodes = table.setdefault(name, [])
        if node not in nodes and len(name) > 1:
            nodes.append(node)
            lengths = self.lengths.setdefault(name[:2], [])
            if len(name) not in lengths:
                lengths.append(len(name))
                lengths.sort(reverse=True)


@dataclass(slots=True)
class Found:
    start: int
    end: int
    nodes: list[Node]
    is_full: bool


def mentioned(article: Article) -> list[Mention]:
    """The regions that the headline and the text name, the best first, at most 8.

    Without those that show the story already, or were asked. One query for a stored story; about 1 ms.
    """
    tree = regions()
    home = tree.by_id[article.home_id].covering if article.home_id else []
    asked = article.placement_requests.values_list("region_id", flat=True) if article.pk else ()
    shown = {above for pk in asked for above in tree.by_id[pk].covering}.union(home)
    head = "\n".join(filter(None, [article.kicker, article.headline, article.subhead]))
    text = f"{head}\n{richtext.plain(article.body)}"
    found = [mention for mention in named(text, home=home, head=len(head)) if mention.region not in shown]
    return [mention for mention in found if mention.region.is_open][:MOST]


def named(text: str, *, home: list[Node] = (), head: int = 0) -> list[Mention]:
    """All regions that the text names. `home` helps to tell which is meant; the first `head` characters
    are the headline's."""
    hits = list(_scan(fold(text), _names()))
    context = set(home)
    for hit in hits:
        if node := _only(hit.nodes):
            context.update(node.covering if hit.is_full or node.level != Level.COUNTY else ())
    namings: dict[Node, list[int]] = {}
    meant = [(hit, _meant(hit, context)) for hit in hits]
    for number, (hit, node) in enumerate(meant):
        if node and not _is_address(text, meant, number):
            namings.setdefault(node, []).append(hit.start)
    best = sorted(namings, key=lambda node: (-_weight(namings[node], head), namings[node][0]))
    return [Mention(node, len(namings[node]), _excerpt(text, namings[node][0])) for node in best]


def _weight(starts, head):
    return sum(HEADLINE if start < head else 1 for start in starts)


def _excerpt(text, start):
    begin = max(text.rfind("\n", 0, start) + 1, start - AROUND)
    return text[begin : start + AROUND].split("\n")[0].strip()


def _scan(text, names: Names) -> Iterator[Found]:
    done = 0
    for start, end, before in _tokens(text):
        if start >= done and (found := _at(text, start, end, before, names)):
            done = found.end
            yield found


def _tokens(text) -> Iterator[tuple[int, int, str]]:
    """Begin, end and the word before, of each word."""
    position, before = 0, ""
    for word in words(text):
        start = text.find(word, position)
        yield start, start + len(word), before if start == position else ""
        position, before = start + len(word), word


def _at(text, start, word_end, before, names):
    """The longest name that begins here."""
    for length in names.lengths.get(text[start : start + 2], ()):
        end = start + length
        name = text[start:end]
        if (nodes := names.full.get(name)) and not _ROAD.match(text, end):
            if name[-1] == "市" and text.startswith("场", end):  # 苏州市场
                continue
            return Found(start, end, nodes, True)
        is_apart = end >= word_end and before not in SURNAMES and not _OTHER.match(text, end)
        if is_apart and (nodes := names.short.get(name)):
            return Found(start, end, nodes, False)
    return None


def _meant(hit, context):
    """The region, if it is clear."""
    node = _only(hit.nodes)
    if node and (hit.is_full or node.level != Level.COUNTY or node.parent in context):
        return node
    near = [node for node in hit.nodes if node.parent in context and node.parent.parent]
    return _only(near)


def _only(nodes):
    """The one, or the one that all others are below: 承德 is the city, not its county."""
    return next((node for node in nodes if all(node in other.covering for other in nodes)), None)


def _is_address(text, meant, number):
    """Whether a region below follows at once: 四川 in 四川省甘洛县."""
    hit, node = meant[number]
    if number + 1 == len(meant):
        return False
    following, below = meant[number + 1]
    return following.start == hit.end and below is not None and below is not node and node in below.covering


_remembered: Names | None = None


def _names():
    """Those of today's tree."""
    global _remembered
    tree = regions()
    if _remembered is None or _remembered.tree is not tree:
        _remembered = _read(tree)
    return _remembered


def _read(tree):
    names = Names(tree)
    for node in tree.by_id.values():
        if not node.parent:
            continue
        former = [alias for alias in node.aliases if not alias.isdigit() and len(alias) > 2]
        for name in {node.name, *former} - ORDINARY:
            names.add(
                names.full if len(name) > 2 else names.short, name, node
            )  # 和县 is often “and counties”
        short = node.short_name
        if node.label not in {node.name, short}:
            names.add(names.full, node.label, node)
        if node.name[-1] in GRADES[node.level] and short[-1:] != node.name[-1]:
            names.add(names.full, short + node.name[-1], node)  # 木里县, 莫力达瓦旗
        if short != node.name and short not in ORDINARY:
            names.add(names.short, short, node)
    return names
