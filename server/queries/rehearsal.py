"""What would become of every open complaint in a draft, or in a published version?

A version is for all cases, so whoever may migrate them is told of all, `visible_to` or not.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from server.casework.case_work import case_query
from server.casework.check_bundle import check_bundle
from server.casework.context import Context
from server.casework.library import PublishedVersion, published
from server.casework.migrating import OPEN, examine
from server.casework.obstacles import verdict
from server.casework.shapes import active_steps
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.engine import DiagramRefused
from server.i18n import N_, translate
from server.persistence.models import CaseFile, DefinitionVersion, ProcessInstance
from server.security.actor import Actor

BATCH = 100
Progress = Callable[[int, int], None]
"""Told how many cases of how many are done."""


def rehearse_draft(
    context: Context, actor: Actor, bundle: Bundle, language: str, progress: Progress | None = None
) -> dict[str, Any]:
    """Every open case of the bundle's application, as if the bundle were published and the case brought to it.

    Raises Rejected `definition.refused` when the bundle cannot run at all.
    """
    actor.require("definition.migrate")
    started = context.clock.monotonic()
    try:
        target = published(0, 0, bundle)
    except DiagramRefused as error:
        raise Rejected("definition.refused", N_("The draft cannot run: {why}"), why=str(error)) from error
    found = check_bundle(bundle, topics=context.topics.topics)
    told = [
        each.to_json(lambda text, **params: translate(text, language, **params))
        for each in found
        if each.severity == "error"
    ]
    report = _rehearse(context, actor, target, language, progress)
    return _summed(report, target, context.clock.monotonic() - started, findings=told, version=None)


def rehearse_version(
    context: Context, actor: Actor, key: str, number: int | None, language: str, progress: Progress | None = None
) -> dict[str, Any]:
    """Likewise for a published version, by default the one new cases start with; its own cases are left out.

    Raises Rejected `not_found.definition` or `not_found.version`.
    """
    actor.require("definition.migrate")
    started = context.clock.monotonic()
    target = context.library.current(key)
    if number is not None and number != target.number:
        query = select(DefinitionVersion.id).where(DefinitionVersion.key == key, DefinitionVersion.number == number)
        with context.read() as connection:
            version_id = connection.execute(query).scalar_one_or_none()
        if version_id is None:
            raise Rejected(
                "not_found.version", N_("There is no version {to} of the application “{key}”."), key=key, to=number
            )
        target = context.library.version(version_id)
    report = _rehearse(context, actor, target, language, progress)
    return _summed(report, target, context.clock.monotonic() - started, findings=[], version=target.number)


def _rehearse(
    context: Context, actor: Actor, target: PublishedVersion, language: str, progress: Progress | None
) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    open_cases = (
        select(ProcessInstance.id)
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(
            CaseFile.application == target.key,
            ProcessInstance.state.in_(OPEN),
            ProcessInstance.version_id != target.id,
        )
        .order_by(CaseFile.id)
    )
    with context.read() as connection:
        ids = list(connection.execute(open_cases).scalars())
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with context.read() as connection:
            rows = connection.execute(case_query().where(ProcessInstance.id.in_(batch)).order_by(CaseFile.id)).all()
        for row in rows:
            items.append(_item(context, actor, row, target, language))
            if progress is not None:
                progress(len(items), len(ids))
    return items


def _item(context: Context, actor: Actor, row: Any, target: PublishedVersion, language: str) -> dict[str, Any]:
    steps = active_steps(row.waits, language)
    reasons = examine(context, actor, row, target)
    return {
        "number": row.number,
        "instance_id": row.instance_id,
        "version": context.library.version(row.version_id).number,
        "verdict": verdict(reasons),
        "steps": [{name: step[name] for name in ("element_id", "name", "kind")} for step in steps],
        "reasons": [reason.to_json(language) for reason in reasons],
    }


def _summed(
    items: list[dict[str, Any]],
    target: PublishedVersion,
    seconds: float,
    *,
    findings: list[dict[str, Any]],
    version: int | None,
) -> dict[str, Any]:
    counts = Counter(item["verdict"] for item in items)
    verdicts = {name: counts[name] for name in ("safe", "needs_mapping", "stuck", "unsure")}
    return {
        "ok": not findings and counts["safe"] == len(items),
        "key": target.key,
        "version": version,
        "seconds": round(seconds, 3),
        "cases": len(items),
        "verdicts": verdicts,
        "findings": findings,
        "items": items,
    }
