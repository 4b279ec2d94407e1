"""What `make run` does before it serves."""

import socket

import pytest
from django.core.management import CommandError

from portal.management.commands import prepare


@pytest.fixture
def data_dir(settings, tmp_path, monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    settings.DATA_DIR = tmp_path
    settings.SITE_URL = "http://127.0.0.1:8000"
    return tmp_path


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("127.0.0.1", 9000, "http://127.0.0.1:9000"),
        ("0.0.0.0", 8000, "http://127.0.0.1:8000"),  # noqa: S104
        ("::1", 8000, "http://[::1]:8000"),
        ("::", 8000, "http://[::1]:8000"),
    ],
)
def test_the_address_follows_host_and_port_and_is_kept(data_dir, host, port, address):
    assert prepare.keep_address(host, port) == address
    assert (data_dir / "site_url").read_text().strip() == address


def test_a_site_that_was_given_a_name_keeps_it(data_dir, settings):
    settings.SITE_URL = "https://news.example.org"

    assert prepare.keep_address("127.0.0.1", 8000) == "https://news.example.org"


def test_a_given_site_url_wins_over_host_and_port(data_dir, settings, monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://10.0.0.7:8000")
    settings.SITE_URL = "http://10.0.0.7:8000"

    assert prepare.keep_address("10.0.0.7", 8000) == "http://10.0.0.7:8000"


def test_an_occupied_port_is_said_before_any_work(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"PORT={port} cannot be used: Address already in use"):
            prepare.expect_free("127.0.0.1", port)
    prepare.expect_free("127.0.0.1", port)


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_refused_by_name(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match="PORT="):
        prepare.read_port()


def test_static_files_are_collected_only_when_one_changed(data_dir, settings, monkeypatch):
    settings.STATIC_ROOT = data_dir / "static"
    settings.STATIC_ROOT.mkdir()
    runs = []
    monkeypatch.setattr(prepare, "call_command", lambda *names, **options: runs.append(names[0]))

    prepare.collect_static()
    prepare.collect_static()
    assert runs == ["collectstatic"]

    monkeypatch.setattr(prepare, "fingerprint", lambda: "changed")
    prepare.collect_static()
    assert len(runs) == 2
