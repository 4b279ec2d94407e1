"""The whole site in one file: a tar of the database as it was at one moment, the pictures and the secret.

Files are only ever added under new names, so those that came while the database was written do no harm.
"""

import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient

from counties import changes

KINDS = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
FILES = "originals", "media", "secret_key"  # in DATA_DIR; what is not there was configured elsewhere


class BackupError(Exception):
    """A sentence for the operator."""


def make(file: Path) -> None:
    """Write a backup, readable by its owner only, while the site runs. It appears whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.part")
    draft.touch(mode=0o600)
    with TemporaryDirectory(dir=file.parent) as folder, tarfile.open(draft, "w") as tar:
        dump = Path(folder) / KINDS[connection.vendor]
        _dump(dump)
        tar.add(dump, dump.name)
        for name in FILES:
            if (settings.DATA_DIR / name).exists():
                tar.add(settings.DATA_DIR / name, name)
    draft.rename(file)


def restore(file: Path) -> None:
    """Put the database and the files of a backup in the place of what is there."""
    with TemporaryDirectory(dir=file.parent) as folder:
        with tarfile.open(file) as tar:
            tar.extractall(folder, filter="data")
        dump = Path(folder) / KINDS[connection.vendor]
        if not dump.exists():
            raise BackupError(f"{file} is no backup of a {connection.display_name} database.")
        connection.close()
        _load(dump)
        for name in FILES:
            _put(Path(folder) / name, settings.DATA_DIR / name)
    changes.missed_some()


def _put(new, old):
    if new.is_dir():
        shutil.copytree(new, old, dirs_exist_ok=True)
    elif new.exists():
        shutil.copy2(new, old)


def _dump(file):
    """The database in a file, as it is now, while others write."""
    if connection.vendor == "sqlite":
        return _copy(connection.settings_dict["NAME"], file)
    return _postgres("pg_dump", "--format=custom", f"--file={file}")


def _load(file):
    if connection.vendor == "sqlite":
        return _copy(file, connection.settings_dict["NAME"])
    return _postgres("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(file))


def _copy(source, target):
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def _postgres(program, *arguments):
    (_psql, *where, name), environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    command = [program, *where, f"--dbname={name}", *arguments]
    try:
        subprocess.run(command, check=True, env=os.environ | (environment or {}))  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise BackupError(f"{program} failed: {error}") from error
