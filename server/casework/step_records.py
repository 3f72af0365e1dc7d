"""Keeps `step_record`: a row for every wait, begun, ended and moved in the transaction that moves its case.

What a row says of its place comes from the wait's line (casework/wait_rows.py) and the version the case runs in; so the
rows of a case can be made again from its lines and its history, which a test does.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.casework.library import PublishedVersion
from server.casework.register import facets_of
from server.casework.statements import (
    MONEY_FACETS,
    SPANS_CHANGED,
    STEPS_BEGUN,
    STEPS_DUE,
    STEPS_ENDED,
    STEPS_FACETS,
    STEPS_MOVED,
    STEPS_REOPENED,
    STEPS_STAND,
)
from server.casework.work import Work
from server.domain.cost import step_rate
from server.domain.working_seconds import working_seconds
from server.domain.working_time import WorkCalendar
from server.engine import ProcessDefinition

Line = Mapping[str, Any]
Key = tuple[str, str]
"""Of a line: the engine's id of the wait, and its kind."""

_LISTENING = ("boundary_event", "start_event")
"""Kinds of elements that only listen for what may happen meanwhile; a start event waits in an event sub-process."""


@dataclass(frozen=True)
class StepClock:
    """Now, by the calendar of the case's site in the version the case was read with (None: it has no row)."""

    now: datetime
    calendar: WorkCalendar
    version: int | None

    @property
    def work(self) -> int:
        return working_seconds(self.calendar, self.now)

    @property
    def day(self) -> int:
        return day_number(self.calendar, self.now)

    @property
    def counted_by(self) -> int:
        return self.version or 0


def day_number(calendar: WorkCalendar, at: datetime) -> int:
    """The day at the site, as 20260228."""
    day = at.astimezone(calendar.zone).date()
    return day.year * 10_000 + day.month * 100 + day.day


def begun_rows(
    version: PublishedVersion, clock: StepClock, site: str, data: Mapping[str, Any], lines: Iterable[Line],
    standing: Collection[Key], due: Mapping[str, datetime | None],
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of new waits without instance and case; `due`: of the user tasks by the id of their rows."""
    lines = list(lines)
    if not lines:
        return []
    common = {
        "application": version.key,
        "site": site,
        "begun_at": clock.now,
        "begun_work": clock.work,
        "counted_by": clock.counted_by,
        **facets_of(version.application, data),
    }
    return [
        {
            **common,
            **place_of(version, line),
            "wait_id": line["task_id"],
            "kind": line["kind"],
            "stands": int(key_of(line) in standing),
            "due_at": due.get(line["id"]) if line["id"] else None,
        }
        for line in lines
    ]


def place_of(version: PublishedVersion, line: Line) -> dict[str, Any]:
    """Columns that follow from where the wait is in the diagrams of `version`."""
    definition = version.definition
    element = definition.element(line["process_id"], line["element_id"])
    process = definition.process_of(line["process_id"])
    return {
        "version_id": version.id,
        "process_id": process,
        "element_id": line["element_id"],
        "call_path": line["within"] if "within" in line else call_path_to(definition, process),
        "group_key": element.group if element is not None and line["kind"] == "user_task" else None,
        "rate": step_rate(version.application.costs, line["kind"], element.properties if element is not None else {}),
    }


def call_path_to(definition: ProcessDefinition, process_id: str) -> str:
    """The first way along call activities to a process; lines of earlier releases do not say which one was taken."""
    ways = {definition.process_id: ""}
    front = [definition.process_id]
    calls = [each for each in definition.elements.values() if each.called]
    while front and process_id not in ways:
        here = front.pop(0)
        for each in calls:
            if definition.process_of(each.process_id) == here and each.called and each.called not in ways:
                ways[each.called] = f"{ways[here]}/{each.id}".lstrip("/")
                front.append(each.called)
    return ways.get(process_id, "")


def key_of(line: Line) -> Key:
    return line["task_id"], line["kind"]


def standing(version: PublishedVersion, lines: Iterable[Line]) -> set[Key]:
    """Where a case with these waits is to be found, as keys of lines.

    A call activity is where its inside is. What sits on a border only listens, and so does a message that may come at
    any time: it is a place as long as there is no other.
    """
    places = [line for line in lines if line["kind"] != "call" and not _listens(version, line)]
    firm = [line for line in places if line["kind"] != "message"]
    return {key_of(line) for line in firm or places}


def _listens(version: PublishedVersion, line: Line) -> bool:
    element = version.definition.element(line["process_id"], line["element_id"])
    return element is not None and element.kind in _LISTENING


def begin(work: Work, instance_id: str, case_id: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Queue rows of `begun_rows`."""
    if new := [{**row, "instance_id": instance_id, "case_id": case_id} for row in rows]:
        work.write(STEPS_BEGUN, new)


def end(work: Work, instance_id: str, clock: StepClock, gone: Iterable[Line], done: Collection[Key]) -> None:
    """Queue the end of waits that are no more; `done` are the keys of those that were completed, not cancelled."""
    lines = list(gone)
    if not lines:
        return
    values = {
        "instance": instance_id,
        "waits": [line["task_id"] for line in lines],
        "done": [line["task_id"] for line in lines if key_of(line) in done],
        "by_people": [line["task_id"] for line in lines if key_of(line) in done and line["kind"] == "user_task"],
        "person": work.actor_id,
        "now": clock.now,
        "work": clock.work,
        "day": clock.day,
        "counted": clock.counted_by,
    }
    work.write(STEPS_ENDED, [values])


def follow_standing(work: Work, instance_id: str, before: set[Key], now: set[Key], kept: set[Key]) -> None:
    """Queue where a case is to be found now, among the waits that stay."""
    turned = [{"instance": instance_id, "wait": key[0], "stand": int(key in now)} for key in kept & (before ^ now)]
    if turned:
        work.write(STEPS_STAND, turned)


def follow_facets(work: Work, case_id: int, version: PublishedVersion, data: Mapping[str, Any]) -> None:
    """Queue the case's customer, part and level in all its rows."""
    values = {f"new_{key}": value for key, value in facets_of(version.application, data).items()}
    work.write(STEPS_FACETS, [{"case": case_id, **values}])
    work.write(SPANS_CHANGED, [{"case": case_id, "app": version.key}])
    if version.application.costs is not None:
        work.write(MONEY_FACETS, [{"case": case_id, **values}])


def follow_due(work: Work, instance_id: str, wait_id: str, due_at: datetime | None) -> None:
    """Queue a promise that was counted anew."""
    work.write(STEPS_DUE, [{"instance": instance_id, "wait": wait_id, "due": due_at}])


def follow_version(work: Work, instance_id: str, version: PublishedVersion, lines: Iterable[Line]) -> None:
    """Queue that open waits are where `version` has them; `lines` as they are from now on."""
    lines = list(lines)
    stand = standing(version, lines)
    moved = [_moved(instance_id, version, line, key_of(line) in stand) for line in lines]
    if moved:
        work.write(STEPS_MOVED, moved)


def _moved(instance_id: str, version: PublishedVersion, line: Line, stands: bool) -> dict[str, Any]:
    place = {f"new_{key}": value for key, value in place_of(version, line).items()}
    return {"instance": instance_id, "wait": line["task_id"], "stand": int(stands), **place}


def go_back(
    work: Work, instance_id: str, case_id: int, clock: StepClock, version: PublishedVersion,
    before: Mapping[str, Any], now: list[dict[str, Any]],
) -> None:  # fmt: skip
    """Queue that the waits are again those `before` a migration, in the `version` of then, instead of those of `now`.

    `before` is what migration_rows.unpack gives.
    """
    old, new = {key_of(line): line for line in before["waits"]}, {key_of(line): line for line in now}
    end(work, instance_id, clock, [line for key, line in new.items() if key not in old], ())
    if again := [{"instance": instance_id, "wait": key[0]} for key in old if key not in new]:
        work.write(SPANS_CHANGED, [{"case": case_id, "app": version.key}])
        work.write(STEPS_REOPENED, again)
    follow_version(work, instance_id, version, before["waits"])
    for task in before["user_tasks"]:
        follow_due(work, instance_id, task["engine_task_id"], task["due_at"])
