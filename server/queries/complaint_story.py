"""The story of one complaint: what happened, the way it took, and what each step took."""

from typing import Any

from server.casework.context import Context
from server.domain.past import ENDED, past_of
from server.queries.case_events import case_events
from server.queries.case_steps import StepTimes
from server.queries.case_timeline import KINDS, Timeline
from server.queries.diagram import drawing, standing_at
from server.security.actor import Actor


def complaint_story(
    context: Context,
    actor: Actor,
    number: str,
    language: str,
    *,
    kind: str | None = None,
    before: int | None = None,
    process_id: str | None = None,
) -> dict[str, Any]:
    """`{"timeline", "steps", "diagram", "last"}`; raises Rejected `not_found.case`.

    kind, before: of Timeline.page; process_id: which diagram; last: `seq` of the newest event; steps: of people and the
    server, timers among them, oldest first.
    """
    with context.read() as connection:
        told = case_events(connection, actor, number)
        version = context.library.version(told.row.version_id)
        timeline = Timeline(connection, told, version, context.settings.zone)
    past = past_of(told.events)
    calendar = context.calendars.newest(told.row.site)
    times = StepTimes(told, version, calendar, context.clock.now(), language)
    steps = list(past.steps.values())
    active = [] if told.row.state in ENDED else standing_at(told.row.waits)
    broken = [element for element in past.broken.values() if element]
    labels = times.labels(steps, past.passed)
    return {
        "timeline": timeline.page(language, kind if kind in KINDS else None, before, actor.may("mailbox.read")),
        "steps": times.rows(steps),
        "diagram": drawing(
            version, language, process_id, visited=past.passed, active=active, broken=broken, labels=labels
        ),
        "last": past.seq,
    }
