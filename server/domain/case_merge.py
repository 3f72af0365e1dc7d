"""The merge of a form's data into a case file, one field at a time. `case_file.apply_patch` is the door."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from server.domain.case_changes import are_rows, same, without_nulls
from server.domain.form_schema import Schema, is_rows
from server.domain.json_gate import pointer_token


@dataclass
class Merge:
    """One merge under way: what it may consult, and what it found in the way.

    `unknown` holds (pointer, name, the view's names there); `read_only` pointers; `conflicts` triples of
    pointer, sent value and standing value; `bad_rows` (pointer, 'unknown' or 'twice').
    """

    new_id: Callable[[], str]
    field_revisions: Mapping[str, int]
    base_revision: int | None
    unknown: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    read_only: list[str] = field(default_factory=list)
    conflicts: list[tuple[str, Any, Any]] = field(default_factory=list)
    bad_rows: list[tuple[str, str]] = field(default_factory=list)

    def fields(self, view: Schema, current: Any, patch: Mapping[str, Any], at: str, locked: bool) -> dict[str, Any]:
        """`current` (an object or not there) with the members of `patch` merged in; `locked` means read-only."""
        merged = dict(current) if isinstance(current, dict) else {}
        properties: Mapping[str, Schema] = view.get("properties", {})
        for name, sent in patch.items():
            pointer = f"{at}/{pointer_token(name)}"
            if name not in properties:
                self.unknown.append((pointer, name, tuple(properties)))
                continue
            value = self._value(properties[name], merged.get(name), sent, pointer, locked)
            if value is None:
                merged.pop(name, None)
            else:
                merged[name] = value
        return merged

    def _value(self, view: Schema, current: Any, sent: Any, pointer: str, locked: bool) -> Any:
        locked = locked or view.get("readOnly") is True
        if "properties" in view and isinstance(sent, dict):
            return self.fields(view, current, sent, pointer, locked)
        if "properties" in view and sent is None and isinstance(current, Mapping):
            # Clearing a group clears what the form shows of it; fields of other forms stay.
            own = [name for name, inner in view["properties"].items() if inner.get("readOnly") is not True]
            return self.fields(view, current, dict.fromkeys(own), pointer, locked) or None
        if is_rows(view) and (sent is None or _are_objects(sent)) and (are_rows(current or []) or not locked):
            return self._rows(view["items"], current, sent, pointer, locked)
        if "properties" not in view and isinstance(sent, Mapping) and isinstance(current, Mapping):
            sent = plain_merge(current, sent)
        return self._leaf(current, sent, pointer, locked)

    def _leaf(self, current: Any, sent: Any, pointer: str, locked: bool) -> Any:
        if same(current, sent):
            return current
        moved = self._moved_since(pointer, current)
        if locked:
            # What the reader was shown may have been rewritten since by the server: then this is no change of his.
            if not moved:
                self.read_only.append(pointer)
            return current
        if moved:
            self.conflicts.append((pointer, sent, current))
        return without_nulls(deepcopy(sent)) if isinstance(sent, dict | list) else sent

    def _rows(self, view: Schema, current: list[Any] | None, sent: list[Any] | None, at: str, locked: bool) -> Any:
        # Rows without ids (a worker may have written them) cannot be meant by what was sent: that replaces them.
        standing = {row["id"]: row for row in current or []} if are_rows(current or []) else {}
        rows: dict[str, Any] = {}
        new, known = _writable(view), _with_free_id(view)
        for position, row in enumerate(sent or []):
            key = row.get("id")
            if key is None:
                self._new_row(new, row, at, locked, rows)
            elif not isinstance(key, str):
                self.bad_rows.append((f"{at}/{position}/id", "unknown"))
            elif key in rows:
                self.bad_rows.append((f"{at}/{position}/id", "twice"))
            elif key in standing:
                rows[key] = self.fields(known, standing[key], row, f"{at}/{pointer_token(key)}", locked)
            else:
                self._gone_row(row, f"{at}/{pointer_token(key)}", f"{at}/{position}/id", locked)
        for key, row in standing.items():
            if key not in rows and self._keeps(row, f"{at}/{pointer_token(key)}", locked):
                rows[key] = row
        if locked:
            return self._locked_rows(current, rows, at)
        return list(rows.values()) if rows or sent is not None else None

    def _new_row(self, view: Schema, row: Mapping[str, Any], at: str, locked: bool, rows: dict[str, Any]) -> None:
        if locked:
            self.read_only.append(at)
            return
        key = self.new_id()
        sent = {name: value for name, value in row.items() if name != "id"}
        rows[key] = {"id": key, **self.fields(view, None, sent, f"{at}/{pointer_token(key)}", locked)}

    def _gone_row(self, row: Mapping[str, Any], pointer: str, sent_at: str, locked: bool) -> None:
        """A row is sent that is not there: removed by someone meanwhile, or never known."""
        removed = self.base_revision is not None and self.field_revisions.get(pointer, 0) > self.base_revision
        if not removed:
            self.bad_rows.append((sent_at, "unknown"))
        elif not locked:
            self.conflicts.append((pointer, dict(row), None))

    def _keeps(self, row: Mapping[str, Any], pointer: str, locked: bool) -> bool:
        """Whether a standing row that was left out stays: it came after what the sender saw, or is disputed."""
        if self.base_revision is None or locked:
            return False
        if self.field_revisions.get(pointer, 0) > self.base_revision:
            return True
        if self._moved_since(pointer, row):
            self.conflicts.append((pointer, None, dict(row)))
        return False

    def _locked_rows(self, current: list[Any] | None, rows: Mapping[str, Any], at: str) -> Any:
        if [row["id"] for row in current or []] != list(rows) and not self._moved_since(at, current):
            self.read_only.append(at)
        return current

    def _moved_since(self, pointer: str, current: Any) -> bool:
        """Whether the field, something it is part of, or something inside it changed after the base revision."""
        base = self.base_revision
        if base is None:
            return False
        steps = pointer.split("/")
        upwards = ("/".join(steps[:length]) for length in range(2, len(steps) + 1))
        if any(self.field_revisions.get(one, 0) > base for one in upwards):
            return True
        if not isinstance(current, Mapping | list):
            return False
        return any(when > base and one.startswith(f"{pointer}/") for one, when in self.field_revisions.items())


def _are_objects(sent: Any) -> bool:
    return isinstance(sent, list) and all(isinstance(row, dict) for row in sent)


def _with_free_id(view: Schema) -> Schema:
    return {**view, "properties": {**view["properties"], "id": {}}}


def _writable(view: Schema) -> Schema:
    return {**view, "properties": {name: inner for name, inner in view["properties"].items() if name != "id"}}


def plain_merge(current: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 7396 for an object whose members the schema does not list."""
    merged = dict(current)
    for name, value in sent.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            inner = merged.get(name)
            merged[name] = plain_merge(inner if isinstance(inner, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged
