"""The judges, from npm and PyPI, installed when they are first asked for into AUDIT_TOOLS, never here."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HOME = Path(os.environ.get("AUDIT_TOOLS", Path.home() / ".cache" / "xiangyin-audit"))
NPM = ["node@22", "lighthouse@13", "axe-core@4", "vnu-jar@26", "sitemap@8"]
PYPI = ["feedparser==6.0.12", "xmlschema==4.1.0"]
PROGRAMS = {"npm": "npm", "java": "default-jre-headless", "lynx": "lynx", "chromium": "chromium"}
NODE = HOME / "node_modules/node/bin/node"
LIGHTHOUSE = HOME / "node_modules/lighthouse/cli/index.js"
AXE = HOME / "node_modules/axe-core/axe.min.js"
NU = HOME / "node_modules/vnu-jar/build/dist/vnu.jar"
SCHEMAS = HOME / "node_modules/sitemap/schema"
CHROMIUM_OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def install() -> None:
    """A minute the first time, nothing afterwards. Exits with what apt has to install, if anything."""
    missing = [package for name, package in PROGRAMS.items() if not shutil.which(name)]
    if missing:
        sys.exit(f"apt-get install {' '.join(missing)} fonts-noto-cjk")
    HOME.mkdir(parents=True, exist_ok=True)
    if not LIGHTHOUSE.exists():
        quiet = dict(os.environ, PUPPETEER_SKIP_DOWNLOAD="1")
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(HOME), *NPM]
        subprocess.run(command, check=True, env=quiet)  # noqa: S603
    folder = HOME / "python"
    if not (folder / "bin" / "python").exists():
        venv.create(folder, with_pip=True)
        command = [folder / "bin" / "python", "-m", "pip", "install", "-q", *PYPI]
        subprocess.run(command, check=True)  # noqa: S603
    libraries = next(folder.glob("lib/python*/site-packages"))
    sys.path.append(str(libraries))  # last, so that the project's own libraries win


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def chromium() -> str:
    return shutil.which("chromium") or ""
