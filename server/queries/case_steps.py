"""What each step of a case took: who, when, how much working time, and how it kept its promise."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from server.casework.library import PublishedVersion
from server.casework.wait_rows import rfc3339
from server.domain.deadline_terms import Hours
from server.domain.durations import working_span
from server.domain.past_steps import Step
from server.domain.texts import pick_line
from server.domain.working_time import WorkCalendar
from server.i18n import N_, translate
from server.queries.case_events import CaseEvents


class StepTimes:
    """Steps of a case in words; working time by the site's calendar, of what is still open until `now`."""

    def __init__(
        self, told: CaseEvents, version: PublishedVersion, calendar: WorkCalendar, now: datetime, language: str
    ):
        self.told, self.version, self.calendar, self.now, self.language = told, version, calendar, now, language

    def rows(self, steps: Iterable[Step]) -> list[dict[str, Any]]:
        """One of each step, called processes left out, oldest first.

        `worked_hours` and `margin_hours` (negative: late) are working hours.
        """
        return [self._row(step) for step in steps if step.kind != "call"]

    def labels(self, steps: Iterable[Step], passed: dict[str, int]) -> dict[str, str]:
        """By element: the working time of all its steps, and how often it was passed when more than once."""
        hours: dict[str, float] = {}
        for step in steps:
            hours[step.element_id] = hours.get(step.element_id, 0.0) + self._worked(step)
        times = {element: f"×{count}" for element, count in passed.items() if count > 1}
        worked = {element: self._words(spent) for element, spent in hours.items() if round(spent * 60)}
        return {
            element: " · ".join(part for part in (worked.get(element, ""), times.get(element, "")) if part)
            for element in (worked | times)
        }

    def name(self, element_id: str | None) -> str:
        """The element's name in the reader's language."""
        element = self.version.definition.find(element_id) if element_id else None
        return pick_line(element.name, language=self.language) if element and element.name else element_id or ""

    def group(self, step: Step) -> str:
        """The title of the group; where the history does not tell it, that of the diagram."""
        key = step.group
        if key is None and not step.tells_due and step.kind == "user_task":
            element = self.version.definition.find(step.element_id)
            key = element.group if element is not None else None
        return self.told.group(key, self.language)

    def _row(self, step: Step) -> dict[str, Any]:
        spent, end = self._worked(step), step.ended_at or self.now
        margin = self.calendar.hours_between(end, step.due_at) if step.due_at is not None else None
        return {
            "id": step.id,
            "kind": step.kind,
            "element_id": step.element_id,
            "name": self.name(step.element_id),
            "time": step.time,
            "state": step.outcome,
            "by_message": step.by_message,
            "who": self._who(step),
            "group": self.group(step),
            "began_at": rfc3339(step.began_at),
            "ended_at": rfc3339(step.ended_at) if step.ended_at else None,
            "worked_hours": round(spent, 2),
            "worked": self._words(spent),
            "due_at": rfc3339(step.due_at) if step.due_at else None,
            "first_due": rfc3339(step.first_due) if step.first_due else None,
            "moved": step.moved,
            "margin_hours": None if margin is None else round(margin, 2),
            "margin": "" if margin is None else self._margin(step, margin),
        }

    def _worked(self, step: Step) -> float:
        return max(self.calendar.hours_between(step.began_at, step.ended_at or self.now), 0.0)

    def _words(self, hours: float) -> str:
        return Hours(round(hours * 60)).text(self.language)

    def _margin(self, step: Step, margin: float) -> str:
        late = step.due_at is not None and (step.ended_at or self.now) > step.due_at
        if step.outcome == "cancelled":
            return ""
        text = N_("{time} late") if late else N_("{time} left") if step.ended_at is None else N_("{time} before it")
        return translate(text, self.language, time=working_span(margin, self.language))

    def _who(self, step: Step) -> str:
        if step.kind != "user_task":
            return translate(N_("Kesu"), self.language)
        if step.outcome == "completed":
            return self.told.person(step.by)
        return self.told.person(step.claimed_by) or self.told.person(step.assignee)
