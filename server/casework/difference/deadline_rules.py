"""Consequences of another table of deadlines: what it says about each step of each open complaint, then and now."""

from collections.abc import Iterator
from typing import Any

from server.casework.deadlines import STEP, TABLE
from server.casework.difference.consequence import Consequence
from server.casework.difference.ground import Ground, OpenCase
from server.casework.difference.lengths import rule_length
from server.casework.difference.sentences import (
    DEADLINE,
    DEADLINE_MOVES,
    DEADLINE_OF_LEVEL,
)
from server.casework.library import PublishedVersion
from server.domain.case_changes import tokens
from server.engine import DecisionTable, ExpressionError, ProcessFault
from server.engine.outlook import Spot
from server.i18n import N_

Rule = tuple[Any, Any, Any]
"""Amount, unit and start of a deadline."""

PEOPLE = frozenset({"user_task", "manual_task", "task"})
"""Kinds of steps that people do, which are those with a deadline."""

LEVEL = "level"
"""The register column by which complaints of one kind are told together, where an application has it."""


def rules_of(ground: Ground, version: PublishedVersion, case: OpenCase, element_id: str) -> Rule | None:
    """What the table of deadlines of a version says about a step of a case; None without an answer."""
    table = narrowed(ground, version, case, element_id)
    if table is None:
        return None
    try:
        answer = ground.ask(version, case).decide(table, {STEP: element_id})
    except (ExpressionError, ProcessFault):
        return None
    amount = answer.get("amount")
    # What is no number is told as it is written; the check objects to it.
    told = amount if isinstance(amount, int | float) else str(amount)
    return None if amount is None else (told, str(answer.get("unit")), str(answer.get("start") or "task"))


def narrowed(ground: Ground, version: PublishedVersion, case: OpenCase, element_id: str) -> DecisionTable | None:
    """The rows about a step alone, kept: most rows are about others."""
    key = version.bundle.digest, element_id
    if key not in ground.narrowed:
        table = version.definition.decisions.get(TABLE)
        try:
            found = None if table is None else ground.ask(version, case).narrowed(table, STEP, element_id)
        except ExpressionError:
            found = table
        ground.narrowed[key] = found
    return ground.narrowed[key]


def of_deadlines(ground: Ground) -> Iterator[Consequence]:
    """For each step whose deadline differs for some open complaint, by the lengths then and now."""
    changes = [change for change in ground.changes if change.subject == TABLE and change.sort == "decision"]
    if not changes and not any(change.file.endswith(".dmn") and change.aspect == "file" for change in ground.changes):
        return
    file = changes[0].file if changes else ""
    for spot in [spot for spot, each in ground.target.definition.elements.items() if each.kind in PEOPLE]:
        found = _of_step(ground, spot, file)
        if found is not None:
            yield found


def _of_step(ground: Ground, spot: Spot, file: str) -> Consequence | None:
    element = ground.element(spot)
    if element.properties.get("dueDate") or not _rows_differ(ground, element.id):
        return None
    groups: dict[tuple[Rule | None, Rule | None, str], list[OpenCase]] = {}
    reach = ground.reach(spot, ground.cases)
    for case in reach.all:
        was = ground.was(case.version, spot)
        if was is None or ground.element(was, case.version).properties.get("dueDate"):
            continue
        old, new = rules_of(ground, case.version, case, was[1]), rules_of(ground, ground.target, case, element.id)
        if old != new:
            groups.setdefault((old, new, _level(ground, case)), []).append(case)
    process = ground.target.definition.process_of(spot[0])
    found = Consequence("deadline", file, process, element.id)
    for (old, new, level), cases in sorted(groups.items(), key=lambda each: -len(each[1])):
        _tell(ground, found, spot, old, new, level, cases)
    standing = {case.number for case in reach.standing}
    held = [case for case in found.cases if case.number in standing]
    found.counts["standing"] = len(held)
    if held:
        found.told("standing_now", len(held), DEADLINE_MOVES)
    found.say(N_("For new complaints the changed rows of the table count."))
    return found


def _tell(
    ground: Ground,
    found: Consequence,
    spot: Spot,
    old: Rule | None,
    new: Rule | None,
    level: str,
    cases: list[OpenCase],
) -> None:
    named = {
        "step": ground.name(ground.element(spot)),
        "old": rule_length(old),
        "new": rule_length(new),
        "level": level,
    }
    found.count("changed", cases, DEADLINE_OF_LEVEL if level else DEADLINE, **named)


def _rows_differ(ground: Ground, element_id: str) -> bool:
    """Whether the rows about a step differ for new complaints, or in any version that open ones run in."""
    versions = {case.version.bundle.digest: case.version for case in ground.cases}
    versions[ground.base.bundle.digest] = ground.base
    some = next(iter(ground.cases), None) or ground.nobody()
    new = _rows(narrowed(ground, ground.target, some, element_id))
    return any(_rows(narrowed(ground, version, some, element_id)) != new for version in versions.values())


def _rows(table: DecisionTable | None) -> Any:
    if table is None:
        return None
    return table.hit_policy, table.inputs, table.outputs, [(rule.tests, rule.outputs) for rule in table.rules]


def _level(ground: Ground, case: OpenCase) -> str:
    column = ground.target.application.columns.get(LEVEL)
    here: Any = case.data
    for token in tokens(column.pointer) if column is not None else ():
        here = here.get(token) if isinstance(here, dict) else None
    return str(here) if column is not None and isinstance(here, int | float | str) else ""
