"""docs/security.md names a test for each line; those tests exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_each_test_that_the_paper_names_exists():
    named = re.findall(r"`(\w+)::(\w+)`", (ROOT / "docs/security.md").read_text(encoding="utf-8"))
    assert len(named) > 80
    missing = [f"{file}::{name}" for file, name in named if not exists(file, name)]
    assert missing == []


def exists(file, name):
    path = ROOT / f"tests/test_{file}.py"
    return path.exists() and f"def test_{name}(" in path.read_text(encoding="utf-8")
