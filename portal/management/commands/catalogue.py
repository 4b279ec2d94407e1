"""The message catalogue, without GNU gettext: collect from code and templates, keep translations, compile."""

import re
import struct
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation.template import templatize

try:
    from babel.messages.catalog import Catalog, Message
    from babel.messages.extract import extract
    from babel.messages.pofile import read_po, write_po
except ImportError as missing:  # only developers have it
    raise SystemExit("The catalogue needs Babel; `make messages` and `make check` install it.") from missing

LANGUAGE = "zh_Hans"
FOLDERS = "counties", "news", "portal", "templates"
ONE, SEVERAL, CONTEXT = None, (1, 2), ((1, "c"), 2)
KEYWORDS = {
    **dict.fromkeys(["_", "_lazy"], ONE),
    **dict.fromkeys(["gettext", "gettext_lazy", "gettext_noop"], ONE),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], SEVERAL),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], CONTEXT),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
# Without dates and versions, so that the files change only when a message does.
HEADER = [
    ("Language", LANGUAGE),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=UTF-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", "nplurals=1; plural=0;"),
]
PLACEHOLDER = re.compile(r"%%|(%\(\w+\)[a-z]|%[a-z]|\{\w*\})")


class Command(BaseCommand):
    help = "Updates and compiles the message catalogue; --check only says whether it is complete."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if incomplete")

    def handle(self, *, check, **options):
        folder = Path(settings.LOCALE_PATHS[0]) / LANGUAGE / "LC_MESSAGES"
        catalogue = collect(settings.BASE_DIR, kept(folder / "django.po"))
        faults = problems(catalogue)
        files = {folder / "django.po": po(catalogue), folder / "django.mo": mo(catalogue)}
        if check:
            stale = [file for file, data in files.items() if not file.is_file() or file.read_bytes() != data]
            faults += [f"{file.name} is not up to date: run `make messages`" for file in stale]
        else:
            folder.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                file.write_bytes(data)
        for fault in faults:
            self.stderr.write(fault)
        self.stdout.write(f"{len(catalogue)} messages, {len(faults)} problems")
        if check and faults:
            raise CommandError("the message catalogue is not complete")


def kept(file: Path) -> Catalog:
    """What is translated so far; empty where there is no file."""
    return read_po(BytesIO(file.read_bytes() if file.is_file() else b""), locale=LANGUAGE)


def collect(root: Path, translated: Catalog) -> Catalog:
    """All messages below `root`, with the translations that `translated` has for exactly these messages."""
    catalogue = Catalog(locale=LANGUAGE, header_comment="", fuzzy=False)
    for source in sources(root):
        for _line, ids, _comments, context in messages(source):
            old = translated.get(ids, context)
            same = old is not None and old.id == ids
            flags = old.flags & {"fuzzy"} if same else ()
            catalogue.add(ids, old.string if same else None, context=context, flags=flags)
    return catalogue


def sources(root: Path):
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in {".py", ".html", ".txt"} and "migrations" not in file.parts:
                yield file


def messages(source: Path):
    text = source.read_text(encoding="utf-8")
    if source.suffix != ".py":
        # What stands between the messages comes out as “XXX”; its indentation means nothing in Python.
        text = re.sub(r"(?m)^\s+", "", templatize(text, origin=str(source)))
    return extract("python", BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"})


def problems(catalogue: Catalog) -> list[str]:
    """A line for each message that is not translated, or not safely."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        *_singular, original = as_tuple(message.id)
        if not all(as_tuple(message.string)):
            found.append(f"untranslated: {original!r}")
        elif message.fuzzy:
            found.append(f"fuzzy: {original!r}")
        elif any(placeholders(text) != placeholders(original) for text in as_tuple(message.string)):
            found.append(f"placeholders differ: {original!r}")
    return found


def placeholders(text: str) -> list[str]:
    return sorted(filter(None, PLACEHOLDER.findall(text)))


def as_tuple(value) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value or "",)


def po(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    fields = "".join(f'"{name}: {value}\\n"\n' for name, value in HEADER)
    return f'msgid ""\nmsgstr ""\n{fields}\n'.encode() + out.getvalue().strip() + b"\n"


def mo(catalogue: Catalog) -> bytes:
    """GNU's binary form: two tables of (length, offset), then the texts, each ended by NUL."""
    header = "".join(f"{name}: {value}\n" for name, value in HEADER)
    pairs = {"": header} | {
        key(message): "\0".join(as_tuple(message.string)) for message in usable(catalogue)
    }
    texts = sorted((original.encode(), translation.encode()) for original, translation in pairs.items())
    columns = [original for original, _ in texts] + [translation for _, translation in texts]
    count, start = len(texts), 28 + 16 * len(texts)
    table, data = [], b""
    for text in columns:
        table += [len(text), start + len(data)]
        data += text + b"\0"
    return struct.pack(f"<7I{len(table)}I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, start, *table) + data


def usable(catalogue: Catalog) -> list[Message]:
    return [each for each in catalogue if each.id and all(as_tuple(each.string)) and not each.fuzzy]


def key(message: Message) -> str:
    context = f"{message.context}\x04" if message.context else ""
    return context + "\0".join(as_tuple(message.id))
