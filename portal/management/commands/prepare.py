"""From a fresh clone to a site that can be served, in one process; a second time it does nothing twice."""

import hashlib
import ipaddress
import socket
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError, call_command

from portal import env


class Command(BaseCommand):
    help = "Migrates, loads the regions and the demo newsroom, collects the static files; for HOST and PORT."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--small", action="store_true", help="only some of the demo's stories")

    def handle(self, *, small, **options):
        host, port = env.text("HOST", "127.0.0.1"), read_port()
        expect_free(host, port)
        address = keep_address(host, port)
        call_command("migrate", verbosity=0)
        call_command("load_regions", stdout=self.stdout)
        call_command("load_demo", small=small, stdout=self.stdout)
        collect_static()
        self.stdout.write(f"\nServing {address}/  (Ctrl-C stops it; the data stays in {settings.DATA_DIR})")


def read_port() -> int:
    try:
        port = env.number("PORT", 8000)
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    if not 0 < port < 65_536:
        raise CommandError(f"PORT={port}: use a number from 1 to 65535")
    return port


def expect_free(host: str, port: int) -> None:
    """Say now, not after minutes of work, that nobody can listen there."""
    try:
        family, kind, _proto, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
            probe.bind(where)
    except OSError as error:
        reason = f"HOST={host} PORT={port} cannot be used: {error.strerror}"
        raise CommandError(f"{reason}. Choose another: make run PORT=8001") from error


def keep_address(host: str, port: int) -> str:
    """The site's address, kept in DATA_DIR so that `manage.py` works without variables.

    SITE_URL where it is given; else a name that was given earlier; else what HOST and PORT make.
    """
    address = settings.SITE_URL
    if not env.text("SITE_URL") and is_numeric(urlsplit(address).hostname):
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 compared, not bound
        address = f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    (settings.DATA_DIR / "site_url").write_text(f"{address}\n", encoding="utf-8")
    return address


def is_numeric(host: str) -> bool:
    """Whether it is an IP address (or localhost), such as `keep_address` makes up, and not a name."""
    try:
        return host == "localhost" or bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def collect_static() -> None:
    """Collect and compress (seconds), but only if a source file has changed since."""
    stamp = settings.DATA_DIR / "static.stamp"
    now = fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == now and settings.STATIC_ROOT.is_dir():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now, encoding="utf-8")


def fingerprint() -> str:
    """Changes with any static file's path, time or size, and with the way they are stored."""
    files = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    facts = [(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files]
    return hashlib.sha256(repr((settings.STORAGES["staticfiles"], sorted(facts))).encode()).hexdigest()
