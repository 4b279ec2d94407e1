import re
import threading
from collections import namedtuple
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from PIL import Image, ImageCms

from counties import changes
from news import images
from news.images import renditions, tints
from news.models import Photo
from tests import factories, pictures
from tests.pictures import colour, files, folder, made, near

Light = namedtuple("Light", "sha256 width height renditions tint progress")
READY = {"key": "ab12", "full": [480, 960], "card": [240], "animated": 0}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fast_and_apart(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setitem(renditions.FORMATS["avif"], "speed", 10)


def test_sizes_are_those_promised():
    photo = made(pictures.saved(pictures.scene(2000, 1000)))

    assert photo.renditions["full"] == [480, 720, 960, 1600]
    assert photo.renditions["card"] == [240, 480, 800]
    assert set(files(photo)) == {
        f"{kind}-{width}.{extension}"
        for kind in ("full", "card")
        for width in photo.renditions[kind]
        for extension in ("avif", "webp", "jpg")
    }
    for name, path in files(photo).items():
        with Image.open(path) as picture:
            kind, width = name.split(".")[0].split("-")
            assert picture.size == (int(width), int(width) // 2 if kind == "full" else int(width) * 2 // 3), (
                name
            )
        assert re.fullmatch(images.PUBLIC_NAME, str(path.relative_to(settings.MEDIA_ROOT)))
        assert path.stat().st_mode & 0o044 == 0o044


@pytest.mark.parametrize(
    ("size", "full", "card"),
    [
        ((1, 1), [1], [1]),
        ((300, 200), [300], [240, 300]),
        ((480, 1200), [480], [240, 480]),
        ((1000, 9000), [258], [240, 480, 800]),
        ((3000, 20), [480, 720, 960, 1600], [30]),
    ],
)
def test_nothing_is_enlarged_and_tall_pictures_stay_light(size, full, card, monkeypatch):
    monkeypatch.setattr(renditions, "MAX_AREA", 600_000)

    photo = made(pictures.saved(Image.new("RGB", size), "PNG"))

    assert (photo.renditions["full"], photo.renditions["card"]) == (full, card)


@pytest.mark.parametrize("number", range(1, 9))
def test_every_orientation_comes_out_upright(number):
    photo = made(pictures.turned(number))

    assert (photo.width, photo.height) == (60, 40)
    for extension in ("jpg", "webp", "avif"):
        path = files(photo)[f"full-60.{extension}"]
        assert near(colour(path, 0.2, 0.2), (255, 0, 0), by=40)
        assert near(colour(path, 0.8, 0.2), (0, 0, 255), by=40)
        assert near(colour(path, 0.2, 0.8), (0, 0, 255), by=40)


def test_nothing_but_pixels_is_published():
    photo = made(pictures.from_a_phone())

    for name, path in files(photo).items():
        assert not pictures.metadata(path.read_bytes()), name
        assert b"Secret" not in path.read_bytes()
        with Image.open(path) as picture:
            assert not dict(picture.getexif())
            assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(picture.info)


def test_what_hides_behind_a_picture_is_left_behind():
    photo = made(pictures.with_zip_behind(pictures.saved(pictures.scene())))

    assert not any(b"PK\3\4" in path.read_bytes() for path in files(photo).values())


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_colours_follow_the_profile(format):
    red = Image.new("RGB", (40, 40), (255, 0, 0))

    photo = made(pictures.saved(red, format, icc_profile=pictures.swapped_profile()))

    assert near(colour(files(photo)["full-40.jpg"]), (0, 255, 0), by=60)


@pytest.mark.parametrize(
    "profile", [b"nonsense" * 50, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
def test_a_broken_or_foreign_profile_is_ignored(profile):
    photo = made(pictures.saved(pictures.scene(), icc_profile=profile))

    assert near(colour(files(photo)["full-60.jpg"], 0.2, 0.2), (255, 0, 0), by=30)


ODD = {
    "CMYK": lambda: pictures.saved(Image.new("CMYK", (40, 40), (0, 255, 255, 0))),
    "palette": lambda: pictures.saved(Image.new("RGB", (40, 40), "red").quantize(2), "PNG"),
    "16 bit": lambda: pictures.saved(Image.new("I;16", (40, 40), 32768), "PNG"),
    "1 bit": lambda: pictures.saved(Image.new("1", (40, 40), 1), "PNG"),
    "grey": lambda: pictures.saved(Image.new("L", (40, 40), 77)),
}
SEEN = {
    "CMYK": (255, 0, 0),
    "palette": (255, 0, 0),
    "16 bit": (128,) * 3,
    "1 bit": (255,) * 3,
    "grey": (77,) * 3,
}


@pytest.mark.parametrize("name", ODD)
def test_odd_kinds_of_pixels_keep_their_colour(name):
    photo = made(ODD[name]())

    for extension in ("jpg", "webp", "avif"):
        assert near(colour(files(photo)[f"full-40.{extension}"])[:3], SEEN[name])


def test_transparency_is_kept_or_becomes_white():
    half = Image.new("LA", (40, 40), (0, 0))
    half.paste((0, 255), (0, 0, 20, 40))

    photo = made(pictures.saved(half, "PNG"))

    assert photo.tint == ""
    for extension, wanted in {
        "jpg": (255, 255, 255, 255),
        "webp": (0, 0, 0, 0),
        "avif": (0, 0, 0, 0),
    }.items():
        seen = colour(files(photo)[f"full-40.{extension}"], 0.9)
        assert near(seen[3:], wanted[3:])
        assert extension != "jpg" or near(seen, wanted)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_animation_moves_and_has_a_still(format):
    photo = made(pictures.animation(format=format))

    assert photo.is_animated
    assert photo.renditions["animated"] == 60
    assert {name for name in files(photo) if "full" in name} == {"full-60.webp", "full-60.jpg"}
    assert not pictures.metadata(files(photo)["full-60.webp"].read_bytes())
    with Image.open(files(photo)["full-60.webp"]) as moving, Image.open(files(photo)["full-60.jpg"]) as still:
        assert (moving.n_frames, still.format) == (4, "JPEG")


def test_a_long_animation_keeps_its_length_with_fewer_frames(monkeypatch):
    monkeypatch.setitem(renditions.MOVING, "frames", 5)

    photo = made(pictures.animation(count=12, duration=50))

    with Image.open(files(photo)["full-60.webp"]) as moving:
        lengths = []
        for number in range(moving.n_frames):
            moving.seek(number)
            moving.load()
            lengths.append(moving.info["duration"])
    assert lengths == [150] * 4


# The focal point


def two_colours():
    picture = Image.new("RGB", (400, 100), "blue")
    picture.paste("red", (0, 0, 200, 100))
    return pictures.saved(picture, "PNG")


@pytest.mark.parametrize(
    ("x", "seen"), [(0, (255, 0, 0)), (25, (255, 0, 0)), (75, (0, 0, 255)), (100, (0, 0, 255))]
)
def test_card_shows_what_the_focal_point_names(x, seen):
    photo = made(two_colours(), focal_x=x)

    assert near(colour(files(photo)["card-150.jpg"]), seen, by=40)


def test_a_new_focal_point_makes_new_addresses():
    photo = made(two_colours())
    old = photo.renditions["key"]
    before = images.picture(photo, "card", alt="", sizes="100vw")

    Photo.objects.filter(pk=photo.pk).update(focal_x=0)
    images.ask_again([photo.pk])
    photo.refresh_from_db()

    assert (
        images.picture(photo, "card", alt="", sizes="100vw") == before
    )  # shown until the new ones are there
    assert images.make_waiting() == 1
    photo.refresh_from_db()
    assert photo.renditions["key"] != old
    assert not folder(old).exists()
    assert near(colour(files(photo)["card-150.jpg"]), (255, 0, 0), by=40)


def test_a_focal_point_that_moves_meanwhile_is_not_lost():
    photo, _new = images.store(two_colours())
    Photo.objects.filter(pk=photo.pk).update(focal_x=0)

    images.make_renditions(photo)  # which still knows the old one

    photo.refresh_from_db()
    assert (photo.progress, photo.renditions) == ("waiting", {})
    assert not list(Path(settings.MEDIA_ROOT).glob("photos/*/*"))


def test_rebuilding_keeps_the_addresses():
    photo = made(two_colours())
    key, seen = photo.renditions["key"], files(photo)

    images.ask_again([photo.pk])
    images.make_waiting()

    photo.refresh_from_db()
    assert (photo.renditions["key"], photo.progress, files(photo)) == (key, "ready", seen)


# The queue


def test_limit_and_newest_first():
    older, newer = [images.store(pictures.saved(Image.new("RGB", (9, n))))[0] for n in (9, 8)]

    assert images.make_waiting(limit=1) == 1

    newer.refresh_from_db()
    older.refresh_from_db()
    assert (newer.progress, older.progress) == ("ready", "waiting")
    assert (images.make_waiting(), images.make_waiting()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work():
    for n in range(6):
        images.store(pictures.saved(Image.new("RGB", (20, 20 + n))))
    counts = []

    def work():
        counts.append(images.make_waiting())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sum(counts) == 6
    assert set(Photo.objects.values_list("progress", flat=True)) == {"ready"}


def test_a_lost_original_fails_and_the_queue_goes_on():
    lost, _new = images.store(pictures.saved(pictures.scene()))
    sound, _new = images.store(pictures.saved(pictures.scene(), "PNG"))
    Path(lost.original.path).unlink()

    assert images.make_waiting() == 2

    lost.refresh_from_db()
    sound.refresh_from_db()
    assert (lost.progress, sound.progress) == ("failed", "ready")
    assert images.picture(lost, "full", alt="", sizes="100vw") == ""


def test_a_full_disk_fails_no_photo(monkeypatch):
    def write(path, data):
        raise OSError(28, "No space left on device")

    photo, _new = images.store(pictures.saved(pictures.scene()))
    monkeypatch.setattr(renditions, "_write", write)

    with pytest.raises(OSError, match="No space"):
        images.make_waiting()
    photo.refresh_from_db()
    assert photo.progress == "waiting"


def test_pages_with_the_photo_are_told(django_capture_on_commit_callbacks):
    photo, _new = images.store(pictures.saved(pictures.scene()))
    lead = factories.make_article(lead_photo=photo)
    keys = [f"article:{lead.pk}", f"region:{lead.home_id}", f"photo:{photo.pk}"]
    before = [changes.generation(key) for key in keys]

    with django_capture_on_commit_callbacks(execute=True):
        images.make_renditions(photo)

    assert all(changes.generation(key) > old for key, old in zip(keys, before, strict=True))


# In pages


def light(**fields):
    return Light(
        **{
            "sha256": "",
            "width": 960,
            "height": 640,
            "renditions": READY,
            "tint": "blue-2",
            "progress": "ready",
        }
        | fields
    )


def test_markup_of_a_picture():
    base, sizes = "/media/photos/ab/ab12/full-", 'sizes="(min-width: 62rem) 32rem, 100vw"'

    html = images.picture(light(), "full", alt='他说"好" <b>', sizes="(min-width: 62rem) 32rem, 100vw")

    assert html == (
        f'<picture><source type="image/avif" srcset="{base}480.avif 480w, {base}960.avif 960w" {sizes}>'
        f'<source type="image/webp" srcset="{base}480.webp 480w, {base}960.webp 960w" {sizes}>'
        f'<img class="tint-blue-2" src="{base}960.jpg" srcset="{base}480.jpg 480w, {base}960.jpg 960w" '
        f'{sizes} width="960" height="640" alt="他说&quot;好&quot; &lt;b&gt;" '
        'loading="lazy" decoding="async"></picture>'
    )


def test_first_picture_is_not_lazy():
    html = images.picture(light(tint=""), "card", alt="", sizes="50vw", eager=True)

    assert 'fetchpriority="high"' in html
    assert "lazy" not in html
    assert 'width="240" height="160"' in html
    assert "class=" not in html


def test_who_wants_no_motion_gets_the_still():
    html = images.picture(light(renditions=READY | {"animated": 640}), "full", alt="", sizes="100vw")

    assert html.startswith(
        '<picture><source media="(prefers-reduced-motion: no-preference)" type="image/webp" '
        'srcset="/media/photos/ab/ab12/full-640.webp"><img '
    )


def test_nothing_is_shown_before_it_is_made():
    waiting = light(renditions={}, progress="waiting")

    assert images.picture(waiting, "full", alt="", sizes="100vw") == ""
    assert images.full_url(waiting) == ""
    assert images.variants(waiting, "full") == []


def test_addresses_for_links_and_feeds():
    assert images.full_url(light()) == "/media/photos/ab/ab12/full-960.jpg"
    assert images.variants(light(), "card") == [("/media/photos/ab/ab12/card-240.jpg", 240, 160)]


def test_stylesheet_has_every_tint():
    css = (settings.BASE_DIR / "portal/static/portal/css/tints.css").read_text()

    assert css.split("\n\n")[1] == tints.stylesheet()
    assert len(images.TINTS) <= 27
    assert max(len(name) for name in images.TINTS) <= Photo._meta.get_field("tint").max_length


@pytest.mark.parametrize(
    ("rgb", "name"), [((255, 255, 255), "grey-4"), ((60, 90, 150), "blue-2"), ((0, 0, 0), "grey-0")]
)
def test_tint_resembles_the_picture(rgb, name):
    assert images.store(pictures.saved(Image.new("RGB", (30, 20), rgb)))[0].tint == name
