"""docs/design/findings.md lists every code with its severity and title."""

import re
from pathlib import Path

from server.engine.check import CODES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "design" / "findings.md"


def test_the_page_and_the_catalogue_agree() -> None:
    rows = re.findall(
        r"^\| (K\d{3}) \| (\w+)(?: \(lone: (\w+)\))? \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE
    )
    shown = {code: (severity, lone or None, title) for code, severity, lone, title in rows}
    assert len(shown) == len(rows)
    assert shown == {code: (entry.severity, entry.lone, entry.title) for code, entry in CODES.items()}
