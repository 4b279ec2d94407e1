"""Pictures of real cameras and real attacks, where the folder with them is at hand."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from news import images
from news.images import renditions
from tests import pictures
from tests.pictures import files, made

SAMPLES = Path(__file__).parents[2] / "shared" / "data" / "photos"
INDEX = json.loads((SAMPLES / "index.json").read_text()) if SAMPLES.exists() else []

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fast_and_apart(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setitem(renditions.FORMATS["avif"], "speed", 10)
    monkeypatch.setattr(renditions, "WIDTHS", {"full": (480,), "card": (240,)})


@pytest.mark.parametrize("entry", INDEX, ids=[entry["file"] for entry in INDEX])
def test_sample_is_treated_as_its_index_says(entry):
    expected = entry["expected"]
    try:
        with (SAMPLES / entry["file"]).open("rb") as file:
            photo = made(file)
    except images.PictureError:
        assert expected != "accept"
        return
    assert expected != "reject"
    for path in files(photo).values():
        data = path.read_bytes()
        assert not pictures.metadata(data)
        assert b"PK\3\4" not in data
        with Image.open(path) as picture:
            picture.load()
            assert not dict(picture.getexif())


@pytest.mark.skipif(not INDEX, reason="the folder of samples is not at hand")
def test_sample_orientations_look_the_same():
    looks = []
    for number in (3, 5, 8):
        with (SAMPLES / f"good/Landscape_{number}.jpg").open("rb") as file:
            photo = made(file)
        assert (photo.width, photo.height) == (1800, 1200)
        looks.append(Image.open(files(photo)["full-480.jpg"]))
    for look in looks[1:]:
        assert max(ImageStat.Stat(ImageChops.difference(looks[0], look)).mean) < 3
    for look in looks:
        look.close()
