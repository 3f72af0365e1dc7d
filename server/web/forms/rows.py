"""A table of rows: each row is a small form of its own, kept together by the row's id."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms.form import BaseForm
from wtforms.utils import unset_value

from server.web.forms.leaves import Leaf
from server.web.forms.spec import Spec

MAX_ROWS = 200


class Row:
    """One row on the page. `key` is its id in the case file, None for a new one."""

    def __init__(self, table: "RowsLeaf", index: int | str, formdata: Any, stored: Mapping[str, Any], key: str | None):
        self.index = index
        self.key = key
        self.form = BaseForm(table.cells(), prefix=f"{table.name}-{index}-")
        self.form.process(formdata, data=dict(stored))
        for cell in self.form:
            cell.in_row = True
            cell.stored = cell.stored if key is None else stored.get(cell.spec.path[0])

    @property
    def id_name(self) -> str:
        return f"{self.form._prefix}id"

    def __iter__(self) -> Any:
        return iter(self.form)

    @property
    def empty(self) -> bool:
        return all(cell.data is None and cell.unread is None for cell in self if not cell.spec.locked)

    def value(self) -> dict[str, Any]:
        """The row as it goes into the patch: null clears a cell that had a value."""
        cells = {cell.spec.path[0]: cell for cell in self if not cell.spec.locked}
        row: dict[str, Any] = {} if self.key is None else {"id": self.key}
        for name, cell in cells.items():
            if cell.data is not None or (self.key is not None and cell.stored is not None):
                row[name] = cell.data
        return row


class RowsLeaf(Leaf):
    """An array of objects."""

    def __init__(self, spec: Spec, **kwargs: Any) -> None:
        super().__init__(spec, **kwargs)
        self.rows: list[Row] = []

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.stored = data = None if data is unset_value else data
        stored = {row["id"]: row for row in data or () if isinstance(row, Mapping) and row.get("id")}
        if formdata is None or self.name not in formdata or self.spec.locked:
            self.rows = [Row(self, number, None, row, row.get("id")) for number, row in enumerate(data or ())]
            return
        self.present, self.rows = True, []
        for index in self._indices(formdata):
            # A row that somebody removed meanwhile has an id nobody knows any more: sent again, it is a new one.
            key = formdata.get(f"{self.name}-{index}-id") or None
            key = key if key in stored else None
            self.rows.append(Row(self, index, formdata, stored.get(key, {}), key))

    def cells(self) -> dict[str, Any]:
        from server.web.forms.fields import unbound

        return {column.path[0]: unbound(column, self.zone) for column in self.spec.columns}

    def template(self) -> Row:
        """The row that form.js copies; `__row__` stands where its index goes."""
        return Row(self, "__row__", None, {}, None)

    def add_row(self) -> None:
        number = max((int(row.index) for row in self.rows), default=-1) + 1
        self.rows.append(Row(self, number, None, {}, None))

    def drop_row(self, index: int) -> None:
        self.rows = [row for row in self.rows if row.index != index]

    @property
    def filled(self) -> list[Row]:
        """The rows that go into the patch, in its order."""
        return [row for row in self.rows if not row.empty]

    @property
    def data(self) -> Any:
        return [row.value() for row in self.filled] or None

    @data.setter
    def data(self, value: Any) -> None:
        """WTForms sets it while it makes the field; rows are made by `process`."""

    @property
    def cells_unread(self) -> Sequence[Leaf]:
        return [cell for row in self.rows for cell in row if cell.unread is not None]

    def _indices(self, formdata: Any) -> list[int]:
        start = f"{self.name}-"
        found = {name[len(start) :].split("-", 1)[0] for name in formdata if name.startswith(start)}
        return sorted(int(one) for one in found if one.isascii() and one.isdigit() and len(one) < 6)[:MAX_ROWS]
