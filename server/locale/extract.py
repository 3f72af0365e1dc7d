"""Bring the catalogues up to date with the sources: `python -m server.locale.extract`.

New texts appear without a translation, texts no longer used disappear, translations stay.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

LOCALES = Path(__file__).parent
ROOT = LOCALES.parents[1]
SOURCES = ("server", "workers")
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}

_METHODS = {".py": "python", ".html": "jinja2", ".txt": "jinja2"}
_SKIPPED = frozenset({"node_modules", "static", "bundled", "frontend", "__pycache__"})


def source_files(root: Path = ROOT) -> Iterator[Path]:
    """Python modules and templates that may hold texts."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in _METHODS and not _SKIPPED.intersection(path.parts) and path.is_file():
                yield path


def extract(root: Path = ROOT) -> Catalog:
    """All msgids of the sources with the files they stand in."""
    found = Catalog()
    for path in source_files(root):
        name = path.relative_to(root).as_posix()
        for line, message, _comments, _context in extract_from_file(_METHODS[path.suffix], str(path), KEYWORDS):
            if message:
                found.add(message, locations=[(name, line)])
    return found


def load(path: Path) -> Catalog:
    """The catalogue in the .po file `path`."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name)


def update(path: Path, messages: Catalog) -> list[str]:
    """Rewrite the .po file `path` for `messages`; the msgids that still lack a translation."""
    catalogue = load(path)
    catalogue.update(messages, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    text = BytesIO()
    # Line numbers and dates are left out: they would change with every commit and tell nobody anything.
    write_po(text, catalogue, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
    header = path.read_text("utf-8").split("\n\n", 1)[0].rstrip("\n")
    path.write_text(f"{header}\n\n{text.getvalue().decode('utf-8').strip()}\n", "utf-8", newline="\n")
    return [str(message.id) for message in catalogue if message.id and not message.string]


def main() -> None:
    """Update every catalogue and say what is missing."""
    messages = extract()
    for path in sorted(LOCALES.glob("*/messages.po")):
        missing = update(path, messages)
        print(f"{path.parent.name}: {len(messages)} texts, {len(missing)} without a translation")
        for msgid in missing:
            print(f"  {msgid}")


if __name__ == "__main__":
    main()
