"""What a file or a caption says is proposed rightly, in every encoding, and never the place by GPS."""

import struct

import pytest
from PIL import Image

from news import images
from tests import pictures

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "credit", "caption"),
    [
        ("宋恩 摄", "宋恩 摄", ""),
        ("村民采摘核桃（宋恩摄）", "宋恩 摄", "村民采摘核桃"),
        ("村民采摘核桃。宋恩摄", "宋恩 摄", "村民采摘核桃。"),
        ("村民采摘核桃（本报记者 宋恩 吉克阿木 摄）", "宋恩 吉克阿木 摄", "村民采摘核桃"),
        ("本报记者 宋恩 摄影报道", "宋恩 摄", ""),
        ("文/图 宋恩", "宋恩 摄", ""),
        ("宋恩 文/图", "宋恩 摄", ""),
        ("摄影：宋恩", "宋恩 摄", ""),
        ("县城夜景 摄影/宋恩", "宋恩 摄", "县城夜景"),
        ("图片由县融媒体中心提供", "县融媒体中心 供图", ""),
        ("村民采摘核桃（县融媒体中心供图）", "县融媒体中心 供图", "村民采摘核桃"),
        *(
            (text, "", text)
            for text in (
                "记者正在拍摄",
                "他架起摄像机",
                "照片拍摄于三月",
                "三十摄氏度",
                "（资料图）",
                "摄影展在甘洛举行",
            )
        ),
    ],
)
def test_credit_is_found_in_a_caption(text, credit, caption):
    assert images.split(text) == (credit, caption)


def iptc(*fields):
    """A JPEG segment with IPTC records of (number, bytes); number 90 of record 1 names the character set."""
    records = b"".join(
        struct.pack(">BBBH", 0x1C, 1 if number == 90 else 2, number, len(value)) + value
        for number, value in fields
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records + b"\0" * (len(records) % 2)
    segment = b"Photoshop 3.0\0" + block
    return b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment


def with_segment(segment):
    data = pictures.saved(pictures.scene()).getvalue()
    return data[:2] + segment + data[2:]


@pytest.mark.parametrize(("encoding", "declared"), [("utf-8", True), ("utf-8", False), ("gb18030", False)])
def test_iptc_is_read_in_its_encoding(encoding, declared):
    head = [(90, b"\x1b%G")] if declared else []
    words = {80: "宋恩", 110: "凉山日报", 120: "村民在采摘核桃。", 92: "斯觉镇"}
    data = with_segment(iptc(*head, *((key, text.encode(encoding)) for key, text in words.items())))

    assert images.proposed(data) == {
        "credit": "宋恩 摄（凉山日报）",
        "caption": "村民在采摘核桃。",
        "place": "斯觉镇",
    }


def with_exif(**tags):
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[int(tag[1:], 16)] = value
    return pictures.saved(pictures.scene(), exif=exif).getvalue()


def described(words):
    """With a description in an old Chinese encoding, which Pillow would not write."""
    old = words.encode("gb18030")
    return with_exif(x010E="#" * len(old)).replace(b"#" * len(old), old)


def test_exif_is_read_as_windows_and_old_programs_write_it():
    assert images.proposed(with_exif(x9C9D="宋恩".encode("utf-16-le"), x9C9B="春耕".encode("utf-16-le"))) == {
        "credit": "宋恩 摄",
        "caption": "春耕",
    }
    assert images.proposed(described("春耕（宋恩 摄）")) == {"credit": "宋恩 摄", "caption": "春耕"}


@pytest.mark.parametrize("text", ["OLYMPUS DIGITAL CAMERA", "DCIM\\100MEDIA\\DJI_0001.JPG", "   "])
def test_what_a_camera_writes_is_no_caption(text):
    assert images.proposed(with_exif(x010E=text)) == {}


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" Iptc4xmpCore:Location="甘洛">
<dc:creator><rdf:Seq><rdf:li>宋恩</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Walnuts</rdf:li>
<rdf:li xml:lang="zh-CN">核桃熟了</rdf:li>
</rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_xmp_is_read(format):
    options = {}
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415  only this case needs it

        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP)
    else:
        options["xmp"] = XMP.encode()
    data = pictures.saved(pictures.scene(), format, **options).getvalue()

    assert images.proposed(data) == {"credit": "宋恩 摄", "caption": "核桃熟了", "place": "甘洛"}


def test_entities_of_xmp_are_not_followed():
    secret = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + XMP.replace("宋恩", "&e;")
    data = pictures.saved(pictures.scene(), xmp=secret.encode()).getvalue()

    assert "root:" not in str(images.proposed(data))


def test_gps_is_never_kept():
    photo, _new = images.take(pictures.from_a_phone())

    assert (photo.place, photo.credit, photo.caption) == ("", "", "")


def test_words_are_proposals_until_a_person_confirms_them():
    photo, _new = images.take(pictures.named(described("春耕（宋恩 摄）")), credit="阿木 摄")

    photo.refresh_from_db()
    assert (photo.credit, photo.caption, photo.is_confirmed) == ("阿木 摄", "春耕", False)
