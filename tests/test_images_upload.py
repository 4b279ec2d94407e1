import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from news import images
from news.images import reading, renditions
from news.models import Photo
from tests import factories, pictures
from tests.pictures import colour, files, made, near

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fast_and_apart(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setitem(renditions.FORMATS["avif"], "speed", 10)


def test_the_same_bytes_are_stored_once():
    first, new = images.store(pictures.saved(pictures.scene()), caption="一", credit="阿木 摄", alt="红与蓝")
    second, again = images.store(pictures.saved(pictures.scene(), name="other.png"), caption="二")

    assert (new, again, second.pk, Photo.objects.count()) == (True, False, first.pk, 1)
    assert (second.caption, second.credit, second.alt, second.progress) == (
        "一",
        "阿木 摄",
        "红与蓝",
        "waiting",
    )


def test_original_is_kept_unchanged_under_a_name_of_ours():
    file = pictures.saved(pictures.scene(), "PNG", name="../../盗.jpg")

    photo, _new = images.store(file, by=factories.make_staff())

    assert photo.original.name == f"{photo.sha256[:2]}/{photo.sha256}.png"
    assert Path(photo.original.path).read_bytes() == file.getvalue()
    assert Path(photo.original.path).is_relative_to(settings.ORIGINALS_DIR)
    assert photo.uploaded_by is not None


def test_time_of_the_photograph_is_read():
    local, _new = images.store(pictures.from_a_phone())
    abroad, _new = images.store(pictures.from_a_phone(offset="+01:00"))

    assert local.taken_at == datetime(2026, 3, 3, 21, 6, 7, tzinfo=UTC)
    assert abroad.taken_at == datetime(2026, 3, 4, 4, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "yesterday", "2999:01:01 00:00:00", "\0"])
def test_nonsense_for_a_time_is_ignored(taken):
    assert images.store(pictures.from_a_phone(taken=taken))[0].taken_at is None


def test_time_given_by_the_user_counts_more():
    at = datetime(2020, 1, 1, tzinfo=UTC)

    assert images.store(pictures.from_a_phone(), taken_at=at)[0].taken_at == at


def heic():
    return pictures.named(b"\0\0\0\x18ftypheic" + b"\0" * 100, "IMG_1.HEIC")


HOSTILE = {
    "empty": (lambda: pictures.named(b""), "empty"),
    "one byte": (lambda: pictures.named(b"\x89"), "damaged"),
    "html": (lambda: pictures.named(b"<html><script>alert(1)</script>"), "damaged"),
    "svg": (lambda: pictures.named(b"<svg xmlns='http://www.w3.org/2000/svg' onload='a()'/>"), "damaged"),
    "heic": (heic, "as JPEG"),
    "icon": (lambda: pictures.saved(pictures.scene(32, 32), "ICO"), "damaged"),
    "truncated jpeg": (
        lambda: pictures.named(pictures.saved(pictures.scene(600, 400)).read()[:-300]),
        "damaged",
    ),
    "truncated png": (lambda: pictures.named(pictures.png(500, 500).read()[:-40]), "damaged"),
    "bomb": (lambda: pictures.png(12000, 12000), "too many pixels"),
    "bomb above Pillow's own limit": (lambda: pictures.png(16000, 15000), "too many pixels"),
    "very tall": (lambda: pictures.png(10, 17000), "too many pixels"),
    "too many bytes": (lambda: pictures.named(b"\xff\xd8" + b"\0" * 40 * 2**20), "40 MB"),
    "too many frames": (lambda: pictures.animation(count=301, size=(2, 2), format="WEBP"), "animation"),
    "too many scans": (lambda: pictures.many_scans(700), "too long"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_a_reason(name):
    make, reason = HOSTILE[name]

    with translation.override("en"), pytest.raises(images.PictureError, match=reason):
        images.store(make())
    assert not Photo.objects.exists()


def test_an_animation_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ANIMATION", 3 * 60 * 40)

    images.store(pictures.animation(count=3))
    with pytest.raises(images.PictureError):
        images.store(pictures.animation(count=4))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF"])
def test_format_is_what_the_bytes_say_not_the_name(format):
    photo = made(pictures.saved(pictures.scene(), format, name="holiday.exe"))

    assert photo.original.name.endswith("jpg" if format == "JPEG" else format.lower())
    assert near(colour(files(photo)["full-60.jpg"], 0.1, 0.1), (255, 0, 0), by=30)


def test_memory_for_the_largest_picture_is_bounded():
    """60 million pixels, in a process of its own."""
    program = (
        "import sys, django; django.setup(); from news.images import reading;"
        "reading.examine(sys.stdin.buffer.read());"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
    )
    data = pictures.png(7700, 7700, bits=8, colours=2).read()
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}

    run = subprocess.run(
        [sys.executable, "-c", program], input=data, capture_output=True, check=True, env=environ
    )

    assert int(run.stdout) < 450_000  # KB
