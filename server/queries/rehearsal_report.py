"""What a rehearsal behind the page has found so far: how many, for which reasons, and which complaints."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from server.casework.context import Context
from server.casework.migrating import OPEN
from server.casework.obstacles import kept
from server.casework.shapes import active_steps
from server.casework.wait_rows import rfc3339
from server.domain.rejection import Rejected
from server.domain.texts import Label, pick_line
from server.i18n import N_, translate
from server.persistence.models import (
    CaseFile,
    DefinitionDraft,
    DefinitionVersion,
    ProcessInstance,
    RehearsalCase,
    RehearsalRun,
    UserAccount,
)
from server.security.actor import Actor

VERDICTS = ("safe", "needs_mapping", "stuck", "unsure")
SHOWN = 100
_BY_STEP = frozenset({"migration.element_removed", "migration.boundary_changed"})
_BY_FIELD = frozenset({"migration.field_removed"})
NUMBERS = 30
"""So many complaints of a reason are named; the list has them all."""


def latest_rehearsal(
    context: Context, actor: Actor, *, draft_id: int | None = None, key: str = "", number: int | None = None
) -> int | None:
    """Id of the newest rehearsal of a draft, or of a version or of the draft it was made of; None without any."""
    actor.require("definition.migrate")
    query = select(func.max(RehearsalRun.id))
    if draft_id is not None:
        query = query.where(RehearsalRun.draft_id == draft_id)
    else:
        version = select(DefinitionVersion.digest).where(
            DefinitionVersion.key == key, DefinitionVersion.number == number
        )
        query = query.where(RehearsalRun.key == key, RehearsalRun.digest == version.scalar_subquery())
    with context.read() as connection:
        found: int | None = connection.execute(query).scalar_one_or_none()
        return found


def rehearsal_report(
    context: Context, actor: Actor, run_id: int, language: str, *, verdict: str | None = None, after: int = 0
) -> dict[str, Any]:
    """The run with `verdicts` (counts), `groups` (by reason, the largest first) and a page of `items`.

    `named`: what is mapped as (old, its name, new, its name); `fields`: new ones to choose from; `stale`: the draft's
    revision now, when it was changed since. A group is `{"code", "verdict", "message", "count", "elements",
    "candidates", "field", "title", "numbers", "old", "others"}`. Raises Rejected `not_found.rehearsal`.
    """
    actor.require("definition.migrate")
    with context.read() as connection:
        run = _run(connection, run_id)
        counts = _counts(connection, run_id)
        # The page asks every other second while it runs: most cases are safe, and those have no reasons.
        query = _cases().where(RehearsalCase.run_id == run_id).order_by(RehearsalCase.case_id)
        rows = connection.execute(query.where(RehearsalCase.verdict != "safe")).all()
        wanted = query.where(RehearsalCase.case_id > after).limit(SHOWN + 1)
        chosen = connection.execute(wanted if verdict is None else wanted.where(RehearsalCase.verdict == verdict)).all()
    return _told(run, language) | {
        "verdicts": {name: counts.get(name, 0) for name in VERDICTS},
        "groups": [_chosen_from(context, run.words, group, language) for group in _groups(rows, language)],
        "named": [
            (old, _name(run.words, old, language), new, _name(run.words, new, language))
            for old, new in run.mapping.items()
        ],
        "fields": [(pointer, _name(run.words, pointer, language)) for pointer in run.words["fields"]],
        "items": [_item(row, language) for row in chosen[:SHOWN]],
        "next": chosen[SHOWN - 1].case_id if len(chosen) > SHOWN else None,
    }


def rehearsed_numbers(
    context: Context, actor: Actor, run_id: int, verdicts: Sequence[str] = ("safe", "unsure")
) -> list[str]:
    """Numbers of the complaints with one of these verdicts, as far as they are still open in their version.

    Raises Rejected `not_found.rehearsal`.
    """
    actor.require("definition.migrate")
    with context.read() as connection:
        _run(connection, run_id)
        query = select(CaseFile.number).join(RehearsalCase, RehearsalCase.case_id == CaseFile.id)
        query = query.join(ProcessInstance, ProcessInstance.id == RehearsalCase.instance_id)
        still = (ProcessInstance.state.in_(OPEN), ProcessInstance.version_id == RehearsalCase.version_id)
        query = query.where(RehearsalCase.run_id == run_id, RehearsalCase.verdict.in_(verdicts), *still)
        return list(connection.execute(query.order_by(CaseFile.id)).scalars())


def _run(connection: Connection, run_id: int) -> Row[Any]:
    query: Any = (
        select(
            *(column for column in RehearsalRun.__table__.columns if column.key != "bundle"),
            UserAccount.display_name,
            DefinitionVersion.number,
            DefinitionDraft.revision,
            DefinitionDraft.title,
            DefinitionDraft.state.label("draft_state"),
        )
        .outerjoin(UserAccount, UserAccount.id == RehearsalRun.started_by)
        .outerjoin(DefinitionVersion, DefinitionVersion.id == RehearsalRun.version_id)
        .outerjoin(DefinitionDraft, DefinitionDraft.id == RehearsalRun.draft_id)
        .where(RehearsalRun.id == run_id)
    )
    row: Row[Any] | None = connection.execute(query).one_or_none()
    if row is None:
        raise Rejected("not_found.rehearsal", N_("There is no such rehearsal."))
    return row


def _counts(connection: Connection, run_id: int) -> dict[str, int]:
    query = select(RehearsalCase.verdict, func.count().label("cases")).where(RehearsalCase.run_id == run_id)
    return {row.verdict: row.cases for row in connection.execute(query.group_by(RehearsalCase.verdict))}


def _cases() -> Any:
    return (
        select(
            RehearsalCase.case_id,
            RehearsalCase.instance_id,
            RehearsalCase.verdict,
            RehearsalCase.steps,
            RehearsalCase.reasons,
            RehearsalCase.version_id,
            CaseFile.number,
            DefinitionVersion.number.label("version"),
        )
        .join(CaseFile, CaseFile.id == RehearsalCase.case_id)
        .join(DefinitionVersion, DefinitionVersion.id == RehearsalCase.version_id)
    )


def _told(run: Row[Any], language: str) -> dict[str, Any]:
    problem = run.problem
    return {
        "id": run.id,
        "key": run.key,
        "draft_id": run.draft_id,
        "title": run.title,
        "version": run.number,
        "revision": run.draft_revision,
        "stale": run.revision if run.draft_id is not None and run.revision != run.draft_revision else None,
        "state": run.state,
        "problem": None if problem is None else translate(problem["message"], language, **problem["params"]),
        "mapping": run.mapping,
        "cases": run.cases,
        "done": run.done,
        "started_at": rfc3339(run.started_at),
        "started_by": run.display_name,
        "ended_at": rfc3339(run.ended_at) if run.ended_at else None,
    }


def _item(row: Row[Any], language: str) -> dict[str, Any]:
    steps = _standing(active_steps(row.steps, language))
    return {
        "number": row.number,
        "instance_id": row.instance_id,
        "version": row.version,
        "verdict": row.verdict,
        "steps": list(dict.fromkeys(step["name"] for step in steps)),
        "reasons": [kept(reason).to_json(language) for reason in row.reasons],
    }


def _standing(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What might come from outside is no place as long as there is another."""
    for kinds in (("user_task", "job"), ("timer", "message", "condition", "signal")):
        if found := [step for step in steps if step["kind"] in kinds]:
            return found
    return steps


def _groups(rows: Iterable[Row[Any]], language: str) -> list[dict[str, Any]]:
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        for reason in {_sort(each): each for each in row.reasons}.values():
            group = found.setdefault(_sort(reason), _group(reason, language) | {"version_id": row.version_id})
            group["count"] += 1
            if len(group["numbers"]) < NUMBERS:
                group["numbers"].append((row.number, row.instance_id))
    return sorted(found.values(), key=lambda group: -group["count"])


def _sort(reason: Mapping[str, Any]) -> tuple[Any, ...]:
    """Equal for what is told of several cases in the same words; rows of a list are one field."""
    elements = tuple(key for key, _name in reason["elements"])
    return reason["code"], reason["verdict"], elements, _field(reason), reason["params"].get("asked")


def _field(reason: Mapping[str, Any]) -> str | None:
    pointer = reason["pointer"]
    return pointer and "/".join("*" if token.isdecimal() else token for token in pointer.split("/"))


def _group(reason: Mapping[str, Any], language: str) -> dict[str, Any]:
    told = kept(reason)
    title = told.params.get("field", "")
    return {
        "code": told.code,
        "verdict": told.verdict,
        "message": told.text(language),
        "elements": [(key, pick_line(name, language=language) or key) for key, name in told.elements],
        "candidates": [(key, pick_line(name, language=language) or key) for key, name in told.candidates],
        "field": _field(reason),
        "title": title.text(language) if isinstance(title, Label) else str(title),
        "count": 0,
        "numbers": [],
    }


def _chosen_from(context: Context, words: Mapping[str, Any], group: dict[str, Any], language: str) -> dict[str, Any]:
    """With `old`, what can be mapped (None: nothing), and `others`: steps of its kind beside the candidates."""
    old: str | None = group["field"] if group["code"] in _BY_FIELD else None
    others: list[tuple[str, str]] = []
    if group["code"] in _BY_STEP and group["elements"]:
        old = group["elements"][0][0]
    if group["code"] == "migration.element_removed":
        element = context.library.version(group["version_id"]).definition.find(old or "")
        likely = {key for key, _name in group["candidates"]}
        for step, kind, process in words["steps"]:
            if element is not None and (kind, process) == (element.kind, element.process_id) and step not in likely:
                others.append((step, _name(words, step, language)))
    return group | {"old": old, "others": others}


def _name(words: Mapping[str, Any], key: str, language: str) -> str:
    name = words["names"].get(key, "")
    return (pick_line(name, language=language) if name else None) or key
