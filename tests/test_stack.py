"""The shipped configuration, as far as it can be looked at without starting it; `make smoke` starts it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy import servers, stack

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(file for file in (DEPLOY / "systemd").iterdir() if file.is_file())


def test_what_is_not_installed_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(stack.shutil, "which", lambda name: None)
    monkeypatch.setattr(stack, "postgres_folder", lambda: None)
    assert stack.missing() == "Not installed; on Debian: apt-get install nginx-light redis-server postgresql"


def test_nothing_in_the_configuration_of_nginx_is_left_to_fill_in():
    names = re.findall(r"\$\{([A-Z_]+)\}", (DEPLOY / "nginx/nginx.conf.template").read_text())
    assert "${" not in stack.configure_nginx(**dict.fromkeys(names, "x"))


def test_what_does_not_start_says_why(tmp_path):
    process = subprocess.Popen(["false"])
    process.wait()
    (tmp_path / "log").write_text("port taken")
    with pytest.raises(SystemExit, match="port taken"):
        servers.wait_for(lambda: None, process, tmp_path / "log")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_are_known_to_systemd(unit):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    said = subprocess.run(
        ["systemd-analyze", "verify", unit], check=False, capture_output=True, text=True
    ).stderr
    assert [line for line in said.splitlines() if unit.name in line and "is not executable" not in line] == []


def test_the_containers_use_files_that_exist_and_variables_that_are_read():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    mounts = [mount for service in services.values() for mount in service.get("volumes", ())]
    files = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert files and all((DEPLOY / file).is_file() for file in files)
    code = "".join((ROOT / "portal" / name).read_text() for name in ("settings.py", "env.py"))
    assert all(f'"{name}"' in code for name in services["app"]["environment"])


def test_the_example_of_the_environment_is_understood():
    names = stack.settings(DEPLOY / "environment.example")
    code = (ROOT / "portal/settings.py").read_text()
    assert all(f'"{name.removesuffix("_FILE")}"' in code for name in names)
