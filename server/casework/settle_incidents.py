"""What an advance did to the incidents of its case: which succeeded now, which have nothing left to repair."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row

from server.casework.case_work import CaseWork
from server.casework.incidents import close, unsettled

TROUBLED = ("incident", "suspended")
"""States of an instance in which it may have an incident; any other is spared the question."""


def settle_incidents(case: CaseWork, gone: list[dict[str, Any]], new: Collection[str]) -> None:
    """Queue the end of incidents that this advance settles; the instance is `active` again after the last one.

    `gone`: lines of the waits that are no more, `new`: elements of those that began. Called by `save` alone.
    """
    if case.row.instance_state not in TROUBLED:
        return
    ended = case.state in ("completed", "cancelled")
    lines = {line["id"]: line for line in gone if line["id"] is not None}
    passed = {element_id for _process, element_id in case.engine.path()} | set(new)
    left = 0
    for row in unsettled(case):
        outcome = _of_job(case, row, lines) if row.job_id else _of_fault(case, row, lines, passed)
        if outcome is None and ended:
            outcome = "cancelled" if case.state == "cancelled" else "ended"
        if outcome is not None:
            close(case, row, outcome)
        else:
            left += 1
    if not left and case.state == "incident":
        case.state = "active"


def _of_job(case: CaseWork, row: Row[Any], gone: Mapping[str, Any]) -> str | None:
    return case.job_ends.get(row.job_id, case.way_out) if row.job_id in gone else None


def _of_fault(case: CaseWork, row: Row[Any], gone: Mapping[str, Any], passed: Collection[str]) -> str | None:
    """A fault is over once the case has got past the element, or can no longer come to it the way it came."""
    began_at = (row.origin or {}).get("task_id")
    completed = began_at in gone and began_at in case.work.finished
    if row.element_id in passed or (row.element_id is None and completed):
        return "succeeded"
    return case.way_out if began_at in gone else None
