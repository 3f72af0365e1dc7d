"""Timer events driven by the clock that is handed in; due dates are fixed when the event starts to wait.

They fire in fire_timers() only (or at once when already due at activation), so that a timer row claimed by the server
and the engine never disagree. Cycles missed meanwhile fire once together.
"""

from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from server.engine.errors import ProcessFault
from server.engine.iso_time import elapsed, is_literal, parse_cycle, parse_duration, parse_moment

DUE = "due"  # internal_data: RFC 3339 in UTC, None while the expression gives null
CYCLE = "cycle"  # internal_data: {"left": occurrences left or None, "duration": ISO 8601}


class TimerDefinition(EventDefinition):
    """A timer of kind 'date', 'duration' or 'cycle'; its text is an expression or a literal without quotes."""

    def __init__(self, name: str, kind: str, expression: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.kind = kind
        self.expression = expression

    def has_fired(self, my_task: Any) -> bool:
        """True when due; called at activation and when timers are fired."""
        due = self.due_at(my_task)
        return due is not None and due <= _now(my_task)

    def due_at(self, my_task: Any) -> datetime | None:
        """The next due moment; None while an expression gives null or when all cycles are over."""
        data = my_task.internal_data
        if data.get(DUE) is None and not self.is_over(my_task):
            self._start(my_task)
        return datetime.fromisoformat(data[DUE]) if data.get(DUE) else None

    def is_over(self, my_task: Any) -> bool:
        """True when the timer will not fire again."""
        return bool(CYCLE in my_task.internal_data and my_task.internal_data[CYCLE]["left"] == 0)

    def update_task(self, my_task: Any) -> None:
        """Fix the due date when the event starts to wait."""
        self.due_at(my_task)

    def spawned(self, my_task: Any) -> None:
        """Set the next occurrence after a firing; occurrences missed meanwhile are used up with it."""
        cycle = my_task.internal_data.get(CYCLE)
        if cycle is None:
            my_task.internal_data.update({DUE: None, CYCLE: {"left": 0, "duration": ""}})
            return
        due, duration = datetime.fromisoformat(my_task.internal_data[DUE]), parse_duration(cycle["duration"])
        passed = elapsed(due, duration, _now(my_task))
        left = None if cycle["left"] is None else max(0, cycle["left"] - passed)
        following = None if left == 0 else duration.after(due, passed).isoformat()
        my_task.internal_data.update({DUE: following, CYCLE: {**cycle, "left": left}})

    def _start(self, my_task: Any) -> None:
        text = self.expression.strip()
        value = text if is_literal(text) else my_task.workflow.script_engine.evaluate(my_task, text)
        try:
            my_task.internal_data.update(self._first(my_task, value))
        except (ValueError, OverflowError) as error:
            raise ProcessFault(my_task.task_spec.bpmn_id, str(error)) from error

    def _first(self, my_task: Any, value: Any) -> dict[str, Any]:
        if value is None:
            return {DUE: None}
        if not isinstance(value, str):
            raise ValueError(f"a timer needs a text, not {type(value).__name__}")
        now, zone = _now(my_task), my_task.workflow.script_engine.environment.handed_in.timezone
        if self.kind == "date":
            return {DUE: parse_moment(value, zone).isoformat()}
        if self.kind == "duration":
            return {DUE: parse_duration(value).after(now).isoformat()}
        cycle = parse_cycle(value, zone)
        first = cycle.first or parse_duration(cycle.duration).after(now)
        return {DUE: first.isoformat(), CYCLE: {"left": cycle.times, "duration": cycle.duration}}

    def reset(self, my_task: Any) -> None:
        """Forget the due date, so that another visit of the element starts anew."""
        my_task.internal_data.pop(DUE, None)
        my_task.internal_data.pop(CYCLE, None)
        super().reset(my_task)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


def _now(my_task: Any) -> datetime:
    moment: datetime = my_task.workflow.script_engine.environment.now()
    return moment
