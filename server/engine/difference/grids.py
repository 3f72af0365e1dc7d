"""A changed decision table as a grid of its rows, each cell with what it said before."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from server.engine.check.tables_model import Table, input_expression
from server.engine.difference.tables import (
    Rows,
    moved_rows,
    output_name,
    pair_columns,
    pair_rows,
    read_all,
)


def grids(old: Mapping[str, bytes], new: Mapping[str, bytes], decisions: frozenset[str]) -> list[dict[str, Any]]:
    """`{"decision", "file", "name", "columns", "rows", "same"}` of tables that are in both versions; raw texts.

    columns: `{"title", "expression", "output"}`; rows, only those that changed: `{"number", "was", "state", "note",
    "cells"}` with the row's place before, a state added, removed, changed or moved, and cells `{"text", "was"}`;
    same: how many rows did not change.
    """
    before, after = read_all(old, []), read_all(new, [])
    both = [key for key in after if key in decisions and key in before]
    return [
        _grid(before[key], after[key]) for key in both if before[key].table is not None and after[key].table is not None
    ]


def _grid(old: Table, new: Table) -> dict[str, Any]:
    ours, theirs = Rows(old), Rows(new)
    pairs = pair_rows(ours, theirs)
    inputs = pair_columns(old.inputs, new.inputs, input_expression)
    outputs = pair_columns(old.outputs, new.outputs, output_name)
    rows = list(_kept_rows(ours, theirs, pairs, inputs, outputs))
    changed = len(rows)
    for row in set(range(len(ours.ids))).difference(pairs.values()):
        cells = [
            *_gone(ours.tests[row], inputs, len(new.inputs)),
            *_gone(ours.values[row], outputs, len(new.outputs)),
        ]
        rows.append({"number": None, "was": row + 1, "state": "removed", "note": ours.notes[row], "cells": cells})
    rows.sort(key=lambda each: each["number"] or each["was"])
    return {
        "decision": new.decision_id,
        "file": new.file,
        "name": new.decision.get("name") or "",
        "columns": [
            *(_column(each, input_expression(each), output=False) for each in new.inputs),
            *(_column(each, output_name(each), output=True) for each in new.outputs),
        ],
        "rows": rows,
        "same": len(theirs.ids) - changed,
    }


def _column(column: etree._Element, expression: str, *, output: bool) -> dict[str, Any]:
    return {"title": column.get("label") or "", "expression": expression, "output": output}


def _kept_rows(
    ours: Rows, theirs: Rows, pairs: Mapping[int, int], inputs: Mapping[int, int], outputs: Mapping[int, int]
) -> Iterator[dict[str, Any]]:
    """The rows of the new table that are new or changed."""
    moved = set(moved_rows([pairs[row] for row in sorted(pairs)], sorted(pairs)))
    for row in range(len(theirs.ids)):
        was = pairs.get(row)
        cells = [
            *_cells(theirs.tests[row], None if was is None else ours.tests[was], inputs),
            *_cells(theirs.values[row], None if was is None else ours.values[was], outputs),
        ]
        state = _state(was, cells, row in moved)
        if state:
            number = None if was is None else was + 1
            yield {"number": row + 1, "was": number, "state": state, "note": theirs.notes[row], "cells": cells}


def _state(was: int | None, cells: list[dict[str, Any]], moved: bool) -> str:
    if was is None:
        return "added"
    if any(cell["was"] is not None for cell in cells):
        return "changed"
    return "moved" if moved else ""


def _cells(now: list[str], before: list[str] | None, places: Mapping[int, int]) -> list[dict[str, Any]]:
    found = []
    for place, text in enumerate(now):
        was = None
        if before is not None:
            there = places.get(place)
            old = before[there] if there is not None and there < len(before) else ""
            was = old if old != text else None
        found.append({"text": text, "was": was})
    return found


def _gone(cells: list[str], places: Mapping[int, int], count: int) -> list[dict[str, Any]]:
    found = [{"text": "", "was": None} for _ in range(count)]
    for place, there in places.items():
        if there < len(cells):
            found[place] = {"text": cells[there], "was": None}
    return found
