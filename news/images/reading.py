"""Decoding uploads: untrusted bytes become an upright sRGB picture, or a sentence that says what to do.

Nothing here needs more than about 450 MB for any input, whatever it claims to be.
"""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from math import ceil
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageChops, ImageCms

from .tints import tint

MAX_BYTES = 40 * 2**20
MAX_SIDE = 16_000
MAX_FRAMES = 300
MAX_FRAME = 12_000_000  # pixels of a frame of an animation
MAX_ANIMATION = 100_000_000  # pixels of all frames together
MAX_SCANNED = 600_000_000  # pixels × scans of a JPEG: a scan costs time, but hardly a byte
# Pixels, by what decoding costs: WebP and AVIF hold a picture three times, TIFF twice; Python reads some BMP.
MAX_PIXELS = {
    "JPEG": 60_000_000,
    "MPO": 60_000_000,
    "PNG": 60_000_000,
    "TIFF": 30_000_000,
    "WEBP": 24_000_000,
    "AVIF": 24_000_000,
    "GIF": 16_000_000,
    "BMP": 16_000_000,
}
EXTENSIONS = {name: name.lower() for name in MAX_PIXELS} | {"JPEG": "jpg", "MPO": "jpg"}
OPENED = [name for name in MAX_PIXELS if name != "MPO"]  # which is a JPEG until it is opened
ANIMATED = {"GIF", "WEBP", "PNG", "AVIF"}
HEIC = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SRGB = ImageCms.createProfile("sRGB")
Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())  # Pillow itself then refuses above twice this


class PictureError(Exception):
    """The file cannot be taken as a picture. The message is shown to the user."""


class Facts(NamedTuple):
    width: int  # pixels, orientation applied
    height: int
    extension: str
    is_animated: bool
    tint: str
    taken_at: datetime | None


def examine(data: bytes) -> Facts:
    """Decode all of it, every frame, and say what it is. PictureError for what is broken or hostile."""
    if not data:
        raise PictureError(_("The file is empty. Choose another one."))
    if len(data) > MAX_BYTES:
        raise PictureError(_("The file is larger than 40 MB. Export the picture smaller and try again."))
    try:
        with opened(data) as image:
            return _facts(image)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # decoders fed with garbage raise whatever they like
        raise PictureError(_unreadable(data)) from error


def opened(data: bytes) -> Image.Image:
    """The picture with its header read and its size checked; no pixel is decoded yet."""
    image = Image.open(BytesIO(data), formats=OPENED)
    _check_size(image)
    if image.format in {"JPEG", "MPO"} and image.width * image.height * _scans(data) > MAX_SCANNED:
        raise PictureError(_("This JPEG would take too long to decode. Save it as a new JPEG and try again."))
    return image


def upright(image: Image.Image, scale: float) -> Image.Image:
    """The current frame in sRGB (RGB, or RGBA where something is transparent), upright,
    somewhere between `scale` and full size: decoded and reduced no finer than that needs."""
    width, height = image.size
    image.draft(None, (ceil(width * scale), ceil(height * scale)))  # only JPEG can; free for all others
    image.load()
    gap = 2 if image.width * image.height < 16_000_000 else 1  # quality, where there is memory for it
    factor = int(image.width / (width * scale) / gap) or 1
    picture = _in_srgb(_reduced(image, factor), image.info.get("icc_profile"))
    if picture.mode == "RGBA" and picture.getextrema()[3][0] == 255:
        picture = picture.convert("RGB")
    turn = TURNS.get(orientation(image))
    return picture.transpose(turn) if turn is not None else picture


def orientation(image: Image.Image) -> int:
    """EXIF's number, 1 to 8, of a loaded picture (loading may already have turned it)."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 -- broken metadata raise whatever they like, and do not matter
        return 1


def _facts(image):
    width, height = image.size
    small = upright(image, min(1, 64 / min(width, height)))
    if orientation(image) >= 5:
        width, height = height, width
    taken_at = _taken_at(image)
    if _is_animated(image):
        _decode_frames(image)
    return Facts(width, height, EXTENSIONS[image.format], _is_animated(image), tint(small), taken_at)


def _is_animated(image):
    return image.format in ANIMATED and getattr(image, "is_animated", False)


def _decode_frames(image):
    pixels = 0
    for number in range(MAX_FRAMES + 1):
        try:
            image.seek(number)
        except EOFError:
            return
        _check_size(image)
        pixels += image.width * image.height
        if number == MAX_FRAMES or pixels > MAX_ANIMATION:
            break
        image.load()
    raise PictureError(_("The animation is too long or too large. Shorten it or make it smaller."))


def _check_size(image):
    limit = MAX_PIXELS[image.format]
    if _is_animated(image):  # several canvases are held at once
        limit = min(limit, MAX_FRAME)
    elif image.info.get("progressive"):  # all its coefficients are
        limit = limit * 2 // max(2, len(image.getbands()))
    if image.width * image.height > limit or max(image.size) > MAX_SIDE:
        raise _too_large()


def _scans(data):
    """How many scans a JPEG has, up to the end of its first picture."""
    marker = re.compile(rb"\xff[^\x00\xff\xd0-\xd8]", re.DOTALL)
    position = count = 0
    while (found := marker.search(data, position)) and found[0] != b"\xff\xd9":
        count += found[0] == b"\xff\xda"
        position = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
    return count


def _reduced(image, factor):
    """A copy as RGB, RGBA or CMYK, each side `factor` times smaller; in bands, to hold no second full one."""
    mode = "CMYK" if image.mode == "CMYK" else "RGBA" if image.has_transparency_data else "RGB"
    if factor == 1:
        return _converted(image, mode)
    width, height = image.size
    small = Image.new(mode, (ceil(width / factor), ceil(height / factor)))
    rows = factor * ceil(256 / factor)
    for top in range(0, height, rows):
        band = image.crop((0, top, width, min(top + rows, height)))
        small.paste(_converted(band, mode).reduce(factor), (0, top // factor))
    return small


def _converted(image, mode):
    if image.mode.startswith("I"):  # 16 bit; Pillow would cut off what is above 255
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode == mode else image.convert(mode)


def _in_srgb(picture, profile):
    """RGB or RGBA, by the picture's own profile; a broken one, or one of another kind, is ignored."""
    converted = None
    if profile:
        with suppress(OSError, ValueError, TypeError, ImageCms.PyCMSError):
            converted = _by_profile(picture, ImageCms.ImageCmsProfile(BytesIO(profile)))
    if converted is None:
        return picture if picture.mode in {"RGB", "RGBA"} else picture.convert("RGB")
    if picture.mode == "RGBA":
        converted.putalpha(picture.getchannel("A"))
    return converted


def _by_profile(picture, profile):
    space = profile.profile.xcolor_space.strip()
    if space == "GRAY" and picture.mode != "CMYK" and _is_grey(picture):
        colours = picture.convert("L")
    elif space == "CMYK" and picture.mode == "CMYK":
        colours = picture
    elif space == "RGB" and picture.mode != "CMYK":
        colours = picture.convert("RGB")
    else:
        return None
    return ImageCms.profileToProfile(
        colours, profile, SRGB, ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip


def _is_grey(picture):
    red, green, blue = picture.split()[:3]
    return not (ImageChops.difference(red, green).getbbox() or ImageChops.difference(red, blue).getbbox())


def _taken_at(image):
    """The moment of the photograph. Cameras without an offset are taken to run on the site's own time."""
    try:
        exif = image.getexif().get_ifd(ExifTags.IFD.Exif)
        text = str(exif[ExifTags.Base.DateTimeOriginal]).strip("\0 ")
        moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=_offset(exif))
        return moment if moment < timezone.now() + timedelta(days=1) else None
    except Exception:  # noqa: BLE001 -- as above
        return None


def _offset(exif):
    text = str(exif.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
    try:
        return datetime.strptime(text, "%z").tzinfo
    except ValueError:
        return timezone.get_default_timezone()


def _too_large():
    return PictureError(
        _("The picture has too many pixels. Export it as JPEG, at most 6,000 pixels a side, and try again.")
    )


def _unreadable(data):
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        return _("HEIC pictures cannot be read here. Export the picture as JPEG and try again.")
    return _("This is no picture, or a damaged one. Upload a JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP file.")
