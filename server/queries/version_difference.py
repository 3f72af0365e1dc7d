"""What differs between two versions, or a version and a draft, and what would it mean for the open complaints?

Whoever may migrate is told of all open complaints, as in the rehearsal; anybody else of those he may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.casework.context import Context
from server.casework.difference import bundle_changes, layout_only
from server.casework.difference.consequences import consequences
from server.casework.difference.entries import lines_of
from server.casework.difference.ground import Ground, OpenCase
from server.casework.difference.marks import drawings
from server.casework.difference.telling import Names, change_json
from server.casework.drafting import draft_bundle, find_draft
from server.casework.library import PublishedVersion, published
from server.casework.migrating import OPEN
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.domain.texts import pick_line
from server.engine import DiagramRefused
from server.engine.difference import element_names, grids
from server.i18n import N_, translate
from server.persistence.models import CaseFile, DefinitionVersion, ProcessInstance
from server.security.actor import Actor
from server.security.visibility import visible_to

_TEXTS = (".toml", ".txt", ".typ", ".json", ".md")


@dataclass(frozen=True)
class Compared:
    """What is compared. number, draft: which it is; version: None while it cannot run, `why` then says the reason."""

    bundle: Bundle
    number: int | None
    draft: int | None = None
    version: PublishedVersion | None = None
    why: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"version": self.number, "draft": self.draft}


def version_difference(
    context: Context, actor: Actor, key: str, number: int | None, to: int | None, language: str
) -> dict[str, Any]:
    """Version `number`, by default the one before, against `to`, by default the one new cases start with.

    Raises Rejected `not_found.definition` or `not_found.version`.
    """
    actor.require("definition.read")
    old, new = _two(context, key, number, to)
    return _difference(context, actor, _compared(old), _compared(new), language)


def draft_difference(
    context: Context, actor: Actor, draft_id: int, number: int | None, language: str
) -> dict[str, Any]:
    """Version `number`, by default the one the draft began with, against the draft.

    Raises Rejected `not_found.draft`, `not_found.version`, `draft.no_base`, or `bundle.…` while the draft is no bundle.
    """
    actor.require("definition.read")
    base, bundle, key = _draft(context, draft_id, number)
    try:
        version, why = published(0, 0, bundle), None
    except (DiagramRefused, Rejected) as error:
        version, why = None, error.text(language) if isinstance(error, Rejected) else _reason(error, language)
    draft = Compared(bundle, None, draft_id, version, why)
    return _difference(context, actor, _compared(base), draft, language) | {"key": key}


def compared_files(
    context: Context, actor: Actor, key: str, number: int | None, to: int | None
) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    """The files of two versions; raises as `version_difference`."""
    actor.require("definition.read")
    old, new = _two(context, key, number, to)
    return old.bundle, new.bundle


def _two(context: Context, key: str, number: int | None, to: int | None) -> tuple[PublishedVersion, PublishedVersion]:
    new = context.library.current(key) if to is None else _version(context, key, to)
    return _version(context, key, max(1, new.number - 1) if number is None else number), new


def draft_files_compared(
    context: Context, actor: Actor, draft_id: int, number: int | None
) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    """The files of a version and of a draft; raises as `draft_difference`."""
    actor.require("definition.read")
    base, bundle, _key = _draft(context, draft_id, number)
    return base.bundle, bundle


def _draft(context: Context, draft_id: int, number: int | None) -> tuple[PublishedVersion, Bundle, str]:
    with context.read() as connection:
        draft = find_draft(connection, draft_id)
        bundle = draft_bundle(context, connection, draft)
    if number is not None:
        return _version(context, draft.key, number), bundle, draft.key
    if draft.base_version_id is None:
        message = N_("The draft “{title}” begins a new application: there is no version to compare it with.")
        raise Rejected("draft.no_base", message, title=draft.title)
    return context.library.version(draft.base_version_id), bundle, draft.key


def _version(context: Context, key: str, number: int) -> PublishedVersion:
    current = context.library.current(key)
    if current.number == number:
        return current
    query = select(DefinitionVersion.id).where(DefinitionVersion.key == key, DefinitionVersion.number == number)
    with context.read() as connection:
        found = connection.execute(query).scalar_one_or_none()
    if found is None:
        message = N_("There is no version {to} of the application “{key}”.")
        raise Rejected("not_found.version", message, key=key, to=number)
    return context.library.version(found)


def _compared(version: PublishedVersion) -> Compared:
    return Compared(version.bundle, version.number, None, version)


def _reason(error: DiagramRefused, language: str) -> str:
    return translate(error.message, language, **error.params)


def _difference(context: Context, actor: Actor, old: Compared, new: Compared, language: str) -> dict[str, Any]:
    """What docs/interfaces.md says of `GET /definitions/{key}/difference`; beside it `tables`, the changed rows of
    decision tables, and `drawings`, the elements to mark in the two drawings."""
    started = context.clock.monotonic()
    changes = bundle_changes(old.bundle, new.bundle)
    told: list[dict[str, Any]] = []
    cases: list[OpenCase] = []
    if old.version is not None and new.version is not None:
        cases = open_cases(context, actor, new.version)
        if changes:
            ground = Ground(context, old.version, new.version, cases)
            told = [each.to_json(language) for each in consequences(ground)]
    return {
        "key": old.bundle.application.key,
        "from": old.to_json(),
        "to": new.to_json(),
        "same": not changes,
        "seconds": round(context.clock.monotonic() - started, 3),
        "open_cases": len(cases),
        "elsewhere": sum(case.version.number != old.number for case in cases),
        "of_all": actor.may("definition.migrate"),
        "not_run": new.why,
        "consequences": told,
        "files": _files(old.bundle, new.bundle, changes, language),
        "tables": _tables(old.bundle, new.bundle, changes, language),
        "drawings": drawings(old.bundle, new.bundle, changes, language),
    }


def open_cases(context: Context, actor: Actor, target: PublishedVersion) -> list[OpenCase]:
    """The open complaints of the application that run in another version, in the order of their filing."""
    query = (
        select(
            ProcessInstance.id,
            ProcessInstance.version_id,
            ProcessInstance.waits,
            CaseFile.number,
            CaseFile.data,
            CaseFile.site,
        )
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(
            CaseFile.application == target.key,
            ProcessInstance.state.in_(OPEN),
            ProcessInstance.version_id != target.id,
        )
        .order_by(CaseFile.id)
    )
    if not actor.may("definition.migrate"):
        query = query.where(visible_to(actor))
    with context.read() as connection:
        rows = connection.execute(query).all()
    return [
        OpenCase(row.number, row.id, context.library.version(row.version_id), row.data, row.waits, row.site)
        for row in rows
    ]


def _files(old: Bundle, new: Bundle, changes: list[Any], language: str) -> list[dict[str, Any]]:
    groups = {key: group.title for bundle in (old, new) for key, group in bundle.application.groups.items()}
    names = Names(
        {**element_names(old), **element_names(new)}, groups, _columns(old, new, changes), new.application.languages
    )
    still = layout_only(old, new, changes)
    found = []
    for path in sorted({change.file for change in changes} | set(still)):
        own = [change_json(change, names, language) for change in changes if change.file == path]
        state = (
            "added" if path not in old else "removed" if path not in new else "layout" if path in still else "changed"
        )
        text = path.endswith(_TEXTS) and state != "layout"
        lines = lines_of(old.get(path), new.get(path)) if text else []
        found.append({"path": path, "state": state, "changes": own, "lines": lines})
    return found


def _columns(old: Bundle, new: Bundle, changes: list[Any]) -> dict[tuple[str, str], str]:
    """Raw titles of the columns of changed tables."""
    found = grids(old, new, frozenset(change.subject for change in changes if change.sort == "decision"))
    return {(table["decision"], each["expression"]): each["title"] for table in found for each in table["columns"]}


def _tables(old: Bundle, new: Bundle, changes: list[Any], language: str) -> list[dict[str, Any]]:
    found = grids(old, new, frozenset(change.subject for change in changes if change.sort == "decision"))
    languages = new.application.languages
    for table in found:
        table["name"] = pick_line(table["name"], languages, language)
        for column in table["columns"]:
            column["title"] = pick_line(column["title"], languages, language) or column["expression"]
    return found
