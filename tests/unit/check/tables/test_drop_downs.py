"""What the drop-down editors of the table editor write into cells is what the check accepts."""

import pytest

from server.engine.check import check_files
from tests.bpmn_builder import decision_table

SCHEMA = {
    "type": "object",
    "properties": {
        "level": {"type": "string", "enum": ["A", "B"]},
        "cost": {"type": "number"},
        "urgent": {"type": "boolean"},
        "result": {"type": "string"},
    },
}
# As dmn-js 17 writes them for text, number and yes/no; those for dates write date("…") and are switched off.
WRITTEN = [
    ("level", '"A"'), ("level", '"A","B"'), ("level", 'not("A","B")'), ("level", 'not("A")'),
    ("cost", "5"), ("cost", "< 5"), ("cost", "<= 5"), ("cost", "> 5"), ("cost", ">= 5"), ("cost", "[1..5]"),
    ("cost", "]1..5["), ("cost", "[-1..5["), ("cost", ".5"), ("urgent", "true"), ("urgent", "false"), ("urgent", "-"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell"), WRITTEN)
def test_a_cell_from_a_drop_down_is_read(column: str, cell: str) -> None:
    assert errors(column, cell) == []


@pytest.mark.parametrize("cell", ['date("2026-01-31")', '> date("2026-01-31")', 'duration("P3D")', 'time("08:00:00")'])
def test_what_the_switched_off_ones_write_is_refused(cell: str) -> None:
    assert errors("level", cell)


def errors(column: str, cell: str) -> list[str]:
    table = decision_table("d", [column], ["result"], [([cell], ['"x"']), ([""], ['"y"'])], "FIRST")
    names = frozenset(SCHEMA["properties"])
    found = check_files({"d.dmn": table}, known_names=names, case_schema=SCHEMA)
    return [one.code for one in found if one.severity == "error"]
