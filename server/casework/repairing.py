"""What may be done to cases that need repair, and who may do it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.casework.case_work import CaseWork
from server.casework.steps_back import steps_back
from server.domain.rejection import Rejected
from server.engine import Wait
from server.i18n import N_


@dataclass(frozen=True)
class Action:
    """`title`: for buttons; `states`: of incidents it may be ordered for; `needs_reason`: whether it must say why."""

    permission: str
    title: str
    states: tuple[str, ...] = ("open",)
    needs_reason: bool = True


ACTIONS: Mapping[str, Action] = {
    "retry": Action("incident.repair", N_("Try again"), needs_reason=False),
    "skip": Action("incident.repair", N_("Skip the step")),
    "amend": Action("case.amend", N_("Change a field"), ("open", "retrying")),
    "move": Action("instance.control", N_("Move back to an earlier step"), ("open", "retrying")),
    "suspend": Action("instance.control", N_("Suspend"), ("open", "retrying")),
    "resume": Action("instance.control", N_("Resume"), ("open", "retrying")),
    "cancel": Action("instance.control", N_("Cancel the complaint"), ("open", "retrying")),
}


@dataclass(frozen=True)
class Way:
    """One way back: from the open wait `task_id` of the engine, at `source`, to the step `element_id` called `name`."""

    task_id: str
    source: str
    element_id: str
    name: str


def ways_back(case: CaseWork) -> list[Way]:
    """Earlier user tasks that the diagram allows to go back to, from whatever is open; each step once."""
    found: dict[str, Way] = {}
    for wait in case.open_waits():
        if wait.kind in ("user_task", "job"):
            for step in steps_back(case.work.connection, case.version, _place(case, wait), case.data):
                found.setdefault(step.element_id, Way(wait.task_id, wait.element_id, step.element_id, step.name))
    return list(found.values())


def way_to(case: CaseWork, target: str) -> Way:
    """The way back to `target`; raises Rejected."""
    ways = ways_back(case)
    for way in ways:
        if way.element_id == target:
            return way
    raise Rejected(
        "instance.no_way_back",
        N_("The complaint cannot be moved to “{target}”. Possible steps: {steps}."),
        field="/target",
        target=target[:60],
        steps=", ".join(way.element_id for way in ways) or "–",
    )


def require_reason(reason: str) -> str:
    """The reason without spaces around it; raises Rejected."""
    if not reason.strip():
        raise Rejected("instance.reason_missing", N_("Say why: the reason stands in the history."), field="/reason")
    return reason.strip()


@dataclass(frozen=True)
class _Here:
    instance_id: str
    process_id: str
    element_id: str


def _place(case: CaseWork, wait: Wait) -> Any:
    return _Here(case.instance_id, wait.process_id, wait.element_id)
