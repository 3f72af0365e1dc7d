"""Whether what a case and its drafts hold still fits the forms of another version."""

import uuid
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from server.casework.obstacles import Obstacle, field_changed, field_lost
from server.domain.case_file import apply_patch
from server.domain.form_errors import errors
from server.domain.form_schema import Schema
from server.domain.forms import FormBook
from server.domain.json_gate import pointer_token
from server.domain.rejection import Rejected
from server.domain.texts import Label

_INCOMPLETE = frozenset({"required", "too_few", "too_short"})


def misfits(case: Mapping[str, Any], moved: Mapping[str, Any], old: FormBook, new: FormBook) -> list[Obstacle]:
    """Fields that the case has filled and the new version lost or understands otherwise.

    moved: the case as a mapping has it. What did not fit the old version either is no matter of the new one.
    """
    if moved == case and _same_fields(old, new):
        return []
    before, after = old.case_schema(), new.case_schema()
    unknown = dict(_unknown(before, case))
    lost = {pointer: title for pointer, title in _unknown(after, moved) if pointer not in unknown}
    wrong = {(error.field, error.code) for error in errors(before, case)}
    changed = {
        error.field: error.params.get("title", error.field)
        for error in errors(after, moved)
        if error.code not in _INCOMPLETE and (error.field, error.code) not in wrong
    }
    titles = {pointer: _title(before, pointer) or pointer for pointer in lost}
    return [
        *(field_lost(pointer, titles[pointer]) for pointer in lost),
        *(field_changed(pointer, title) for pointer, title in changed.items()),
    ]


@lru_cache(maxsize=64)
def _same_fields(old: FormBook, new: FormBook) -> bool:
    return bool(old.case_schema() == new.case_schema())


def takes(view: Schema, case: Mapping[str, Any], draft: Mapping[str, Any]) -> bool:
    """Whether a form could take a draft on this case."""
    try:
        apply_patch(
            case,
            draft,
            view=view,
            revision=1,
            base_revision=None,
            field_revisions={},
            new_id=lambda: uuid.uuid4().hex,
            draft=True,
        )
    except Rejected:
        return False
    return True


def _unknown(schema: Schema, value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """(pointer, its last step) of every filled field that the schema does not have."""
    if isinstance(value, Mapping):
        known = schema.get("properties")
        if not isinstance(known, Mapping):
            return  # an object whose members nobody lists
        for name, inner in value.items():
            here = f"{pointer}/{pointer_token(name)}"
            if name in known:
                yield from _unknown(known[name], inner, here)
            elif name != "id":
                yield here, name
    elif isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for place, row in enumerate(value):
            yield from _unknown(schema["items"], row, f"{pointer}/{place}")


def _title(schema: Schema, pointer: str) -> Label | None:
    here: Any = schema
    for token in pointer.split("/")[1:]:
        inner = here.get("properties", {}).get(token) or (here.get("items") if token.isdigit() else None)
        if not isinstance(inner, Mapping):
            return None
        here = inner
    return Label((here["title"],)) if here.get("title") else None


def pointers(schema: Schema, before: str = "") -> Iterator[tuple[str, Schema]]:
    """(pointer, schema) of every field, groups and lists among them; `*` stands for each row."""
    known = schema.get("properties")
    for name, inner in known.items() if isinstance(known, Mapping) else ():
        here = f"{before}/{pointer_token(name)}"
        yield here, inner
        yield from pointers(inner, here)
    if isinstance(schema.get("items"), Mapping):
        yield from pointers(schema["items"], f"{before}/*")
