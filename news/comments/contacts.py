"""Links and contact details, plain or in disguise: 加 V❤信, 扣扣 12345678, 壹叁捌 …, baidu 点 com."""

import re

from .plain import Plain, signs

_TOP = (
    "com|cn|net|org|top|xyz|cc|vip|shop|club|site|online|info|io|me|tv|link|live|win|app|icu|wang|pro|fun|biz|co|"
    "ru|store|work|ltd|group|asia|mobi|name|red|ren|tech|run|chat|la|im|ly|gg|to"
)
_LINK = re.compile(
    rf"(?:https?|hxxps?|ftp)\s?:\s?//\s?[^\s，。；、！？）】”]+"
    rf"|(?<![a-z0-9@])(?:[a-z0-9-]{{1,63}}\s?(?:[.。·]|点|\[\.\]|\(\.\))\s?){{1,4}}(?:{_TOP})(?![a-z0-9])"
    rf"(?:\s?/[^\s，。；、！？）】”]*)?"
)
_MAIL = re.compile(r"[a-z0-9._+-]+\s?@\s?[a-z0-9-]+\s?(?:\.|点)\s?[a-z]{2,}")

# The names of messengers as they are disguised; 安徽信用社 and 卫星 alone are innocent.
_WECHAT = (
    r"微信|薇信|微芯|薇芯|(?<!安)徽信|嶶信|崴信|威信号?|维信号?|卫星号|v信|微v|vx|wx|weixin|wechat|威芯|溦信"
)
_OTHER = r"qq|扣扣|球球|企鹅号|q群|扣群|telegram|电报群|飞机号|whatsapp|line号|抖音号|快手号|陌陌"
_ASK = r"加|联系|私聊|私信|找我|咨询|添加|找"
_ASKED = re.compile(
    rf"(?:{_ASK})(?:我|我的|一下|下|她|他|个|这个)?(?:{_WECHAT}|{_OTHER}|微|薇|v(?!ip|al|o)|q(?![a-z]))"
    rf"(?:号|群)?(?:码|是|为)?[a-z0-9]*"
)
_NAMED = re.compile(
    rf"(?:{_WECHAT}|{_OTHER})(?:号|群|号码|群号)?(?:是|为|同号)?(?=[a-z0-9]*[0-9])[a-z0-9]{{5,20}}"
)
_PHONE = re.compile(
    r"(?<![0-9])(?:0?86)?1[3-9][0-9]{9}(?![0-9])|(?<![0-9])0[1-9][0-9]{1,2}[2-9][0-9]{6,7}(?![0-9])"
)

# Ways to write a digit. The letters are digits in a telephone number only.
_DIGITS = str.maketrans("零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖洞拐", "0123456789112345678907")
_LETTERS = str.maketrans("oli", "011")


def found(text: str, read: Plain) -> list[dict]:
    """Reasons of the kinds `link` and `contact`; `read` is the text without disguises."""
    visible = signs(text)
    mails = [_reason("contact", visible, match) for match in _MAIL.finditer(visible.text)]
    links = [_reason("link", visible, match) for match in _LINK.finditer(visible.text)]
    links = [link for link in links if not any(_overlap(link, mail) for mail in mails)]
    digits = read.text.translate(_DIGITS)
    hits = [*_ASKED.finditer(read.text), *_NAMED.finditer(read.text), *_NAMED.finditer(digits)]
    hits += _PHONE.finditer(digits.translate(_LETTERS))
    return [*links, *_merged([*mails, *(_reason("contact", read, match) for match in hits)], text)]


def _reason(kind, read, match):
    start, end = read.span(*match.span())
    return {"kind": kind, "start": start, "end": end, "text": read.original[start:end]}


def _overlap(one, other):
    return one["start"] < other["end"] and other["start"] < one["end"]


def _merged(reasons, text):
    """Overlapping ones as one: 加微信 and 微信abc123."""
    merged = []
    for reason in sorted(reasons, key=lambda reason: reason["start"]):
        if merged and _overlap(merged[-1], reason):
            last = merged[-1]
            last["end"] = max(last["end"], reason["end"])
            last["text"] = text[last["start"] : last["end"]]
        else:
            merged.append(reason)
    return merged
