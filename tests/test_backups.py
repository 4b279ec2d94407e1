"""A backup holds everything, is made while the site runs, and puts everything back."""

import hashlib
import stat
import tarfile

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from news.models import Article
from tests.factories import make_article

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(settings, tmp_path):
    """A story and a picture, in a DATA_DIR of their own."""
    settings.DATA_DIR = tmp_path / "data"
    (settings.DATA_DIR / "originals" / "ab").mkdir(parents=True)
    (settings.DATA_DIR / "originals" / "ab" / "picture.jpg").write_bytes(b"picture")
    (settings.DATA_DIR / "secret_key").write_text("secret")
    make_article(headline="核桃下山")
    return settings.DATA_DIR


def content():
    """The number of rows of each table and a sum of all that is in them."""
    found = {}
    for model in apps.get_models():
        rows = sorted(map(repr, model.objects.values_list()))
        found[model._meta.db_table] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_what_was_lost_comes_back(site, tmp_path):
    before = content()
    call_command("backup", tmp_path / "site.tar", verbosity=0)
    Article.objects.all().delete()
    (site / "originals" / "ab" / "picture.jpg").unlink()
    assert content() != before

    call_command("restore", tmp_path / "site.tar", verbosity=0)

    assert content() == before
    assert (site / "originals" / "ab" / "picture.jpg").read_bytes() == b"picture"


def test_only_its_owner_reads_it(site, tmp_path):
    file = tmp_path / "site.tar"
    call_command("backup", file, verbosity=0)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_without_a_name_it_has_the_time(site):
    call_command("backup", verbosity=0)
    (file,) = (site / "backups").iterdir()
    assert file.suffix == ".tar"


@pytest.mark.parametrize("name", ["absent.tar", "text.tar", "empty.tar"])
def test_what_is_no_backup_changes_nothing(site, tmp_path, name):
    (tmp_path / "text.tar").write_text("no tar")
    tarfile.open(tmp_path / "empty.tar", "w").close()
    before = content()
    with pytest.raises(CommandError):
        call_command("restore", tmp_path / name)
    assert content() == before


def test_a_file_that_leads_outside_is_refused(site, tmp_path):
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        entry = tarfile.TarInfo("../outside")
        tar.addfile(entry)
    with pytest.raises(CommandError):
        call_command("restore", tmp_path / "evil.tar")
    assert not (tmp_path / "outside").exists()
