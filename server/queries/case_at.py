"""How did one complaint stand at a moment of the past? Rebuilt from its history alone."""

from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.wait_rows import rfc3339
from server.domain.deadline_terms import Reason
from server.domain.past import ENDED, Event, Past
from server.domain.past_steps import Step
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import Attachment, DefinitionVersion
from server.queries.case_events import CaseEvents, case_events, moment_ends
from server.queries.case_steps import StepTimes
from server.queries.case_story import QUIET, Teller
from server.queries.diagram import drawing, standing_at
from server.queries.earlier_rounds import earlier_rounds
from server.security.actor import Actor

_TOLD_AT_ONCE = 20
"""So many events of one moment are told at most."""


def case_at(
    context: Context,
    actor: Actor,
    number: str,
    language: str,
    *,
    seq: int | None = None,
    at: datetime | None = None,
    process_id: str | None = None,
) -> dict[str, Any]:
    """The complaint after its event `seq`, else after the last event up to the moment `at`, else as it is now.

    Case file, version, state, open tasks with owner and due date, waits, pauses, rounds, the diagram; what the moment
    itself changed (`events`); where to go on (`first`, `previous`, `next`, `last`, sequence numbers); `whole` and
    `knows_waits` are false where the history does not tell all. Raises Rejected `not_found.case` or `not_found.moment`.
    """
    with context.read() as connection:
        told = case_events(connection, actor, number)
        chosen = _chosen(told, seq, at)
        past = Past()
        for event in told.events[: chosen + 1]:
            past.apply(event)
        version = _version(context, connection, told, past)
        query = select(Attachment.id, Attachment.name).where(Attachment.case_id == told.row.case_id)
        files = {row.id: row.name for row in connection.execute(query)}
    event, happened = told.events[chosen], _happened(told.events[: chosen + 1])
    times = StepTimes(told, version, context.calendars.newest(told.row.site), event.at, language)
    teller = Teller(version, told.people, files, language)
    return {
        "number": told.row.number,
        "instance_id": told.row.instance_id,
        "title": told.row.title,
        "seq": event.seq,
        "at": rfc3339(event.at),
        "events": [teller.tell(one, told.actor(one, language)) for one in happened],
        "diagram": _diagram(past, times, version, language, process_id),
        **_standing(past, times, version, happened, language),
        **_neighbours(told.events, chosen),
    }


def _standing(
    past: Past, times: StepTimes, version: PublishedVersion, happened: list[Event], language: str
) -> dict[str, Any]:
    """What does not depend on who looks at it, nor on what came after."""
    return {
        "version": version.number,
        "state": past.state or "active",
        "state_reason": past.reason,
        "end_event": past.end_event,
        "case": past.case,
        "schema": version.forms.case_schema(language),
        "rounds": earlier_rounds(version, past.case, language),
        "tasks": [_task(task, times, happened) for task in past.tasks],
        "steps": _waits(past, times),
        "pauses": _pauses(past, language),
        "promises": [_promise(step, times) for step in past.steps.values() if step.promised],
        "whole": past.is_whole,
        "knows_waits": past.knows_waits,
    }


def _chosen(told: CaseEvents, seq: int | None, at: datetime | None) -> int:
    """The position of the moment's event."""
    events = told.events
    if seq is not None:
        found = [position for position, event in enumerate(events) if event.seq == seq]
    elif at is not None:
        found = [position for position, event in enumerate(events) if event.at <= at][-1:]
    else:
        found = [len(events) - 1] if events else []
    if not found:
        text = N_("The history of {number} tells of no such moment. It begins on {began}.")
        began = rfc3339(events[0].at) if events else "–"
        raise Rejected("not_found.moment", text, number=told.row.number, began=began)
    return found[0]


def _happened(events: list[Event]) -> list[Event]:
    """What happened at the moment of the last event, which comes last: one step of the process is several events."""
    last = events[-1]
    same = list(takewhile(lambda event: event.at == last.at, reversed(events[-_TOLD_AT_ONCE:])))
    told = [event for event in reversed(same) if event.type not in QUIET]
    return told or [last]


def _version(context: Context, connection: Connection, told: CaseEvents, past: Past) -> PublishedVersion:
    """The version in which the case ran then; its present one when the history does not say."""
    query = select(DefinitionVersion.id).where(
        DefinitionVersion.key == told.row.application, DefinitionVersion.number == past.version
    )
    found = connection.execute(query).scalar_one_or_none() if past.version is not None else None
    return context.library.version(told.row.version_id if found is None else found)


def _task(task: Step, times: StepTimes, happened: list[Event]) -> dict[str, Any]:
    person = times.told.person
    return {
        "id": task.id,
        "element_id": task.element_id,
        "name": times.name(task.element_id),
        "group": task.group,
        "group_title": times.group(task),
        "claimed_by": person(task.claimed_by),
        "claimed_at": rfc3339(task.claimed_at) if task.claimed_at else None,
        "assignee": person(task.assignee),
        "escalation_level": task.level,
        "escalated_to": person(task.escalated_to),
        "created_at": rfc3339(task.began_at),
        "due_at": rfc3339(task.due_at) if task.due_at else None,
        "moved": task.moved,
        "changed": any(task.id == event.data.get("task_id") for event in happened) or task.began_at == happened[-1].at,
    }


def _promise(step: Step, times: StepTimes) -> dict[str, Any]:
    (row,) = times.rows([step])
    return {name: row[name] for name in ("name", "element_id", "state", "due_at", "first_due", "moved", "margin")}


def _waits(past: Past, times: StepTimes) -> list[dict[str, Any]]:
    """As `steps` of a complaint."""
    return [
        {"element_id": line["element_id"], "name": times.name(line["element_id"]), "since": line["since"]}
        | {"kind": line["kind"], "due_at": line.get("due_at")}
        for line in past.waits.values()
    ]


def _pauses(past: Past, language: str) -> list[dict[str, Any]]:
    return [
        {
            "reason": stop.cause,
            "text": stop.text,
            "told": Reason(stop.cause, stop.text).text(language),
            "started_at": rfc3339(stop.began_at),
            "ended_at": rfc3339(stop.ended_at) if stop.ended_at else None,
        }
        for stop in past.stops
    ]


def _diagram(
    past: Past, times: StepTimes, version: PublishedVersion, language: str, process_id: str | None
) -> dict[str, Any]:
    active = [] if past.state in ENDED else standing_at(past.waits.values())
    broken = [element for element in past.broken.values() if element]
    labels = times.labels(past.steps.values(), past.passed)
    return drawing(version, language, process_id, visited=past.passed, active=active, broken=broken, labels=labels)


def _neighbours(events: list[Event], chosen: int) -> dict[str, Any]:
    """Moments to go on to: each after the last event of a step that the story tells of."""
    here = events[chosen].at
    ends = moment_ends(events)
    told = [event for event in events if event.type not in QUIET]
    before = [ends[event.seq] for event in told if event.at < here]
    after = [ends[event.seq] for event in told if event.at > here]
    return {
        "first": events[0].seq,
        "last": events[-1].seq,
        "previous": before[-1] if before else None,
        "next": after[0] if after else None,
    }
