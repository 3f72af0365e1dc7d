"""The buttons of tables of rows, for pages without script: each sends the form and gets it back changed."""

from collections.abc import Callable, Iterable, Mapping

from server.web.forms.drawn import columns_of
from server.web.forms.leaves import Leaf
from server.web.forms.rows import Row, RowsLeaf

_DO: dict[str, Callable[[RowsLeaf, int], None]] = {
    "remove_row": RowsLeaf.drop_row,
    "restore_row": RowsLeaf.put_back,
    "copy_row": RowsLeaf.copy_row,
    "row_up": lambda table, index: table.move_row(index, -1),
    "row_down": lambda table, index: table.move_row(index, 1),
}


def press(leaves: Iterable[Leaf], formdata: Mapping[str, str]) -> bool:
    """Whether one of the buttons was pressed. `add_row` names a table, the others a table and a row: `NAME-INDEX`."""
    tables = {leaf.name: leaf for leaf in leaves if isinstance(leaf, RowsLeaf) and not leaf.spec.locked}
    added = formdata.get("add_row")
    if added in tables:
        tables[added].add_row(next_values(tables[added]))
    pressed = bool(added)
    for button, work in _DO.items():
        name, _, index = (formdata.get(button) or "").rpartition("-")
        pressed = pressed or bool(formdata.get(button))
        if name in tables and index.isascii() and index.isdigit() and len(index) < 6:
            work(tables[name], int(index))
    return pressed


def next_values(table: RowsLeaf) -> dict[str, object]:
    """What a new row begins with: a chain of whys goes on along the path of its last row."""
    last: Row | None = table.rows[-1] if table.rows and table.spec.widget == "why_chain" else None
    group = columns_of(table)["group"]
    cell = None if last is None else last.cell(group)
    return {} if cell is None or cell.data is None else {group: cell.data}
