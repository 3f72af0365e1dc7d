"""PDF/A-2b (ISO 19005-2) from typst templates: fonts embedded, nothing fetched, users' texts are data.

PDF/A refuses a character that no font can show, and typst a picture it cannot decode; neither may keep a customer from
his report. Such characters are shown as their code, such pictures are left out and listed.
"""

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import typst

from server.documents.fonts import FontShelf, font_shelf
from server.documents.printable import missing_texts, printable, without

STANDARD: Literal["a-2b"] = "a-2b"
_TRIES = 6
_PREVIEW_PPI = 72.0
_PLACE = re.compile(r"─ (?P<file>[^\n]+?):(?P<line>\d+):\d+\n")
_PACKAGE = re.compile(rb'"@[a-z][\w-]*/')
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
)


class DocumentFailed(Exception):
    """A template cannot be rendered; the sentence names file and line, for the process owner who wrote it."""

    def __init__(self, template: str, line: int | None, message: str) -> None:
        place = f"{template}, line {line}" if line else template
        super().__init__(f"{place}: {message}")
        self.template = template
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Pdf:
    """The document, and what could not be shown in it: ids of pictures, characters."""

    data: bytes
    left_out_images: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


def render_pdf(
    template: str,
    data: Mapping[str, Any],
    images: Mapping[str, bytes] | None = None,
    *,
    assets: Mapping[str, bytes],
    at: datetime,
    fonts: FontShelf | None = None,
) -> Pdf:
    """Renders `template`, the name of a file in `assets` (the bundle's documents, which may import each other).

    The template reads `json(bytes(sys.inputs.data))`: `data` plus `images` (id -> file name, those that can be shown).
    `at` is the document's time. Threads may call this at the same time. Raises `DocumentFailed`.
    """
    if template not in assets:
        raise DocumentFailed(template, None, "there is no such template in the bundle")
    _refuse_packages(assets)
    with tempfile.TemporaryDirectory(prefix="kesu-pdf-") as folder:
        workshop = _Workshop(Path(folder).resolve(), template, fonts or font_shelf(), at)
        workshop.lay_out(assets)
        shown = workshop.hang(images or {})
        return workshop.print(printable(data), shown, tuple(id_ for id_ in images or {} if id_ not in shown))


def render_pages(
    template: str, data: Mapping[str, Any], *, assets: Mapping[str, bytes], at: datetime, fonts: FontShelf | None = None
) -> list[bytes]:
    """The pages of `template` as small PNG pictures, to look at while it is written; no pictures of a case in them.

    Raises `DocumentFailed`.
    """
    if template not in assets:
        raise DocumentFailed(template, None, "there is no such template in the bundle")
    _refuse_packages(assets)
    with tempfile.TemporaryDirectory(prefix="kesu-png-") as folder:
        workshop = _Workshop(Path(folder).resolve(), template, fonts or font_shelf(), at)
        workshop.lay_out(assets)
        return workshop.draw(printable(data))


def _refuse_packages(assets: Mapping[str, bytes]) -> None:
    for name, source in assets.items():
        found = _PACKAGE.search(source) if name.endswith(".typ") else None
        if found:
            line = source.count(b"\n", 0, found.start()) + 1
            raise DocumentFailed(name, line, "packages from the network are not used; copy what you need beside it")


@dataclass(frozen=True)
class _Workshop:
    """A folder that typst cannot leave, for one document."""

    folder: Path
    template: str
    fonts: FontShelf
    at: datetime

    def lay_out(self, assets: Mapping[str, bytes]) -> None:
        for name, source in assets.items():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or path.parts[:1] == ("images",):
                raise DocumentFailed(name, None, "this is no name for a template or its parts")
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source)

    def hang(self, images: Mapping[str, bytes]) -> dict[str, str]:
        """id -> file name, of the pictures in a format that typst knows."""
        (self.folder / "images").mkdir()
        shown = {}
        for position, (id_, picture) in enumerate(images.items(), 1):
            ending = next((ending for magic, ending in _MAGIC if picture.startswith(magic)), None)
            if ending:
                shown[id_] = f"images/{position}.{ending}"
                (self.folder / shown[id_]).write_bytes(picture)
        return shown

    def print(self, data: Any, shown: dict[str, str], left_out: tuple[str, ...]) -> Pdf:
        replaced: set[str] = set()
        for _ in range(_TRIES):
            try:
                document = self._compile(self.template, json.dumps({**data, "images": shown}))
                return Pdf(document, left_out, tuple(sorted(replaced)))
            except typst.TypstError as error:
                missing = missing_texts(error.diagnostic) - replaced
                broken = [] if missing else [id_ for id_, name in shown.items() if not self._decodes(name)]
                if not missing and not broken:
                    raise self._failed(error) from error
            replaced |= missing
            data = without(data, missing)
            left_out += tuple(broken)
            shown = {id_: name for id_, name in shown.items() if id_ not in broken}
        raise DocumentFailed(self.template, None, f"too many texts that no font shows: {sorted(replaced)[:20]}")

    def draw(self, data: Any) -> list[bytes]:
        compiler = self._compiler(self.template, json.dumps({**data, "images": {}}))
        try:
            pages = compiler.compile(format="png", ppi=_PREVIEW_PPI)
        except typst.TypstError as error:
            raise self._failed(error) from error
        found = pages if isinstance(pages, list) else [pages]
        return [page for page in found if isinstance(page, bytes)]

    def _compiler(self, main: str, data: str) -> typst.Compiler:
        return typst.Compiler(
            self.folder / main,
            root=self.folder,
            font_paths=self.fonts.fonts,
            sys_inputs={"data": data},
            package_path=self.folder / "none",
            package_cache_path=self.folder / "none",
        )

    def _compile(self, main: str, data: str) -> bytes:
        compiler = self._compiler(main, data)
        document = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=int(self.at.timestamp()))
        if not isinstance(document, bytes):
            raise TypeError(f"typst gave {type(document).__name__} instead of one PDF")
        return document

    def _decodes(self, image: str) -> bool:
        probe = self.folder / "images" / "probe.typ"
        probe.write_text(f'#image("/{image}")', encoding="utf-8")
        try:
            self._compile("images/probe.typ", "{}")
        except typst.TypstError:
            return False
        return True

    def _failed(self, error: typst.TypstError) -> DocumentFailed:
        place = _PLACE.search(error.diagnostic)
        if place is None:
            return DocumentFailed(self.template, None, error.message)
        name = Path(place["file"]).name
        return DocumentFailed(name, int(place["line"]), error.message.replace(f"{self.folder}/", ""))
