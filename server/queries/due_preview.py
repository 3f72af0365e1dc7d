"""When would a step be due whose due date is this expression, if it opened now?"""

import re
from datetime import datetime
from typing import Any

from server.casework.context import Context
from server.casework.drafting import draft_files, find_draft, names_in
from server.casework.wait_rows import rfc3339
from server.domain.deadline import Rule, deadline
from server.domain.deadline_terms import Moment
from server.domain.rejection import Rejected
from server.domain.working_time import WorkCalendar, functions
from server.engine import ExpressionError, trial_value
from server.i18n import N_
from server.security.actor import Actor

_PLAIN = re.compile(r"\s*(?:(working_hours)\(\s*(\d{1,4}(?:\.\d{1,2})?)|(working_days)\(\s*(\d{1,4}))\s*\)\s*")
LONGEST = 2000


def due_preview(context: Context, actor: Actor, draft_id: int, expression: str, language: str) -> dict[str, Any]:
    """`{"due", "text", "terms"}` by the calendar of the site: the moment, in words, and how it is counted.

    `due` is null where the expression needs a field of the complaint; `terms` is empty unless it only counts working
    time. Raises Rejected `draft.expression` for what gives no moment, with the reason.
    """
    actor.require("definition.read")
    calendar = context.calendars.newest(context.settings.site)
    with context.read() as connection:
        names = names_in(draft_files(context, connection, find_draft(connection, draft_id)))
    try:
        value = trial_value(expression[:LONGEST], functions(calendar, context.clock), {}, names)
    except ExpressionError as error:
        raise Rejected("draft.expression", N_("This cannot be worked out: {why}"), why=error.text(language)) from error
    if value is None:
        return {"due": None, "text": "", "terms": []}
    due = _moment(value, calendar)
    terms = _terms(expression, calendar, context.clock.now(), language)
    return {"due": rfc3339(due), "text": Moment(due, calendar.zone).text(language), "terms": terms}


def _moment(value: Any, calendar: WorkCalendar) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Rejected(
            "draft.expression",
            N_("This gives {value}, which is no moment. Write for example working_hours(8) or working_days(3)."),
            value=str(value)[:80],
        ) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=calendar.zone)


def _terms(expression: str, calendar: WorkCalendar, now: datetime, language: str) -> list[str]:
    counted = _PLAIN.fullmatch(expression)
    if counted is None:
        return []
    unit, amount = counted[1] or counted[3], counted[2] or counted[4]
    rule = Rule(amount=float(amount), unit=unit, start="task")
    found = deadline(calendar, rule, received_at=now, began_at=now, pauses=())
    return [term.sentence.text(language) for term in found.terms]
