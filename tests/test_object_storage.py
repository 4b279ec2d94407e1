"""Pictures in a bucket instead of a folder; the bucket is a stand-in in this process."""

import boto3
import pytest
from django.core.files.storage import default_storage, storages
from moto import mock_aws

from news import images
from news.models import Photo
from portal import env
from tests.factories import make_region
from tests.pictures import saved, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(settings, monkeypatch):
    """The names of all that lies in it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    address = "s3://xiangyin?region_name=us-east-1"
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="xiangyin")
        settings.STORAGES = settings.STORAGES | {
            "default": env.bucket("STORAGE_URL", address, "media"),
            "originals": env.bucket("STORAGE_URL", address, "originals"),
        }
        monkeypatch.setattr(images.storing.originals, "_wrapped", storages["originals"])
        yield lambda: {
            entry["Key"] for entry in client.list_objects_v2(Bucket="xiangyin").get("Contents", [])
        }


@pytest.fixture
def photo(bucket):
    photo, _new = images.store(saved(scene()))
    images.make_waiting()
    photo.refresh_from_db()
    return photo


def test_the_original_and_its_renditions_lie_in_the_bucket(photo, bucket):
    assert photo.progress == Photo.Progress.READY
    assert f"originals/{photo.original.name}" in bucket()
    assert any(name.startswith("media/photos/") and name.endswith(".avif") for name in bucket())
    assert images.has_original(photo) and images.has_renditions(photo)


def test_readers_get_renditions_from_our_own_address(photo, bucket, client):
    name = next(name for name in bucket() if name.endswith(".webp")).removeprefix("media")
    answer = client.get(f"/media{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert b"".join(answer.streaming_content).startswith(b"RIFF")


def test_what_is_not_there_or_not_public_is_not_found(photo, client):
    make_region()
    assert client.get(f"/media/photos/ab/{'ab' * 16}/card-240.webp").status_code == 404
    assert client.get(f"/media/{photo.original.name}").status_code == 404
    assert client.get(f"/media/../originals/{photo.original.name}").status_code == 404


def test_a_deleted_photo_leaves_nothing(photo, bucket, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        images.remove(photo)
    assert bucket() == set()


def test_the_same_name_is_overwritten(bucket):
    assert default_storage.save("photos/a.jpg", saved(scene())) == "photos/a.jpg"
    assert default_storage.save("photos/a.jpg", saved(scene())) == "photos/a.jpg"
