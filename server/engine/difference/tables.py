"""The difference of two sets of decision tables: columns, rows, cells and the order of the rows."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lxml import etree

from server.engine.check.tables_model import (
    Table,
    cell_text,
    input_expression,
    input_values,
    parts,
    read_tables,
    type_ref,
)
from server.engine.difference.change import Change, Kind
from server.engine.errors import DiagramRefused
from server.engine.gate import admit

_FIRST = ("FIRST", "RULE ORDER", "COLLECT")
"""Hit policies under which the order of the rows says something."""


def compare_tables(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[Change]:
    """What differs between the *.dmn files of two bundles. Never raises; a file that cannot be read is one change."""
    found: list[Change] = []
    unread: list[Change] = []
    before, after = read_all(old, unread), read_all(new, found)
    shut = {change.file for change in (*unread, *found)}
    found += [replace(each, before=each.after, after=None) for each in unread if each.file in new]
    for key, table in after.items():
        if key not in before:
            found += [_change("added", table, "")] if table.file not in shut else []
        elif before[key].table is not None and table.table is not None:
            found += _compare(before[key], table)
    gone = [table for key, table in before.items() if key not in after]
    found += [_change("removed", table, "") for table in gone if table.file not in shut]
    return found


def read_all(files: Mapping[str, bytes], refused: list[Change]) -> dict[str, Table]:
    """The tables of all files by the id of their decision; files that cannot be read are added to `refused`."""
    found: dict[str, Table] = {}
    for file in sorted(name for name in files if name.endswith(".dmn")):
        try:
            tables = read_tables(file, admit(files[file], file))
        except DiagramRefused as refusal:
            refused.append(Change("changed", file, "", "unreadable", None, str(refusal)))
            continue
        found.update({table.decision_id: table for table in tables})
    return found


def _change(kind: Kind, table: Table, aspect: str, before: object = None, after: object = None) -> Change:
    name = table.decision.get("name") or ""
    return Change(kind, table.file, table.decision_id, aspect, before, after, None, name, "decision")


def _compare(old: Table, new: Table) -> Iterator[Change]:
    ours, theirs = _head(old), _head(new)
    for aspect in theirs:
        if ours[aspect] != theirs[aspect]:
            yield _change("changed", new, aspect, ours[aspect], theirs[aspect])
    columns = [
        *_columns("input", old.inputs, new.inputs, input_expression),
        *_columns("output", old.outputs, new.outputs, output_name),
    ]
    for kind, aspect, before, after in columns:
        yield _change(kind, new, aspect, before, after)
    yield from _rows(old, new)


def _head(table: Table) -> dict[str, str | None]:
    head = table.table
    assert head is not None
    descriptions = parts(table.decision, "description")
    return {
        "name": table.decision.get("name"),
        "description": (descriptions[0].text or "").strip() if descriptions else None,
        "hit_policy": (head.get("hitPolicy") or "UNIQUE").upper(),
        "aggregation": head.get("aggregation"),
    }


def output_name(column: etree._Element) -> str:
    """The dotted path an output column writes, else its label."""
    return (column.get("name") or column.get("label") or "").strip()


def output_labels(xml: bytes, file: str, decision_id: str) -> dict[str, str]:
    """Labels of the output columns of a decision, by what they write; empty when there is no such table."""
    tables = read_all({file: xml}, [])
    table = tables.get(decision_id)
    return {output_name(each): each.get("label") or "" for each in table.outputs} if table is not None else {}


def _columns(
    what: str, old: Sequence[etree._Element], new: Sequence[etree._Element], named: object
) -> Iterator[tuple[Kind, str, object, object]]:
    assert callable(named)
    pairs = pair_columns(old, new, named)
    for place, column in enumerate(new):
        number = f"{what}.{place + 1}"
        if place not in pairs:
            yield "added", number, None, named(column)
            continue
        was = old[pairs[place]]
        for aspect, one, other in (
            (number, named(was), named(column)),
            (f"{number}.label", was.get("label"), column.get("label")),
            (f"{number}.values", input_values(was), input_values(column)),
            (f"{number}.type", type_ref(was), type_ref(column)),
            (f"{number}.type", was.get("typeRef"), column.get("typeRef")),
        ):
            if one != other:
                yield "changed", aspect, one, other
    for place, column in enumerate(old):
        if place not in pairs.values():
            yield "removed", f"{what}.{place + 1}", named(column), None


def pair_columns(old: Sequence[etree._Element], new: Sequence[etree._Element], named: object) -> dict[int, int]:
    """Place of the old column by that of the new one: by id, else by what it reads or writes."""
    assert callable(named)
    pairs: dict[int, int] = {}
    for same in (lambda one, other: one.get("id") and one.get("id") == other.get("id"),
                 lambda one, other: named(one) == named(other)):  # fmt: skip
        for place, column in enumerate(new):
            fits = [each for each in range(len(old)) if each not in pairs.values() and same(old[each], column)]
            if place not in pairs and fits:
                pairs[place] = fits[0]
    return pairs


class Rows:
    """The rows of a table as texts; inputs and outputs in the order of the new table's columns."""

    def __init__(self, table: Table) -> None:
        self.ids = [rule.get("id") for rule in table.rules]
        self.tests = [[cell_text(each) for each in parts(rule, "inputEntry")] for rule in table.rules]
        self.values = [[cell_text(each) for each in parts(rule, "outputEntry")] for rule in table.rules]
        self.notes = [(rule.findtext("{*}description") or "").strip() for rule in table.rules]

    def told(self, row: int) -> str:
        """The row in one line: what it asks and what it answers."""
        asked, said = (
            [cell for cell in cells if cell not in ("", "-")] for cells in (self.tests[row], self.values[row])
        )
        return f"{', '.join(asked) or '-'} → {', '.join(said)}"

    def content(self, row: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(self.tests[row]), tuple(self.values[row])


def _rows(old: Table, new: Table) -> Iterator[Change]:
    ours, theirs = Rows(old), Rows(new)
    pairs = pair_rows(ours, theirs)
    inputs = pair_columns(old.inputs, new.inputs, input_expression)
    outputs = pair_columns(old.outputs, new.outputs, output_name)
    for row in range(len(theirs.ids)):
        if row not in pairs:
            yield _change("added", new, f"row.{row + 1}", None, theirs.told(row))
            continue
        was = pairs[row]
        for place, before in inputs.items():
            yield from _cell(
                new, row, input_expression(new.inputs[place]), ours.tests[was], before, theirs.tests[row], place
            )
        for place, before in outputs.items():
            yield from _cell(
                new, row, output_name(new.outputs[place]), ours.values[was], before, theirs.values[row], place
            )
        if ours.notes[was] != theirs.notes[row]:
            yield _change("changed", new, f"row.{row + 1}.description", ours.notes[was], theirs.notes[row])
    for row in range(len(ours.ids)):
        if row not in pairs.values():
            yield _change("removed", new, f"row.{row + 1}", ours.told(row), None)
    if _head(new)["hit_policy"] in _FIRST:
        for row in moved_rows([pairs[row] for row in sorted(pairs)], sorted(pairs)):
            yield _change("moved", new, f"row.{row + 1}", str(pairs[row] + 1), str(row + 1))


def _cell(
    table: Table, row: int, column: str, ours: Sequence[str], before: int, theirs: Sequence[str], after: int
) -> Iterator[Change]:
    one, other = (cells[place] if place < len(cells) else "" for cells, place in ((ours, before), (theirs, after)))
    if one != other:
        yield _change("changed", table, f"row.{row + 1}.{column}", one, other)


def pair_rows(ours: Rows, theirs: Rows) -> dict[int, int]:
    """Place of the old row by that of the new one: the same row anywhere, then by id, then what remains in order."""
    pairs: dict[int, int] = {}
    left = list(range(len(ours.ids)))
    for same in (
        lambda one, other: ours.ids[one] == theirs.ids[other] and ours.content(one) == theirs.content(other),
        lambda one, other: ours.content(one) == theirs.content(other),
        lambda one, other: ours.ids[one] is not None and ours.ids[one] == theirs.ids[other],
    ):
        for row in range(len(theirs.ids)):
            if row in pairs:
                continue
            fits = next((each for each in left if same(each, row)), None)
            if fits is not None:
                pairs[row] = fits
                left.remove(fits)
    return pairs


def moved_rows(before: list[int], rows: list[int]) -> list[int]:
    """The fewest rows that must have moved for the rest to stand in the old order."""
    tails: list[int] = []
    ends: list[int] = []
    came: list[int] = [-1] * len(before)
    for here, value in enumerate(before):
        place = bisect_left(tails, value)
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [here]
        came[here] = ends[place - 1] if place else -1
    staying = set()
    here = ends[-1] if ends else -1
    while here >= 0:
        staying.add(here)
        here = came[here]
    return [rows[each] for each in range(len(before)) if each not in staying]
