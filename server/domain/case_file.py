"""The case file: all business data of a case in one JSON document, and the one way people change it."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from server.domain.case_changes import Change, diff, fold, stamp, tokens, without_nulls
from server.domain.case_merge import Merge
from server.domain.form_errors import FieldError, errors
from server.domain.form_schema import Schema, is_rows, restrict
from server.domain.json_gate import check_plain
from server.domain.rejection import Rejected
from server.domain.texts import Label
from server.i18n import N_

__all__ = [
    "Applied",
    "Change",
    "apply_patch",
    "diff",
    "fold",
    "identify_rows",
    "require_revision",
    "stamp",
    "without_nulls",
]

_INCOMPLETE = frozenset({"required", "too_few", "too_short"})


@dataclass(frozen=True)
class Applied:
    """The case file after a patch, what changed, and the revision at which each field last changed."""

    case: dict[str, Any]
    changes: list[Change]
    field_revisions: dict[str, int]


def apply_patch(
    case: Mapping[str, Any],
    patch: Mapping[str, Any],
    *,
    view: Schema,
    revision: int,
    base_revision: int | None,
    field_revisions: Mapping[str, int],
    new_id: Callable[[], str],
    draft: bool = False,
) -> Applied:
    """Merge `patch` into `case` as seen through `view` (a resolved form schema); the inputs stay as they are.

    A JSON Merge Patch (RFC 7396: absent = unchanged, null = cleared), except arrays of rows: the array sent is
    the whole list; a row with a known `id` is merged, one without is new (`new_id()`), one left out is removed,
    with `base_revision` only if it stood there then. Changed fields get `revision + 1`. With `draft` the result
    may be incomplete.

    Raises Rejected: `malformed.value`, `too_large` (not plain JSON, or too much of it), `case.revision`,
    `case.unknown_field`, `case.unknown_row`, `case.read_only`, `case.changed` (someone changed the same field
    meanwhile; details list field, yours, theirs), `case.invalid` (details list every field's error).
    """
    _check_request(patch, revision, base_revision)
    merge = Merge(new_id, field_revisions, base_revision)
    # What the patch does not touch is shared with `case`, which lets `diff` pass it over.
    merged = merge.fields(view, case, patch, "", view.get("readOnly") is True)
    _refuse(merge, view)
    _validate(view, merged, draft)
    changes = diff(case, merged)
    return Applied(merged, changes, stamp(changes, field_revisions, revision + 1))


def identify_rows(schema: Schema, data: Any, new_id: Callable[[], str]) -> Any:
    """A copy of `data` in which every row that has no `id` got one; for rows that a table or a worker wrote."""
    properties = schema.get("properties")
    if isinstance(data, Mapping) and isinstance(properties, Mapping):
        return {name: identify_rows(properties.get(name, {}), value, new_id) for name, value in data.items()}
    if isinstance(data, list) and isinstance(schema.get("items"), Mapping):
        rows = [identify_rows(schema["items"], item, new_id) for item in data]
        return [_identified(row, new_id) for row in rows] if is_rows(schema) else rows
    return deepcopy(data)


def _identified(row: Any, new_id: Callable[[], str]) -> Any:
    return {**row, "id": new_id()} if isinstance(row, dict) and row.get("id") is None else row


def _check_request(patch: Any, revision: int, base_revision: int | None) -> None:
    if not isinstance(patch, Mapping):
        raise Rejected("malformed.value", N_("The data must be an object that lists fields by name."), field="")
    check_plain(patch)
    if base_revision is not None:
        require_revision(base_revision, revision)


def require_revision(base_revision: Any, revision: int) -> None:
    """Raises Rejected `case.revision` for one that the case, now at `revision`, never had."""
    if type(base_revision) is not int or not 0 <= base_revision <= revision:
        raise Rejected(
            "case.revision",
            N_("The case has no revision {base}; the newest is {revision}. Load it again."),
            field="/revision",
            base=str(base_revision)[:30],
            revision=revision,
        )


def _refuse(merge: Merge, view: Schema) -> None:
    if merge.unknown:
        raise _unknown_field(merge.unknown)
    if merge.bad_rows:
        raise _bad_row(*merge.bad_rows[0])
    if merge.read_only:
        raise Rejected(
            "case.read_only",
            N_("{title} can only be read here. Send it unchanged or leave it out."),
            field=merge.read_only[0],
            details=[{"field": one} for one in merge.read_only],
            title=_title(view, merge.read_only[0]),
        )
    if merge.conflicts:
        raise Rejected(
            "case.changed",
            N_("Someone changed {title} meanwhile. Compare both values, then send yours again with the new revision."),
            field=merge.conflicts[0][0],
            details=[{"field": field, "yours": yours, "theirs": theirs} for field, yours, theirs in merge.conflicts],
            title=_title(view, merge.conflicts[0][0]),
        )


def _unknown_field(unknown: list[tuple[str, str, tuple[str, ...]]]) -> Rejected:
    pointer, name, known = unknown[0]
    near = get_close_matches(name, known, 1, 0.6)
    sentence = (
        N_("The form has no field {name}. Did you mean {near}?")
        if near
        else N_("The form has no field {name}. Leave it out; the form's schema lists its fields.")
    )
    details = [{"field": one} for one, _, _ in unknown[:100]]
    return Rejected("case.unknown_field", sentence, field=pointer, details=details, name=name[:80], near="".join(near))


def _bad_row(pointer: str, why: str) -> Rejected:
    if why == "twice":
        return Rejected("case.unknown_row", N_("A row is sent twice. Send each row once."), field=pointer)
    sentence = N_("There is no row with this id. Leave the id out of a new row; the server gives it one.")
    return Rejected("case.unknown_row", sentence, field=pointer)


def _validate(view: Schema, merged: dict[str, Any], draft: bool) -> None:
    # A field that is read-only here is the server's own: its reader could not put it right.
    found = [
        error
        for error in errors(view, restrict(view, merged))
        if not (draft and error.code in _INCOMPLETE) and not _read_only(view, error)
    ]
    if found:
        first = found[0]
        details = [error.detail() for error in found[:100]]
        raise Rejected("case.invalid", first.message, field=first.field, details=details, **first.params)


def _read_only(view: Schema, error: FieldError) -> bool:
    here: Schema = view
    for token in tokens(error.field):
        here = here["items"] if "items" in here else here.get("properties", {}).get(token, {})
        if here.get("readOnly") is True:
            return True
    return False


def _title(view: Schema, pointer: str) -> Label:
    """The title of a field of the case file, in whose pointer rows stand by id; led by the list's title."""
    parts: list[str] = []
    name, here = "", view
    for token in tokens(pointer):
        if "items" in here:
            parts.append(name)
            name, here = "", here["items"]
        else:
            here = here.get("properties", {}).get(token, {})
            name = here.get("title") or token
    return Label((*parts, name) if name else tuple(parts))
