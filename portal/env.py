"""Reading the environment. A value that is not understood stops the start and names its variable."""

import os
import re
import secrets
from contextlib import suppress
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def switch(name: str, default: bool = False) -> bool:
    """0 or 1. A typo must stop the start, not be taken for “off”."""
    raw = text(name, str(int(default)))
    if raw not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name}={raw!r}: use 0 or 1")
    return raw == "1"


def number(name: str, default: int) -> int:
    raw = text(name, str(default))
    if not raw.isascii() or not raw.isdigit():
        raise ImproperlyConfigured(f"{name}={raw!r}: use a whole number, 0 or more")
    return int(raw)


def names(name: str) -> list[str]:
    """A comma separated list."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def kept(name: str, folder: Path, default: str = "") -> str:
    """NAME, or what an earlier run kept in `folder` under that name."""
    file = folder / name.lower()
    if value := text(name):
        return value
    return file.read_text(encoding="utf-8").strip() if file.is_file() else default


def secret(name: str, folder: Path) -> str:
    """NAME, or the file that NAME_FILE points to, or a secret made once and kept in `folder`."""
    if path := text(f"{name}_FILE"):
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={path!r}: {error.strerror}") from error
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE={path!r}: the file is empty")
        return value
    if value := kept(name, folder):
        return value
    try:
        return _make_secret(folder / name.lower())
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR={str(folder)!r} cannot be written: {error.strerror}") from error


def _make_secret(file):
    """Written aside and linked into place: of two processes that start together, both read one secret."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
    return file.read_text(encoding="utf-8").strip()


def address(name: str, value: str) -> str:
    """A public address: scheme and host, no path."""
    parts = urlsplit(value)
    try:
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number
        known = False
    if not known or parts.path.strip("/") or parts.query:
        raise ImproperlyConfigured(f"{name}={value!r}: use an address such as https://news.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def networks(name: str) -> list[str]:
    """A comma separated list of addresses or networks."""
    for part in names(name):
        try:
            ip_network(part)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}; use addresses such as 10.0.0.0/8") from error
    return names(name)


def hosts(name: str) -> list[str]:
    for part in names(name):
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9.-]+|\[[0-9a-f:]+\]", part):
            raise ImproperlyConfigured(
                f"{name}={part!r}: use host names such as news.example.org, without a port"
            )
    return names(name)


def listening(name: str) -> str:
    """Where something listens: host:port."""
    value = text(name)
    host, _, port = value.rpartition(":")
    if value and not (host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise ImproperlyConfigured(f"{name}={value!r}: use a host and a port such as 127.0.0.1:9100")
    return value


def redis(name: str) -> str:
    value = text(name)
    if value and urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"{name}={value!r}: use an address such as redis://127.0.0.1:6379/0")
    return value


def database(name: str, value: str) -> dict:
    """Django's settings for postgres://user:password@host:port/name?option=… or sqlite:///file (a path from
    here; with a fourth slash, from the root)."""
    parts = urlsplit(value)
    if parts.scheme == "sqlite" and parts.path.strip("/") and not parts.netloc:
        return SQLITE | {"NAME": unquote(parts.path[1:])}
    if parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/"):
        try:
            port = parts.port
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}") from error
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or options.pop("host", "")),
            "PORT": port or options.pop("port", ""),
            "CONN_HEALTH_CHECKS": True,  # after a restart of the server no request gets a dead connection
            "OPTIONS": {"pool": POOL} | PATIENCE | options,
        }
    raise ImproperlyConfigured(f"{name}: use sqlite:///file.sqlite3 or postgres://user:password@host/name")


def bucket(name: str, value: str, folder: str) -> dict:
    """Django's settings for a folder in s3://bucket?endpoint_url=…&region_name=…; nothing there is public.

    The keys come as boto3 finds them, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    """
    parts = urlsplit(value)
    options = dict(parse_qsl(parts.query))
    known = options.keys() <= {"endpoint_url", "region_name", "addressing_style"}
    if parts.scheme != "s3" or not parts.hostname or parts.path.strip("/") or not known:
        raise ImproperlyConfigured(
            f"{name}={value!r}: use s3://bucket, and ?endpoint_url=https://… for storage that is not Amazon's"
        )
    if not find_spec("storages"):
        raise ImproperlyConfigured(f"{name}: install what it needs: pip install -r requirements-s3.txt")
    options |= {"bucket_name": parts.netloc, "location": folder, "file_overwrite": True}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def replicas(name: str, primary: dict) -> dict[str, dict]:
    """Django's settings for each of a comma separated list of read replicas of `primary`."""
    found = {f"replica{at}": database(name, value) for at, value in enumerate(names(name), start=1)}
    if any(each["ENGINE"] == SQLITE["ENGINE"] for each in [primary, *found.values()] if found):
        raise ImproperlyConfigured(f"{name}: only PostgreSQL has replicas; DATABASE_URL must be one, too")
    return {alias: each | {"TEST": {"MIRROR": "default"}} for alias, each in found.items()}


# A connection is given up when the other side is silent for five seconds; the system alone waits for a
# quarter of an hour. (psycopg's names: https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS)
PATIENCE = {
    "connect_timeout": 2,  # seconds
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,  # milliseconds
}
# Connections of one process; a request waits a second at most, as a page from the cache is better than none.
POOL = {"min_size": 1, "max_size": 16, "timeout": 1}
# A larger cache or map makes no page quicker, as the system keeps the file in memory for all connections.
# WAL lets readers read while one writes; IMMEDIATE takes the write lock at the start of a transaction,
# where the busy timeout can wait for it, instead of failing in its middle.
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4096;"
        " PRAGMA mmap_size=33554432; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;",
    },
}
