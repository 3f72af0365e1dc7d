"""Reads XLSX by the standard alone (ECMA-376, part 1, 18.3): what is in which cell, and of which type."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BOOL, _TEXT = "b", ("inlineStr", "str", "s")


class Sheets:
    """`names` in order; `cells[name]["B2"]` = (type, value, style)."""

    def __init__(self, data: bytes):
        with ZipFile(BytesIO(data)) as parts:
            assert parts.testzip() is None
            files = {name: etree.fromstring(parts.read(name)) for name in parts.namelist() if name.endswith(".xml")}
        self.files = files
        book = files["xl/workbook.xml"]
        self.names = [sheet.get("name") for sheet in book.iter(f"{_MAIN}sheet")]
        self._shared = [_text(one) for one in files.get("xl/sharedStrings.xml", etree.Element("none"))]
        pages = sorted((name for name in files if name.startswith("xl/worksheets/sheet")), key=_number)
        self.cells = {
            name: {at: found for at, *found in self._cells(files[page])}
            for name, page in zip(self.names, pages, strict=True)
        }
        formats = files["xl/styles.xml"]
        self.styles = [dict(style.attrib) for style in formats.find(f"{_MAIN}cellXfs")]
        self.formats = {each.get("numFmtId"): each.get("formatCode") for each in formats.iter(f"{_MAIN}numFmt")}

    def _cells(self, page: etree._Element) -> Any:
        for found in page.iter(f"{_MAIN}c"):
            kind = found.get("t", "n")
            assert found.find(f"{_MAIN}f") is None, "a formula"
            value: Any = found.findtext(f"{_MAIN}v")
            if kind == "inlineStr":
                value = _text(found.find(f"{_MAIN}is"))
            elif kind == "s":
                value = self._shared[int(value)]
            elif kind == "n" and value is not None:
                value = float(value)
            yield found.get("r"), kind, value, int(found.get("s", 0))

    def rows(self, name: str) -> list[list[Any]]:
        """The values, row by row, without empty cells."""
        rows: dict[int, list[Any]] = {}
        for at, (_kind, value, _style) in self.cells[name].items():
            rows.setdefault(int(re.sub(r"\D", "", at)), []).append(value)
        return [rows[number] for number in sorted(rows)]


def _text(found: Any) -> str:
    return "".join(part.text or "" for part in found.iter(f"{_MAIN}t"))


def _number(name: str) -> int:
    return int(re.sub(r"\D", "", name))
