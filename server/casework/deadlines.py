"""Promises: what the table `deadlines` of a bundle says about a step becomes a due date, a sum and timer rows.

A task's line in `process_instance.waits` carries the table's answer as `rule`; so a promise is counted anew, when the
clock stood or the calendar changed, without the engine, and only where the answer is another one without a question.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from server.domain.case_file import Change
from server.domain.deadline import Pause, Rule, deadline, ladder
from server.domain.deadline_terms import to_json
from server.domain.rejection import Rejected
from server.domain.working_time import WorkCalendar
from server.engine import DecisionTable, ProcessInstance
from server.i18n import N_

TABLE = "deadlines"
STEP = "step"
"""The name under which the table reads the element id of the step."""

OUTPUTS = ("amount", "unit", "start", "remind", "escalate", "source")
"""What it answers; a promise keeps them in this order."""


@dataclass(frozen=True)
class Promise:
    """`due_at` is None while the clock stands, `due_sum` where no table says anything.

    `timers`: (kind, rung, moment) of what is to happen around the due date.
    """

    due_at: datetime | None
    due_sum: dict[str, Any] | None
    timers: list[tuple[str, int | None, datetime]] = field(default_factory=list)


@dataclass(frozen=True)
class Deadlines:
    """Counts the promises of one case. `pauses` is asked when there is something to count."""

    calendar: WorkCalendar
    case: dict[str, Any]
    now: datetime
    pauses: Callable[[], Sequence[Pause]]

    def rule_of(self, engine: ProcessInstance, element_id: str) -> list[Any] | None:
        """The table's answer about a step, as kept in its line; None without a table or an answer.

        Raises ExpressionError or ProcessFault, and Rejected `definition.deadline` for an answer that makes no sense.
        """
        answer = engine.decide(TABLE, {STEP: element_id})
        if answer is None or answer.get("amount") is None:
            return None
        rule = [answer.get(name) for name in OUTPUTS]
        read_rule(rule, element_id)
        return [*rule, self._received()] if answer.get("start") == "received" else rule

    def promise(
        self,
        rule: Sequence[Any],
        began_at: datetime,
        *,
        level: int = 0,
        reminded: bool = False,
        waited: Sequence[Pause] = (),
    ) -> Promise:
        """The promise for a step that began at `began_at`, on rung `level` of the ladder.

        `waited`: when it waited for a colleague's answer, which stops no promise that runs from the receipt.
        """
        asked = read_rule(rule)
        received = _moment(rule[len(OUTPUTS)]) if len(rule) > len(OUTPUTS) else None
        pauses = [*self.pauses(), *(waited if is_internal(rule) else ())]
        found = deadline(self.calendar, asked, received_at=received or began_at, began_at=began_at, pauses=pauses)
        due_sum = {
            "start_at": _text(found.start_at),
            "source": asked.source,
            "terms": [to_json(term) for term in found.terms],
        }
        if found.due_at is None:
            return Promise(None, due_sum)
        around = ladder(
            self.calendar,
            found.due_at,
            began_at=began_at,
            remind=asked.remind,
            escalate=asked.escalate,
            pauses=pauses,
        )
        timers: list[tuple[str, int | None, datetime]] = []
        if around.remind_at is not None and (not reminded or around.remind_at > self.now):
            timers.append(("reminder", None, around.remind_at))
        standing = any(pause.ended_at is None for pause in pauses)
        for rung, moment in enumerate(around.rungs, 1):
            if rung > level and moment is not None:
                timers.append(("escalation", rung, moment))
        return Promise(found.due_at, due_sum, [] if standing else timers)

    def _received(self) -> str | None:
        """The customer's own time stamp, as it stands in the case file."""
        found = (self.case.get("intake") or {}).get("received_at")
        return found if isinstance(found, str) else None


def is_internal(rule: Sequence[Any]) -> bool:
    """Whether the table's answer counts from the step's beginning: a limit of our own. What counts from the receipt
    was promised to the customer.
    """
    return rule[2] != "received"


def may_change(table: DecisionTable | None, changes: Iterable[Change]) -> bool:
    """Whether the table may say something else after `changes`, or a promise may begin at another moment."""
    if table is None:
        return False
    touched = {change.pointer.split("/")[1] for change in changes}
    return bool(touched & (table.names | {"intake"}))


def read_rule(rule: Sequence[Any], element_id: str = "") -> Rule:
    """Raises Rejected `definition.deadline`."""
    amount, unit, start, remind, escalate, source = rule[: len(OUTPUTS)]
    try:
        rungs = [] if escalate is None else escalate if isinstance(escalate, list) else [escalate]
        return Rule(
            amount=float(amount),
            unit=unit,
            start=start or "task",
            remind=None if remind is None else float(remind),
            escalate=tuple(float(hours) for hours in rungs),
            source=str(source or ""),
        )
    except (TypeError, ValueError) as error:
        raise Rejected(
            "definition.deadline",
            N_("The table of deadlines says nothing useful about “{step}”: {why}."),
            step=element_id,
            why=str(error),
        ) from error


def _moment(text: str | None) -> datetime | None:
    """None for what no one wrote, or what is no moment: then the step's own beginning counts."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
