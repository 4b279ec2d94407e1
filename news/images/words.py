"""Credit, caption and place as a file or a caption tells them: proposals, which a person confirms.

Read are IPTC, XMP and EXIF, in the encodings that Chinese newsrooms meet; GPS is not.
"""

import re
from contextlib import suppress
from io import BytesIO
from typing import NamedTuple

from PIL import IptcImagePlugin

from .. import richtext
from .reading import opened

MAX_XMP = 256 * 1024  # bytes
LIMITS = {"credit": 60, "caption": 300, "alt": 200, "place": 60}

_HAN = "\u3400-\u9fff"
_UTF8 = b"\x1b%G"  # IPTC 1:90
# Where each word is looked for; the XP… of EXIF are Windows's, in UTF-16.
_IPTC = {
    "by": (2, 80),
    "agency": (2, 110),
    "caption": (2, 120),
    "title": (2, 105),
    "spot": (2, 92),
    "city": (2, 90),
}
_EXIF = {"by": 0x013B, "caption": 0x010E}
_WINDOWS = {"by": 0x9C9D, "caption": 0x9C9C, "title": 0x9C9B}
_XMP = {
    "by": "{http://purl.org/dc/elements/1.1/}creator",
    "agency": "{http://ns.adobe.com/photoshop/1.0/}Credit",
    "caption": "{http://purl.org/dc/elements/1.1/}description",
    "title": "{http://ns.adobe.com/photoshop/1.0/}Headline",
    "alt": "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}AltTextAccessibility",
    "spot": "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}Location",
    "city": "{http://ns.adobe.com/photoshop/1.0/}City",
}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DEVICE = re.compile(r"^[^a-z]*$|^(?i:dcim|default|untitled|img_|dsc)")

_NAME = rf"[{_HAN}]{{2,4}}(?:·[{_HAN}]{{1,6}})*"
_NAMES = rf"{_NAME}(?:[ \u3000、]{_NAME}){{0,3}}"
_PAPER = "(?:本报|本网|本台|新华社|中新社|县|市|州)?(?:全媒体)?(?:见习)?"
_WHO = rf"(?:{_PAPER}(?:记者|通讯员|特约摄影师|摄影师)[:： \u3000]?)"
_START, _END = r"(?:^|(?<=[。！？；\s（(|]))", r"\s*[）)。]?\s*$"
_BOTH = r"(?:文\s*[/／、]\s*图|图\s*[/／、]\s*文)"  # who wrote it took it too
_SIGNED = [
    # （宋恩 摄）
    re.compile(rf"[（(]\s*{_WHO}?\s*(?P<name>{_NAMES}?)[ \u3000/]*(?:摄影报道|摄影|摄)\s*[）)]"),
    # 宋恩 摄, 本报记者 宋恩 摄影报道, 宋恩 文/图
    re.compile(rf"{_START}{_WHO}?\s*(?P<name>{_NAMES}?)\s*(?:摄影报道|(?<=\s)摄影|摄|{_BOTH}){_END}"),
    # 摄影：宋恩, 文/图 宋恩
    re.compile(
        rf"[（(]?(?:{_BOTH}|图文|摄影|图片|图|摄)(?:\s*[:：/／]|\s)\s*{_WHO}?\s*(?P<name>{_NAMES}){_END}"
    ),
]
_GIVER = rf"(?P<name>[{_HAN}A-Za-z·]{{2,20}}?)"
_GIVEN = [
    re.compile(
        rf"{_START}[（(]?(?:本文|本组|以上)?(?:图片|照片)均?(?:由|来源[:：]?)\s*{_GIVER}(?:提供|供图)?{_END}"
    ),
    re.compile(rf"{_START}[（(]?(?:图片|照片)?由?{_GIVER}\s*供图{_END}"),
    re.compile(rf"{_START}[（(]?供图\s*[:：/／]\s*{_GIVER}{_END}"),
]
_NO_NAME = re.compile(
    r"[正在航拍实于和与的是]|记者$|^(?:资料|图为|本报|本网|通讯员|无人|手机|现场|作者|摄影|图片|镜头|全程|公开|某某)"
)


class Split(NamedTuple):
    credit: str  # "" where the text tells none
    caption: str  # what is left of the text


def split(text: str) -> Split:
    """宋恩 摄 out of 春耕（宋恩 摄）. Never out of 正在拍摄, 摄像机 or 拍摄于三月."""
    text = " ".join(text.split())
    for patterns, verb in ((_SIGNED, "摄"), (_GIVEN, "供图")):
        for found in filter(None, (pattern.search(text) for pattern in patterns)):
            name = " ".join(found["name"].split())
            if not _NO_NAME.search(name):
                return Split(f"{name} {verb}", _rest(text, found))
    return Split("", text)


def proposed(data: bytes) -> dict[str, str]:
    """What the file says of itself, as values of Photo's fields; no entry for what it does not say."""
    with opened(data) as image:
        told = _told(image)
    credit, caption = split(told.get("caption") or told.get("title") or "")
    by, agency = told.get("by", ""), told.get("agency", "")
    words = {
        "credit": _signed(by, agency) or credit,
        "caption": caption,
        "alt": told.get("alt", ""),
        "place": told.get("spot") or told.get("city") or "",
    }
    return {name: text[: LIMITS[name]] for name, text in words.items() if text}


def _rest(text, found):
    return f"{text[: found.start()]}{text[found.end() :]}".strip(" \u3000，,;；|/／（(")


def _signed(by, agency):
    """By-line and agency as one credit; 摄 only behind a Chinese name."""
    if split(by).credit:
        by = split(by).credit
    elif re.fullmatch(_NAMES, by):
        by = f"{by} 摄"
    return f"{by}（{agency}）" if by and agency and agency not in by else by or agency


def _told(image) -> dict[str, str]:
    """Words by the names used above: XMP counts most, EXIF least."""
    told: dict[str, str] = {}
    for read in (_from_xmp, _from_iptc, _from_exif):
        with suppress(Exception):  # broken metadata raise whatever they like, and do not matter
            for name, text in read(image).items():
                text = " ".join(richtext.without_control(text).split())
                if text and not (name != "by" and _is_device(text)):
                    told.setdefault(name, text)
    return told


def _is_device(text):
    """OLYMPUS DIGITAL CAMERA, DCIM\\100MEDIA."""
    return _DEVICE.search(text) is not None and not re.search(f"[{_HAN}]", text)


def _from_iptc(image):
    info = IptcImagePlugin.getiptcinfo(image) or {}
    is_utf8 = info.get((1, 90)) == _UTF8
    told = {}
    for name, key in _IPTC.items():
        value = info.get(key)
        parts = value if isinstance(value, list) else [value] if value else []
        told[name] = " ".join(_decoded(part, is_utf8) for part in parts)
    return told


def _from_exif(image):
    exif = image.getexif()
    told = {name: _decoded(_bytes(exif.get(tag)), False) for name, tag in _EXIF.items()}
    for name, tag in _WINDOWS.items():
        wide = _bytes(exif.get(tag)).decode("utf-16-le", "ignore")
        told[name] = told.get(name) or wide
    return told


def _bytes(value):
    """Pillow reads old text as Latin-1, whatever it is."""
    if isinstance(value, str):
        return value.encode("latin-1", "ignore")
    return bytes(value or ())


def _decoded(data, is_utf8):
    """UTF-8, else GB18030 where that gives Chinese, else Latin."""
    data = data.strip(b"\0 ")
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8", "ignore" if is_utf8 else "strict")
    with suppress(UnicodeDecodeError):
        text = data.decode("gb18030")
        if len(re.findall(f"[{_HAN}]", text)) * 2 >= sum(char > "\x7f" for char in text):
            return text
    return data.decode("latin-1")


def _from_xmp(image):
    data = image.info.get("xmp") or image.getexif().get(0x02BC) or b""
    data = data.encode() if isinstance(data, str) else bytes(data)
    if not data or len(data) > MAX_XMP:
        return {}
    # Imported here: only uploads with XMP need it.
    from lxml import etree  # noqa: PLC0415

    safe = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    root = etree.parse(BytesIO(data.strip(b"\0 \n")), safe).getroot()
    return {name: _xmp_text(root, tag) for name, tag in _XMP.items()}


def _xmp_text(root, tag):
    """An attribute, an element, or the items of a list; of several languages Chinese, else the default."""
    for element in root.iter():
        if element.get(tag):
            return element.get(tag)
        if element.tag == tag:
            items = [item for item in element.iter() if not len(item) and item.text and item.text.strip()]
            chosen = [item for item in items if (item.get(_LANGUAGE) or "").startswith("zh")][:1]
            chosen = chosen or [item for item in items if item.get(_LANGUAGE) == "x-default"] or items
            return "、".join(item.text.strip() for item in chosen)
    return ""
