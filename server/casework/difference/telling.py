"""A change as a sentence, and as the REST API answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.casework.difference.aspects import word
from server.casework.difference.ground import Labels, Shown
from server.domain.texts import Label, Sentence
from server.engine.difference import Change
from server.i18n import LANGUAGES, N_

LONGEST = 160
_WHOLE: Mapping[tuple[str, str], str] = {
    ("added", "file"): N_("This file is new."),
    ("removed", "file"): N_("This file is not there any more."),
    ("added", "process"): N_("The process {name} is new."),
    ("removed", "process"): N_("The process {name} is not there any more."),
    ("added", "decision"): N_("The table {name} is new."),
    ("removed", "decision"): N_("The table {name} is not there any more."),
    ("added", "lane"): N_("The lane {name} is new."),
    ("removed", "lane"): N_("The lane {name} is not there any more."),
    ("added", "field"): N_("The field {name} is new."),
    ("removed", "field"): N_("The field {name} is not there any more."),
    ("added", "choice"): N_("{name} can also be {after}."),
    ("removed", "choice"): N_("{name} can no longer be {before}."),
    ("added", "entry"): N_("The entry {name} is new: {after}."),
    ("removed", "entry"): N_("The entry {name} is not there any more: {before}."),
    ("added", "flow"): N_("A new way leads from {before} to {after}."),
    ("removed", "flow"): N_("No way leads from {before} to {after} any more."),
    ("moved", "step"): N_("{name} stands elsewhere: behind {after} instead of {before}."),
    ("renamed", "step"): N_("{name} was probably renamed: its id is {after} instead of {before}."),
    ("added", "row"): N_("{name}: row {row} is new: {after}."),
    ("removed", "row"): N_("{name}: row {row} is not there any more: {before}."),
    ("moved", "row"): N_("{name}: row {before} is now row {row}, and the first row that holds counts."),
    ("added", "column"): N_("{name}: the column {after} is new."),
    ("removed", "column"): N_("{name}: the column {before} is not there any more."),
    ("added", "step"): N_("{name} is new."),
    ("removed", "step"): N_("{name} is not there any more."),
    ("added", "definition"): N_("The definition {name} is new."),
    ("removed", "definition"): N_("The definition {name} is not there any more."),
}
_REQUIRED = {True: N_("{name} must be filled now."), False: N_("{name} need not be filled any more.")}
_COUNTED = N_("{before} lines less, {after} lines more.")
_HINTS: Mapping[str, str] = {
    "ui.order": N_("The order of the fields is another."),
    "ui.sections": N_("The sections are others."),
    "ui.show_when": N_("When a field is shown is another."),
    "ui.widgets": N_("How fields are shown is another."),
    "ui.cells": N_("What columns of a table offer is another."),
    "ui.head": N_("What a drawing is about is another."),
}
_CELL = N_("{name}, row {row}, {column}: {after} instead of {before}.")
_WORD = N_("{name}, {what}: {after} instead of {before}.")
_IDS = frozenset({"flow", "default", "attached", "send_back", "order", "group"})
"""Aspects whose values are ids."""
_UNREADABLE = N_("The file cannot be read: {after}")
_READABLE = N_("The file can be read again.")


@dataclass(frozen=True)
class Names:
    """Names of elements by (process, id), of groups, and of columns by (table, what they read or write)."""

    elements: Mapping[tuple[str, str], str]
    groups: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    languages: Sequence[str] = LANGUAGES

    def column(self, decision: str, path: str) -> Label:
        """The title of a table's column, else what it reads or writes."""
        return Label((self.columns.get((decision, path)) or path,), tuple(self.languages))

    def label(self, process: str | None, element: Any) -> Label:
        """The name of an element, else its id."""
        return Label((self.elements.get((process or "", str(element))) or str(element),), tuple(self.languages))


def change_json(change: Change, names: Names, language: str) -> dict[str, Any]:
    """`{"kind", "file", "process", "element", "aspect", "before", "after", "message"}`."""
    return {
        "kind": change.kind,
        "file": change.file,
        "process": change.process,
        "element": change.subject,
        "aspect": change.aspect,
        "before": change.before,
        "after": change.after,
        "message": sentence(change, names).text(language),
    }


def sentence(change: Change, names: Names) -> Sentence:
    """What changed, without a language."""
    named: dict[str, Any] = {
        "name": _name(change, names),
        "before": shown(change.before),
        "after": shown(change.after),
    }
    if change.aspect == "unreadable":
        return Sentence(_UNREADABLE if change.after is not None else _READABLE, named)
    if change.aspect == "lines":
        return Sentence(_COUNTED, named)
    if change.aspect == "required":
        return Sentence(_REQUIRED[bool(change.after)], named)
    what = _what(change)
    if change.aspect in _IDS or (what == "step" and change.kind == "moved"):
        named |= {
            side: _labels(change, value, names) for side, value in (("before", change.before), ("after", change.after))
        }
    if change.kind == "changed":
        return _changed(change, named, names)
    return Sentence(_WHOLE[change.kind, what], {**named, "row": change.aspect.rpartition(".")[2]})


def _labels(change: Change, value: Any, names: Names) -> Any:
    """Ids of elements or of a group, by their names."""
    if value is None:
        return Shown(None)
    ids = value if isinstance(value, list) else str(value).split(", ")
    if change.aspect == "group":
        return Labels(tuple(Label((names.groups.get(each, each),), tuple(names.languages)) for each in ids))
    return Labels(tuple(names.label(change.process, each) for each in ids))


def _what(change: Change) -> str:
    head = change.aspect.partition(".")[0]
    if change.sort == "decision":
        return {"row": "row", "input": "column", "output": "column"}.get(head, "decision")
    if head in ("file", "flow", "lane", "field", "choice", "definition"):
        return head
    return change.sort if change.sort in ("process", "entry") else "step"


def _changed(change: Change, named: dict[str, Any], names: Names) -> Sentence:
    hint = _HINTS.get(change.aspect)
    if hint is not None:
        return Sentence(hint)
    head, _, rest = change.aspect.partition(".")
    if change.sort == "decision" and head == "row":
        row, _, column = rest.partition(".")
        told = word(column) if column == "description" else names.column(change.subject, column)
        return Sentence(_CELL, {**named, "row": row, "column": told})
    if change.sort == "entry":
        return Sentence(N_("{name}: {after} instead of {before}."), named)
    return Sentence(_WORD, {**named, "what": word(change.aspect)})


def _name(change: Change, names: Names) -> Label:
    text = change.name
    if change.sort == "sequenceFlow" and change.aspect != "flow" and not text:
        text = change.subject
    return Label((text or change.subject or change.file,), tuple(names.languages))


def shown(value: Any) -> Any:
    """A value for a sentence: short, a text as it is, anything else as JSON."""
    if value is None or isinstance(value, bool | int | float):
        return Shown(value)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    lines = " / ".join(line.strip() for line in text.strip().splitlines() if line.strip())
    return Shown(lines if len(lines) <= LONGEST else f"{lines[:LONGEST]}…")
