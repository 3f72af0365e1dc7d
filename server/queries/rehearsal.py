"""What would become of every open complaint in a draft, or in a published version?

A version is for all cases, so whoever may migrate them is told of all, `visible_to` or not.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from server.casework.check_bundle import check_bundle
from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.obstacles import verdict
from server.casework.rehearsing import (
    concerned,
    draft_version,
    how_many,
    look_at,
    published_version,
    require_mapping,
)
from server.casework.shapes import active_steps
from server.domain.bundle import Bundle
from server.domain.mapping import NO_MAPPING, CaseMapping
from server.i18n import translate
from server.security.actor import Actor

BATCH = 100
Progress = Callable[[int, int], None]
"""Told how many cases of how many are done."""


def rehearse_draft(
    context: Context,
    actor: Actor,
    bundle: Bundle,
    language: str,
    progress: Progress | None = None,
    mapping: CaseMapping = NO_MAPPING,
) -> dict[str, Any]:
    """Every open case of the bundle's application, as if the bundle were published and the case brought to it.

    Raises Rejected `definition.refused` when the bundle cannot run at all, `mapping.…` for names nothing has.
    """
    actor.require("definition.migrate")
    started = context.clock.monotonic()
    target = draft_version(bundle)
    found = check_bundle(bundle, topics=context.topics.topics)
    told = [
        each.to_json(lambda text, **params: translate(text, language, **params))
        for each in found
        if each.severity == "error"
    ]
    report = _rehearse(context, actor, target, language, progress, mapping)
    return _summed(report, target, context.clock.monotonic() - started, findings=told, version=None)


def rehearse_version(
    context: Context,
    actor: Actor,
    key: str,
    number: int | None,
    language: str,
    progress: Progress | None = None,
    mapping: CaseMapping = NO_MAPPING,
) -> dict[str, Any]:
    """Likewise for a published version, by default the one new cases start with; its own cases are left out.

    Raises Rejected `not_found.definition`, `not_found.version` or `mapping.…`.
    """
    actor.require("definition.migrate")
    started = context.clock.monotonic()
    target = published_version(context, key, number)
    report = _rehearse(context, actor, target, language, progress, mapping)
    return _summed(report, target, context.clock.monotonic() - started, findings=[], version=target.number)


def _rehearse(
    context: Context,
    actor: Actor,
    target: PublishedVersion,
    language: str,
    progress: Progress | None,
    mapping: CaseMapping,
) -> list[dict[str, Any]]:
    require_mapping(context, mapping, target)
    items: list[dict[str, Any]] = []
    with context.read() as connection:
        total = connection.execute(how_many(target.key, target.id)).scalar_one()
    after = 0
    while True:
        with context.read() as connection:
            rows = connection.execute(concerned(target.key, target.id, after).limit(BATCH)).all()
        for row in rows:
            items.append(_item(context, actor, row, target, language, mapping))
            if progress is not None:
                progress(len(items), max(total, len(items)))
        if len(rows) < BATCH:
            return items
        after = rows[-1].case_id


def _item(
    context: Context, actor: Actor, row: Any, target: PublishedVersion, language: str, mapping: CaseMapping
) -> dict[str, Any]:
    waits, reasons = look_at(context, actor, row, target, mapping)
    return {
        "number": row.number,
        "instance_id": row.instance_id,
        "version": context.library.version(row.version_id).number,
        "verdict": verdict(reasons),
        "steps": [
            {name: step[name] for name in ("element_id", "name", "kind")} for step in active_steps(waits, language)
        ],
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
