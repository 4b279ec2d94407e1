"""Makes the pictures that tests upload, the odd and the hostile ones too, and looks into what came out."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageCms

from news import images
from news.images import renditions

TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def scene(width=60, height=40):
    """Blue, with a red quarter at the top left: no turn of it looks like another."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height // 2))
    return picture


def saved(picture, format="JPEG", name="picture.jpg", **options):
    """An uploaded file."""
    file = io.BytesIO()
    picture.save(file, format, **options)
    return named(file.getvalue(), name)


def named(data, name="picture.jpg"):
    file = io.BytesIO(data)
    file.name = name
    return file


def turned(number):
    """The scene as a camera that was held like that stores it: upright only by its EXIF number."""
    exif = Image.Exif()
    exif[0x0112] = number
    picture = scene().transpose(TURNED[number]) if number > 1 else scene()
    return saved(picture, exif=exif, quality=95)


def from_a_phone(taken="2026:03:04 05:06:07", offset=""):
    """With place, time, maker, comment and XMP."""
    exif = Image.Exif()
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8769)[0x9003] = taken
    if offset:
        exif.get_ifd(0x8769)[0x9011] = offset
    exif.get_ifd(0x8825).update({1: "N", 2: (28.0, 57.0, 1.0), 3: "E", 4: (102.0, 46.0, 1.0)})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretName</x:xmpmeta>"
    return saved(scene(), exif=exif, comment=b"SecretComment", xmp=xmp, dpi=(300, 300))


def swapped_profile():
    """An ICC profile that calls red what others call green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    head, body = profile[:400], profile[400:]
    return head.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ") + body


def animation(count=4, size=(60, 40), format="GIF", duration=50, **options):
    frames = [Image.new("RGB", size, (n * 97 % 256, n * 53 % 256, n % 2 * 255)) for n in range(count)]
    options |= {"save_all": True, "append_images": frames[1:], "duration": duration}
    return saved(frames[0], format, f"moving.{format.lower()}", **options)


def png(width, height, bits=1, colours=0):
    """A black PNG of any size, written row by row: its pixels never exist here."""
    packer = zlib.compressobj(1)
    row = b"\0" * (1 + -(-width * bits * {0: 1, 2: 3, 6: 4}[colours] // 8))
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    packed = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    return named(b"\x89PNG\r\n\x1a\n" + b"".join(packed), "black.png")


def with_zip_behind(file):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("run.sh", "echo gotcha")
    return named(file.getvalue() + archive.getvalue())


def many_scans(count):
    """A progressive JPEG whose last scan comes again and again."""
    data = saved(scene(1000, 1000), progressive=True).getvalue()
    last = data.rindex(b"\xff\xda")
    return named(data[:last] + data[last:-2] * count + b"\xff\xd9")


def metadata(data):
    """The names of all that a JPEG, WebP or AVIF file holds beside its pixels."""
    if data.startswith(b"\xff\xd8"):
        head = data[: data.index(b"\xff\xda")]
        return {
            name for name in (b"Exif", b"http:", b"ICC_PROFILE", b"Photoshop", b"\xff\xfe") if name in head
        }
    if data.startswith(b"RIFF"):
        return _chunks(data) - {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"}
    head = data[: data.index(b"mdat")]
    return {name for name in (b"Exif", b"mime", b"prof", b"rICC") if name in head}


def _chunks(data):
    names, position = set(), 12
    while position < len(data):
        names.add(data[position : position + 4])
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        position += 8 + size + size % 2
    return names


def made(file, **fields):
    """The photo of an uploaded file, with its renditions."""
    photo, _new = images.store(file, **fields)
    images.make_renditions(photo)
    photo.refresh_from_db()
    assert photo.progress == "ready"
    return photo


def folder(key):
    """Where the renditions under a key lie."""
    return Path(settings.MEDIA_ROOT) / renditions.folder_of(key)


def files(photo):
    """Name → path of every rendition."""
    return {path.name: path for path in folder(photo.renditions["key"]).iterdir()}


def colour(path, x=0.5, y=0.5):
    """Red, green, blue and opacity at a place given in parts of the sides."""
    with Image.open(path) as picture:
        return picture.convert("RGBA").getpixel((int(picture.width * x), int(picture.height * y)))


def near(colour, wanted, by=14):
    return all(abs(a - b) <= by for a, b in zip(colour, wanted, strict=False))
