"""A table of rows: each row is a small form of its own, kept together by the row's id."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms.form import BaseForm
from wtforms.utils import unset_value

from server.domain.form_widgets import choice_column
from server.web.forms.leaves import Leaf
from server.web.forms.spec import Spec, options_of

MAX_ROWS = 200


class Row:
    """One row on the page. `key` is its id in the case file, None for a new one."""

    def __init__(self, table: "RowsLeaf", index: int | str, formdata: Any, stored: Mapping[str, Any], key: str | None):
        self.index = index
        self.key = key
        self.offered = choice_column(table.spec.schema) if table.spec.widget == "is_is_not" else None
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
        """Nothing was typed into it; an aspect that was only offered is nothing."""
        offered = self.offered if self.key is None else None
        cells = [cell for cell in self if not cell.spec.locked and cell.spec.path[0] != offered]
        return all(cell.data is None and cell.unread is None for cell in cells)

    def cell(self, column: str | None) -> Leaf | None:
        """The cell of that name; None when the table has no such column."""
        return next((cell for cell in self if cell.spec.path[0] == column), None)

    @property
    def lacking(self) -> list[Leaf]:
        """Cells that must be filled and are not, as soon as anything of the row is."""
        return [] if self.empty else [cell for cell in self if cell.spec.required and cell.typed == ""]

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
        self.gone: list[Row] = []
        """Rows removed just now; the page offers to put them back."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.stored = data = None if data is unset_value else data
        stored = {row["id"]: row for row in data or () if isinstance(row, Mapping) and row.get("id")}
        if formdata is None or self.name not in formdata or self.spec.locked:
            self.rows = [Row(self, number, None, row, row.get("id")) for number, row in enumerate(data or ())]
            if self.spec.widget == "is_is_not" and not self.spec.locked:
                self._offer_aspects()
            return
        self.present, self.rows, self.gone = True, [], []
        for index in self._indices(formdata):
            # A row that somebody removed meanwhile has an id nobody knows any more: sent again, it is a new one.
            key = formdata.get(f"{self.name}-{index}-id") or None
            key = key if key in stored else None
            kept = self.gone if formdata.get(f"{self.name}-{index}-gone") else self.rows
            kept.append(Row(self, index, formdata, stored.get(key, {}), key))

    def cells(self) -> dict[str, Any]:
        from server.web.forms.fields import unbound

        return {column.path[0]: unbound(column, self.zone) for column in self.spec.columns}

    def template(self) -> Row:
        """The row that form.js copies; `__row__` stands where its index goes."""
        return Row(self, "__row__", None, {}, None)

    def add_row(self, values: Mapping[str, Any] | None = None, at: int | None = None) -> None:
        """A new row, at the end unless told where."""
        number = max((int(row.index) for row in (*self.rows, *self.gone)), default=-1) + 1
        self.rows.insert(len(self.rows) if at is None else at, Row(self, number, None, values or {}, None))

    def drop_row(self, index: int) -> None:
        """It can be put back until the form is sent."""
        self.gone = [row for row in self.rows if row.index == index and not row.empty] or self.gone
        self.rows = [row for row in self.rows if row.index != index]

    def put_back(self, index: int) -> None:
        self.rows += [row for row in self.gone if row.index == index]
        self.gone = [row for row in self.gone if row.index != index]

    def copy_row(self, index: int) -> None:
        """The same again right below, as a row of its own; nothing when there is no room or no such row."""
        place = self._place(index)
        if place is not None and len(self.rows) < self.most:
            values = {cell.spec.path[0]: cell.data for cell in self.rows[place] if not cell.spec.locked}
            self.add_row({name: value for name, value in values.items() if value is not None}, place + 1)

    def move_row(self, index: int, by: int) -> None:
        """One up (-1) or down (1); what stands at the end stays there."""
        place = self._place(index)
        if place is not None and 0 <= place + by < len(self.rows):
            self.rows.insert(place + by, self.rows.pop(place))

    @property
    def most(self) -> int:
        """So many rows the table may have."""
        return min(MAX_ROWS, int(self.spec.schema.get("maxItems", MAX_ROWS)))

    def _place(self, index: int) -> int | None:
        return next((place for place, row in enumerate(self.rows) if row.index == index), None)

    def _offer_aspects(self) -> None:
        """An empty row for each aspect that has none; those left empty are never sent."""
        column = str(choice_column(self.spec.schema))
        cells = self.spec.schema["items"]["properties"].get(column, {})
        taken = [cell.data for row in self.rows if (cell := row.cell(column)) is not None]
        for value, _title in options_of(cells):
            if value not in taken and len(self.rows) < self.most:
                self.add_row({column: value})

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
        # As they stand on the page: rows that were moved keep their numbers.
        found = dict.fromkeys(name[len(start) :].split("-", 1)[0] for name in formdata if name.startswith(start))
        return [int(one) for one in found if one.isascii() and one.isdigit() and len(one) < 6][:MAX_ROWS]
