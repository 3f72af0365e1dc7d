"""Tables as a PDF: our own template, as the figures of many complaints belong to no application's bundle."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from server.documents.pdf import render_pdf
from server.i18n import N_, translate

_TEMPLATE = Path(__file__).with_name("tables.typ")


@dataclass(frozen=True)
class PrintedColumn:
    """`number`: to the right; `wide`: takes the room that is left."""

    title: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True)
class PrintedTable:
    """`rows` are texts, one for each column; `bars` lengths from 0 to 1, a row each, None for none; `drawn` names
    what they show, `said` explains."""

    title: str
    columns: Sequence[PrintedColumn]
    rows: Sequence[Sequence[str]]
    bars: Sequence[float | None]
    drawn: str = ""
    said: str = ""


def tables_pdf(
    title: str, subtitle: str, foot: str, tables: Sequence[PrintedTable], language: str, at: datetime
) -> bytes:
    """PDF/A-2b on A4, crosswise; `at` is the document's time in UTC. Raises `DocumentFailed`."""
    lang, _, region = language.partition("-")
    data = {
        "title": title,
        "subtitle": subtitle,
        "foot": foot,
        "lang": lang,
        "region": region or None,
        "nothing": translate(N_("Nothing to tell."), language),
        "sections": [asdict(table) for table in tables],
    }
    return render_pdf(_TEMPLATE.name, data, assets={_TEMPLATE.name: _TEMPLATE.read_bytes()}, at=at).data
