"""What readers see of a photo: fresh files in three formats and several widths, without any metadata.

Their address holds the focal point and VERSION, so a file never changes and may be cached for ever.
"""

import fcntl
import logging
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from io import BytesIO
from math import sqrt

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.crypto import salted_hmac
from PIL import Image

from counties import changes
from news.models import Article, Figure, Photo, Placement

from .reading import opened, upright
from .storing import content_of

VERSION = 2  # raise it when the files would look different; `rebuild renditions` makes the new ones
WIDTHS = {"full": (480, 720, 960, 1600), "card": (240, 480, 800)}
CARD = (3, 2)
MAX_AREA = 6_000_000  # pixels of one file: very tall pictures get narrower ones
FORMATS = {
    "avif": {"format": "AVIF", "quality": 52, "speed": 8, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 74, "method": 4},
    "jpg": {"format": "JPEG", "quality": 78, "optimize": True, "progressive": True},
}
MOVING = {"width": 960, "frames": 100, "area": 30_000_000}  # at most, of an animation; area of all its frames

logger = logging.getLogger(__name__)


def make_waiting(limit: int | None = None) -> int:
    """Make what is waiting, newest first, one photo at a time on this machine. How many were tried."""
    count = 0
    while limit is None or count < limit:
        with _turn():
            photo = Photo.objects.filter(progress=Photo.Progress.WAITING).order_by("-id").first()
            if photo is None:
                break
            make_renditions(photo)
        count += 1
    return count


def ask_again(photo_ids: Iterable[int]) -> None:
    """Have the renditions made anew. The old ones are shown until then."""
    ids = list(photo_ids)
    for start in range(0, len(ids), 500):
        Photo.objects.filter(pk__in=ids[start : start + 500]).update(progress=Photo.Progress.WAITING)


def make_renditions(photo: Photo) -> None:
    """Takes 1 to 3 s for a photograph, outside of any transaction. Raises for a full or broken disk only."""
    key = _key(photo)
    try:
        renditions = _make(photo, key)
    except Exception as error:  # one odd picture must not stop the queue
        if isinstance(error, OSError) and error.errno and not isinstance(error, FileNotFoundError):
            raise  # the photo goes on waiting
        logger.exception("No renditions of photo %s", photo.pk)
        Photo.objects.filter(pk=photo.pk).update(progress=Photo.Progress.FAILED)
        return
    old = photo.renditions.get("key")
    same = Photo.objects.filter(
        pk=photo.pk, sha256=photo.sha256, focal_x=photo.focal_x, focal_y=photo.focal_y
    )
    if not same.update(renditions=renditions, progress=Photo.Progress.READY):
        _remove(
            key if key != old else None
        )  # deleted, replaced, or its focal point moved meanwhile: it waits again
        return
    photo.renditions, photo.progress = renditions, Photo.Progress.READY
    changes.announce(shown_by(photo))
    _remove(old if old != key else None)


def make_ahead(photo: Photo) -> dict:
    """The renditions of a photo whose row is not written yet, for its field of that name."""
    with _turn():
        return _make(photo, _key(photo))


def retire(photo: Photo, key: str | None) -> None:
    """Remove the renditions under a key that the photo had, and renew the pages that show the photo."""
    changes.announce(shown_by(photo))
    _remove(key)


def has_renditions(photo: Photo) -> bool:
    """Whether all files are there that its pages name."""
    made = photo.renditions
    folder, animated = folder_of(made["key"]), made["animated"]
    names = [f"full-{animated}.webp"] if animated else []
    for kind in ("full", "card"):
        formats = ["jpg"] if kind == "full" and animated else FORMATS
        names += [f"{kind}-{width}.{extension}" for width in made[kind] for extension in formats]
    return all(default_storage.exists(f"{folder}/{name}") for name in names)


def _make(photo, key):
    data = content_of(photo)
    folder = folder_of(key)
    boxes = {"full": (0, 0, photo.width, photo.height), "card": _crop(photo)}
    widths = {kind: _widths(kind, box) for kind, box in boxes.items()}
    scale = max(widths[kind][-1] / (box[2] - box[0]) for kind, box in boxes.items())
    with opened(data) as image:
        moving = _write_moving(image, photo, folder) if photo.is_animated else 0
    with opened(data) as image:
        picture = upright(image, min(1, scale))
    del image  # it may hold 240 MB
    for kind, box in boxes.items():
        formats = ["jpg"] if kind == "full" and moving else FORMATS
        for width in widths[kind]:
            small = _resized(picture, photo, box, (width, height_of(photo, kind, width)))
            for extension in formats:
                _write(f"{folder}/{kind}-{width}.{extension}", _encoded(small, extension))
    return {"key": key, **widths, "animated": moving}


def folder_of(key: str) -> str:
    return f"photos/{key[:2]}/{key}"


def height_of(photo, kind: str, width: int) -> int:
    """Pixels of a rendition so wide; `photo` may be anything with a width and a height."""
    ratio = CARD[1] / CARD[0] if kind == "card" else photo.height / photo.width
    return max(1, round(width * ratio))


def _key(photo):
    """Keyed with the secret, so that nobody who has a file can find out whether the newsroom has it too."""
    text = f"{VERSION} {photo.sha256} {photo.focal_x} {photo.focal_y}"
    return salted_hmac("news.images", text, algorithm="sha256").hexdigest()[:32]


def _widths(kind, box):
    """Those of the kind, never wider than the picture is, and the picture's own if it is small."""
    width, height = box[2] - box[0], box[3] - box[1]
    natural = max(1, int(min(width, sqrt(MAX_AREA * width / height))))
    return [width for width in WIDTHS[kind] if width < natural] + [natural] * (natural <= WIDTHS[kind][-1])


def _crop(photo):
    """The largest box of a card's shape, its middle as near to the focal point as the edges allow."""
    width = min(photo.width, photo.height * CARD[0] / CARD[1])
    height = width * CARD[1] / CARD[0]
    left = min(max(0, photo.width * photo.focal_x / 100 - width / 2), photo.width - width)
    top = min(max(0, photo.height * photo.focal_y / 100 - height / 2), photo.height - height)
    return left, top, left + width, top + height


def _resized(picture, photo, box, size):
    """The box (in the photo's pixels) of the picture (the photo, perhaps reduced already) at that size."""
    x, y = picture.width / photo.width, picture.height / photo.height
    left, top, right, bottom = box
    box = (left * x, top * y, min(right * x, picture.width), min(bottom * y, picture.height))
    return picture.resize(size, Image.Resampling.LANCZOS, box)


def _encoded(picture, extension):
    """The bytes of a file that holds pixels and nothing else."""
    if extension == "jpg" and picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    picture.info.clear()  # Pillow would copy profile, comment and resolution from there
    buffer = BytesIO()
    picture.save(buffer, **FORMATS[extension])
    return buffer.getvalue()


def _write_moving(image, photo, folder):
    """Write the animation as one WebP, with fewer frames if it has very many; its width."""
    step = -(-image.n_frames // MOVING["frames"])
    count = -(-image.n_frames // step)
    width = min(MOVING["width"], photo.width, sqrt(MOVING["area"] / count * photo.width / photo.height))
    width = max(1, int(width))
    frames, durations = [], []
    for number in range(image.n_frames):
        image.seek(number)
        image.load()
        duration = image.info.get("duration", 0)
        duration = duration if duration > 10 else 100  # as browsers do
        if number % step:
            durations[-1] += duration
            continue
        frame = upright(image, width / photo.width)
        frames.append(frame.resize((width, height_of(photo, "full", width)), Image.Resampling.LANCZOS))
        frames[-1].info.clear()
        durations.append(duration)
    buffer = BytesIO()
    frames[0].save(
        buffer, "WEBP", save_all=True, append_images=frames[1:], duration=durations,
        loop=image.info.get("loop", 0), quality=70, method=2,
    )  # fmt: skip
    _write(f"{folder}/full-{width}.webp", buffer.getvalue())
    return width


def shown_by(photo):
    """Surrogate keys of the newest hundred stories with the photo, and of the channels that list them."""
    figures = Figure.objects.filter(photo=photo).values_list("article_id", flat=True)
    leads = Article.objects.filter(lead_photo=photo).values_list("pk", flat=True)
    stories = {*figures.order_by("-article_id")[:100], *leads.order_by("-pk")[:100]}
    regions = Placement.objects.filter(article__in=stories).values_list("region_id", flat=True).distinct()
    return [f"photo:{photo.pk}", *(f"article:{pk}" for pk in stories), *(f"region:{pk}" for pk in regions)]


def _write(name, data):
    default_storage.save(name, ContentFile(data))


def _remove(key):
    if not key:
        return
    folder = folder_of(key)
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)  # where a folder is a thing of its own


@contextmanager
def _turn():
    """One at a time on this machine, whichever processes and threads ask."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "images.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
