"""The rules of the house that a reader of one file cannot see: layers, sizes, no signals, nothing inline."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = "counties", "news", "portal"
FOLDERS = *PRODUCT, "templates", "tests", "bench", "deploy"
NOT_OURS = {"migrations", "vendor", "data", "__pycache__", "samples"}

# Inside news a module imports only from the groups before its own. `demo` is content, used by commands alone;
# `background` runs the chores of the domain and is itself run by a command and by the server.
LAYERS = [
    {"models"},
    {"richtext", "heat", "frame", "origins"},
    {"search"},
    {"images", "placements", "tagging"},
    {"cards", "due"},
    {
        "workflow",
        "comments",
        "figures",
        "listing",
        "preview",
        "compare",
        "checks",
        "mentions",
        "related",
        "candidates",
        "readers",
    },
    {"blocks", "seo", "importing", "limits", "consistency"},
    {"forms", "feeds", "admin", "templatetags", "background", "demo"},
    {"views", "management"},
    {"urls", "apps"},
]
LEVEL = {name: level for level, group in enumerate(LAYERS) for name in group}


def files(*folders: str, kinds: str) -> list[Path]:
    """Our own files of these kinds (such as "py html")."""
    found = [
        file for folder in folders for file in (ROOT / folder).rglob("*") if file.suffix[1:] in kinds.split()
    ]
    return sorted(file for file in found if not NOT_OURS & set(file.relative_to(ROOT).parts))


def name_of(file: Path) -> str:
    """news/views/article.py → news.views.article"""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(file: Path) -> Iterator[str]:
    """Full names of all that a file imports, wherever in it: `from news import heat` → news.heat."""
    package = name_of(file).split(".") if file.stem == "__init__" else name_of(file).split(".")[:-1]
    for node in ast.walk(parse(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *([node.module] if node.module else [])]
            yield from (".".join([*module, alias.name]) for alias in node.names)


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def places(found: list[tuple[Path, object]]) -> list[str]:
    return [f"{file.relative_to(ROOT)}: {what}" for file, what in found]


def forbidden_import(importer: str, imported: str) -> bool:
    """Whether `importer` may not import `imported`, both full names."""
    house, _, room = importer.partition(".")
    other, _, thing = imported.partition(".")
    if other not in PRODUCT:
        return False
    if house != other:
        return PRODUCT.index(other) > PRODUCT.index(house)
    room, thing = room.partition(".")[0], thing.partition(".")[0]
    if house != "news" or room == thing or not {room, thing} <= LEVEL.keys():
        return False
    return LEVEL[thing] >= LEVEL[room] or (thing == "demo" and room != "management")


@pytest.mark.parametrize(
    ("importer", "imported", "forbidden"),
    [
        ("counties.models", "news.models", True),
        ("news.views.home", "portal.settings", True),
        ("portal.urls", "news.urls", False),
        ("news.models.article", "counties.models", False),
        ("news.models.article", "news.models.photo", False),
        ("news.workflow", "news.search.index", False),
        ("news.search.index", "news.workflow", True),
        ("news.comments.desk", "news.workflow", True),
        ("news.views.home", "news.demo", True),
        ("news.urls", "news.views", False),
        ("news.views", "django.urls", False),
    ],
)
def test_the_rule_itself(importer, imported, forbidden):
    assert forbidden_import(importer, imported) is forbidden


def test_imports_point_down():
    found = [
        (file, imported)
        for file in files(*PRODUCT, kinds="py")
        for imported in imports(file)
        if forbidden_import(name_of(file), imported)
    ]
    assert places(found) == []


def test_each_module_of_news_has_its_layer():
    modules = {path.stem for path in (ROOT / "news").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert modules - set(LEVEL) - NOT_OURS - {"__init__", "static"} == set()


def test_demo_content_imports_nothing_of_ours():
    found = [(file, name) for file in files("news/demo", kinds="py") for name in imports(file)]
    ours = [(file, name) for file, name in found if name.partition(".")[0] in PRODUCT]
    assert [line for line in places(ours) if ": news.demo" not in line] == []


def test_no_file_passes_400_lines():
    sizes = [(file, len(file.read_bytes().splitlines())) for file in files(*FOLDERS, kinds="py html css js")]
    assert places([(file, lines) for file, lines in sizes if lines > 400]) == []


def test_no_function_passes_40_lines():
    functions = ast.FunctionDef, ast.AsyncFunctionDef
    found = [
        (file, f"{node.name} has {node.end_lineno - node.lineno + 1} lines")
        for file in files(*FOLDERS, kinds="py")
        for node in ast.walk(parse(file))
        if isinstance(node, functions) and node.end_lineno - node.lineno >= 40
    ]
    assert places(found) == []


def test_no_signals():
    signal = re.compile(
        r"\bsignals?\.connect\(|(pre|post)_\w+\.connect\(|@receiver|django\.dispatch|db\.models\.signals"
    )
    found = [(file, hit[0]) for file in files(*PRODUCT, kinds="py") for hit in signal.finditer(text(file))]
    assert places(found) == []


def test_no_model_overrides_save_or_delete():
    models = [
        file for file in files("counties", "news", kinds="py") if "models" in {file.stem, file.parent.name}
    ]
    found = [
        (file, f"{node.name}.{part.name}()")
        for file in models
        for node in ast.walk(parse(file))
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.FunctionDef) and part.name in {"save", "delete"}
    ]
    assert places(found) == []


def test_nothing_inline_in_templates():
    """The content security policy would stop it: styles, scripts but for JSON-LD (data), event handlers."""
    inline = re.compile(
        r"""\sstyle=|<style\b|\son[a-z]+=["']|<script(?![^>]*(\bsrc=|application/ld\+json))""", re.IGNORECASE
    )
    templates = files("templates", *PRODUCT, kinds="html")
    assert places([(file, hit[0]) for file in templates for hit in inline.finditer(text(file))]) == []


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")
