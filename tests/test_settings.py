"""Settings from the environment: what is not understood stops the start and names its variable."""

import os
import runpy
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler

from portal import env

ROOT = Path(__file__).parents[1]
KEPT_FROM_SHELL = {"PATH", "HOME", "LANG"}


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Settings as a process would read them that has only these variables."""

    def settings(**variables):
        for name in set(os.environ) - KEPT_FROM_SHELL:
            monkeypatch.delenv(name)
        for name, value in ({"DATA_DIR": str(tmp_path)} | variables).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "portal" / "settings.py"))

    return settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA_DIR", "/dev/null/data"),
        ("DEBUG", "yes"),
        ("STAFF_MFA", "2"),
        ("RATE_LIMITS", "off"),
        ("SITE_URL", "news.example.org"),
        ("SITE_URL", "ftp://news.example.org"),
        ("SITE_URL", "https://news.example.org/path/"),
        ("SECRET_KEY_FILE", "/no/such/file"),
        ("SECRET_KEY_FILE", "/dev/null"),
        ("DATABASE_URL", "mysql://root@localhost/news"),
        ("DATABASE_URL", "postgres://localhost:port/news"),
        ("DATABASE_URL", "postgres://localhost"),
        ("DATABASE_URL", "sqlite:///"),
        ("REPLICA_URLS", "postgres://replica/news"),
        ("REPLICA_URLS", "sqlite:///copy.sqlite3"),
        ("STORAGE_URL", "s3://"),
        ("STORAGE_URL", "s3://bucket/folder"),
        ("STORAGE_URL", "s3://bucket?secret_key=x"),
        ("STORAGE_URL", "/srv/media"),
        ("METRICS_ADDRESS", "9100"),
        ("METRICS_ADDRESS", "localhost:http"),
        ("LOG_JSON", "yes"),
    ],
)
def test_a_bad_value_stops_the_start_and_names_the_variable(start, name, value):
    with pytest.raises(ImproperlyConfigured, match=f"^{name}\\b"):
        start(**{name: value})


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", "٣"])
def test_a_number_is_a_whole_number(monkeypatch, value):
    monkeypatch.setenv("DAYS", value)
    with pytest.raises(ImproperlyConfigured, match="DAYS"):
        env.number("DAYS", 30)


def test_an_empty_variable_is_an_absent_one(start, tmp_path):
    settings = start(DEBUG="", SITE_URL=" ", DATABASE_URL="", REDIS_URL="")

    assert settings["DEBUG"] is False
    assert settings["SITE_URL"] == "http://127.0.0.1:8000"
    assert settings["DATABASES"]["default"]["NAME"].endswith(f"{tmp_path}/db.sqlite3")


def test_the_second_factor_is_obligatory_unless_switched_off(start):
    assert start()["STAFF_MFA"] is True
    assert start(STAFF_MFA="0")["STAFF_MFA"] is False


def test_site_url_of_an_earlier_run_is_remembered(start, tmp_path):
    (tmp_path / "site_url").write_text("https://news.example.org\n")

    assert start()["SITE_URL"] == "https://news.example.org"
    assert start(SITE_URL="http://localhost:9000/")["SITE_URL"] == "http://localhost:9000"


def test_https_makes_cookies_secure_and_tied_to_the_host(start):
    settings = start(SITE_URL="https://news.example.org")

    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert settings["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert settings["SESSION_COOKIE_SECURE"] and settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert "news.example.org" in settings["ALLOWED_HOSTS"]


def test_plain_http_has_cookies_that_work_there(start):
    settings = start(SITE_URL="http://127.0.0.1:8000")

    assert not settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert not settings["SESSION_COOKIE_SECURE"] and not settings["SECURE_HSTS_SECONDS"]
    assert settings["SESSION_COOKIE_HTTPONLY"] and settings["CSRF_COOKIE_HTTPONLY"]


def test_the_secret_is_made_once_and_only_its_owner_reads_it(start, tmp_path):
    first, second = start()["SECRET_KEY"], start()["SECRET_KEY"]

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_secret(tmp_path):
    code = "from pathlib import Path; from portal.env import secret; print(secret('KEY', Path('new')))"
    command = [sys.executable, "-c", code]
    python = {"cwd": tmp_path, "env": {"PYTHONPATH": str(ROOT)}, "stdout": subprocess.PIPE}
    started = [subprocess.Popen(command, **python) for _ in range(2)]

    secrets = {process.communicate()[0] for process in started}

    assert len(secrets) == 1 and len(secrets.pop()) > 50
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["key"]


def test_a_secret_may_come_from_a_file(start, tmp_path):
    file = tmp_path / "mounted"
    file.write_text("from the vault\n")

    assert start(SECRET_KEY_FILE=str(file), SECRET_KEY="not this")["SECRET_KEY"] == "from the vault"


def test_database_url_of_postgres():
    found = env.database("DATABASE_URL", "postgres://me:p%40ss@db.local:5433/n%C3%A9ws?sslmode=require")

    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == (
        "me",
        "p@ss",
        "db.local",
        5433,
    )
    assert found["NAME"] == "néws"
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["pool"]


def test_database_url_of_postgres_on_a_socket():
    found = env.database("DATABASE_URL", "postgres://me@/news?host=/run/postgresql")

    assert (found["USER"], found["HOST"], found["PORT"], found["NAME"]) == (
        "me",
        "/run/postgresql",
        "",
        "news",
    )


@pytest.fixture
def sqlite(tmp_path, django_db_blocker):
    """A connection to a file, as the site has it; the suite's own database stays out of this."""
    settings = env.database("DATABASE_URL", f"sqlite:///{tmp_path}/real.sqlite3")
    connection = ConnectionHandler({"default": settings})["default"]
    with django_db_blocker.unblock():
        connection.connect()
        yield connection
        connection.close()


def pragma(connection, name):
    return connection.connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_sqlite_is_set_up_for_real_use(sqlite):
    assert pragma(sqlite, "journal_mode") == "wal"
    assert pragma(sqlite, "synchronous") == 1  # NORMAL
    assert pragma(sqlite, "foreign_keys") == 1
    assert pragma(sqlite, "busy_timeout") >= 10_000
    assert pragma(sqlite, "cache_size") == -4096  # KiB for each connection, a negative number


def test_a_transaction_takes_the_write_lock_at_its_start(sqlite):
    other = sqlite3.connect(sqlite.settings_dict["NAME"], timeout=0, isolation_level=None)
    sqlite._start_transaction_under_autocommit()  # what atomic() calls

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_replicas_are_further_databases_that_only_readers_are_sent_to(start):
    primary, *others = "postgres://me@db1/news", "postgres://me@db2/news", "postgres://me@db3:5433/news"
    settings = start(DATABASE_URL=primary, REPLICA_URLS=",".join(others))

    assert [each["HOST"] for each in settings["DATABASES"].values()] == ["db1", "db2", "db3"]
    assert settings["DATABASE_ROUTERS"] == ["portal.replicas.Router"]
    assert settings["MIDDLEWARE"][0] == "portal.replicas.Reading"


def test_a_bucket_has_two_folders_and_no_public_address(start):
    storages = start(STORAGE_URL="s3://news-files?endpoint_url=https://cos.example.com")["STORAGES"]

    assert [storages[name]["OPTIONS"]["location"] for name in ("default", "originals")] == [
        "media",
        "originals",
    ]
    assert storages["default"]["OPTIONS"]["endpoint_url"] == "https://cos.example.com"
    assert "custom_domain" not in storages["default"]["OPTIONS"]
