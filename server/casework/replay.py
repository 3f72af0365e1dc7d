"""Plays a recorded test on a bundle, with the real engine and forms and without a database, at the recorded times."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.casework import replay_words as words
from server.casework.deadlines import Deadlines
from server.casework.library import PublishedVersion
from server.casework.replay_rows import Rows
from server.casework.replay_words import Difference, Where
from server.casework.rounds import begin_rounds
from server.casework.wait_rows import has_own_due_date, rfc3339
from server.clock import ManualClock
from server.domain import case_file
from server.domain.case_changes import same
from server.domain.case_merge import plain_merge
from server.domain.form_schema import Schema
from server.domain.json_gate import check_plain
from server.domain.message_payload import check_payload
from server.domain.recorded_test import RecordedTest, Step
from server.domain.rejection import Rejected
from server.domain.working_time import WorkCalendar, functions
from server.engine import EngineError, Environment, ProcessDefinition, ProcessFault, ProcessInstance, Wait

NUMBER = "TEST-1"
SECONDS = 20.0
"""How long one test may take, on the wall."""
ZONE = ZoneInfo("Asia/Shanghai")
PASSED_BY = frozenset(
    {"sequence_flow", "start_event", "exclusive_gateway", "parallel_gateway", "inclusive_gateway"}
    | {"event_based_gateway"}
)
"""Kinds of elements that a path leaves out: which way was taken shows in what comes after them."""
_PEOPLE_EVALUATE = ("assignee", "dueDate")


class _Differs(Exception):
    def __init__(self, difference: Difference):
        super().__init__(difference.message)
        self.difference = difference


def replay(
    version: PublishedVersion, test: RecordedTest, calendar: WorkCalendar | None = None, seconds: float = SECONDS
) -> Difference | None:
    """The first difference between what the test expects and what `version` does; None when there is none.

    calendar: the site's working time, by default the product's own. Never raises for what a test or a bundle holds.
    """
    return _Replay(version, test, calendar or WorkCalendar(ZONE), seconds).run()


def shown_path(definition: ProcessDefinition, path: Iterable[str], without: str | None = None) -> list[str]:
    """The elements of a path that a test looks at; without the first `without`, the one that acted."""
    found = []
    for name in path:
        element = definition.find(name)
        if element is not None and element.kind in PASSED_BY:
            continue
        if name == without:
            without = None
            continue
        found.append(name)
    return found


class _Replay:
    def __init__(self, version: PublishedVersion, test: RecordedTest, calendar: WorkCalendar, seconds: float):
        self.version, self.test, self.calendar, self.seconds = version, test, calendar, seconds
        self.until = time.perf_counter() + seconds
        self.clock = ManualClock(test.steps[0].at)
        self.environment = Environment(
            clock=self.clock,
            functions=functions(calendar, self.clock),
            known_names=version.known_names,
            timezone=calendar.zone,
        )
        self.case: dict[str, Any] = {}
        self.rows = Rows()
        self.known: set[str] = set()
        self.waits: list[Wait] = []
        self.where = Where(1, test.steps[0], version, test)
        self.engine: Any = None
        """The instance, once the first step has filed the complaint."""

    def run(self) -> Difference | None:
        try:
            for number, step in enumerate(self.test.steps, 1):
                self.where = Where(number, step, self.version, self.test)
                self._play(step)
            self._look_at_end()
        except _Differs as found:
            return found.difference
        except Rejected as refusal:
            return words.not_accepted(self.where, refusal)
        except EngineError as error:
            return words.went_wrong(self.where, error)
        return None

    def _play(self, step: Step) -> None:
        if time.perf_counter() > self.until:
            raise _Differs(words.out_of_time(self.where, self.seconds))
        self._move(step.at)
        if step.verb == "file":
            self._file(step)
        else:
            self.engine.resume(self.case)
            getattr(self, f"_{step.verb}")(step)
        self._follow(step)
        self._compare(step)

    def _move(self, at: datetime) -> None:
        if at > self.clock.now():
            self.clock.advance(at - self.clock.now())

    def _file(self, step: Step) -> None:
        told, form = step.subject, self.version.application.filing_form
        self.case.update(case_file.without_nulls(told.get("start", {})))
        check_plain(self.case)
        self._submit(self.version.forms.schema(form), told["fields"])
        received = told.get("received_at") or rfc3339(step.at)
        intake = self.case.get("intake")
        self.case["intake"] = (intake if isinstance(intake, dict) else {}) | {
            "channel": told["channel"],
            "received_at": received,
        }
        if "rounds" in self.version.known_names:
            self.case["rounds"] = {"limit": self.version.application.rounds}
        self.engine = ProcessInstance.start(self.version.definition, self.case, self.environment)

    def _task(self, step: Step) -> None:
        wait = self._open("user_task", step)
        if "group" in step.told and wait.group != step.told["group"]:
            raise _Differs(words.group_differs(self.where, wait.group))
        form = wait.properties.get("formKey")
        view: Schema = self.version.forms.schema(form) if form else {"type": "object", "properties": {}}
        self._submit(view, step.told.get("data", {}))
        self.engine.complete_user_task(wait.task_id)

    def _job(self, step: Step) -> None:
        wait = self._open("job", step)
        told = step.told
        if "topic" in told and wait.topic != told["topic"]:
            raise _Differs(words.topic_differs(self.where, wait.topic))
        if "error" in told:
            check_plain(told.get("payload") or {})
            if not self.engine.throw_error(wait.task_id, told["error"], told.get("payload")):
                raise _Differs(words.not_caught(self.where))
            return
        check_plain(told.get("result") or {})
        check_plain(told.get("writes", {}))
        self.case.update(plain_merge(self.case, told.get("writes", {})))
        self.engine.complete_job(wait.task_id, told.get("result"))

    def _message(self, step: Step) -> None:
        name, payload = step.subject, step.told.get("payload") or {}
        waiting = [wait for wait in self.waits if wait.kind == "message" and wait.message == name]
        if not waiting:
            raise self._not_open()
        wait = next((wait for wait in waiting if wait.element_id == step.told.get("element")), waiting[0])
        check_plain(payload)
        if wait.place is not None:
            check_payload(self.version.forms.case_schema(), wait.place, self.case, payload, self.rows.new_id)
        self.engine.deliver_message(wait.task_id, payload)

    def _timers(self, step: Step) -> None:
        waiting = [wait for wait in self.waits if wait.kind == "timer" and wait.element_id in step.subject]
        if {wait.element_id for wait in waiting} != set(step.subject):
            raise self._not_open()
        # A deadline that is longer now is waited for; how long deadlines are is no matter of a recorded test.
        for wait in waiting:
            if wait.due_at is not None:
                self._move(wait.due_at)
        fired = self.engine.fire_timers()
        if Counter(fired) != Counter(step.subject):
            raise _Differs(words.timer_differs(self.where, fired))

    def _send_back(self, step: Step) -> None:
        self.engine.send_back(self._open("user_task", step).task_id, step.told["to"])

    def _take_back(self, step: Step) -> None:
        self.engine.take_back(step.subject)

    def _amend(self, step: Step) -> None:
        self._submit(self.version.forms.case_schema(), step.subject)
        self.engine.reevaluate()

    def _submit(self, view: Schema, patch: dict[str, Any]) -> None:
        check_plain(patch)
        applied = case_file.apply_patch(
            self.case,
            self.rows.fit(view, patch, self.case),
            view=view,
            revision=0,
            base_revision=None,
            field_revisions={},
            new_id=self.rows.new_id,
        )
        self.case.clear()
        self.case.update(applied.case)

    def _open(self, kind: str, step: Step) -> Wait:
        found = [wait for wait in self.waits if wait.kind == kind and wait.element_id == step.subject]
        found.sort(key=lambda wait: wait.process_id != step.told.get("process", wait.process_id))
        if not found:
            raise self._not_open()
        return found[min(step.told.get("which", 1), len(found)) - 1]

    def _follow(self, step: Step) -> None:
        """What the server does after every advance: rounds begin, rows get ids, promises are looked up."""
        self.waits = self.engine.waits()
        fresh = [wait for wait in self.waits if wait.kind == "user_task" and wait.task_id not in self.known]
        self.known |= {wait.task_id for wait in fresh}
        if step.verb != "take_back":
            begin_rounds(self.version.application, self.case, fresh, self.clock.now())
        if step.verb == "file":
            self.case["number"] = NUMBER
        else:
            schema = self.version.forms.case_schema()
            tidy = case_file.without_nulls(case_file.identify_rows(schema, self.case, self.rows.new_id))
            self.case.clear()
            self.case.update(tidy)
        for wait in fresh:
            self._promise(wait)

    def _promise(self, wait: Wait) -> None:
        for name in _PEOPLE_EVALUATE:
            if wait.properties.get(name):
                self.engine.evaluate(wait.properties[name], wait.task_id)
        if has_own_due_date(wait):
            return
        try:
            Deadlines(self.calendar, self.case, self.clock.now(), list).rule_of(self.engine, wait.element_id)
        except Rejected as refusal:
            raise ProcessFault(wait.element_id, str(refusal)) from refusal

    def _compare(self, step: Step) -> None:
        acting = step.subject if step.verb in ("task", "job") else None
        passed = shown_path(self.version.definition, [name for _process, name in self.engine.path()], acting)
        tasks = [wait.element_id for wait in self.waits if wait.kind == "user_task"]
        path = step.then is not None and Counter(step.then) != Counter(passed)
        if path or (step.open is not None and Counter(step.open) != Counter(tasks)):
            later = {step.subject for step in self.test.steps[self.where.number :] if step.verb == "job"}
            jobs = [wait.element_id for wait in self.waits if wait.kind == "job" and wait.element_id not in later]
            opened = step.open if step.open is not None else tasks
            expected = [*(step.then if step.then is not None else passed), *opened]
            found = [*passed, *tasks, *jobs]
            if Counter(expected) == Counter(found):  # a step that waited is passed now, or the other way round
                expected, found = [*opened], [*tasks, *jobs]
            raise _Differs(words.path_differs(self.where, expected, found, [*opened, *tasks, *jobs]))
        if step.then is not None:
            self._compare_order(step.then, passed)
        for place, expected_value in step.values.items():
            value = _at(self.case, place)
            if not same(expected_value, value):
                raise _Differs(words.value_differs(self.where, place, expected_value, value))

    def _compare_order(self, expected: Sequence[str], found: Sequence[str]) -> None:
        """What came in another order counts only where the diagram has an order: parallel branches have none."""
        if tuple(expected) == tuple(found) or len(set(expected)) < len(expected):
            return
        place = {name: position for position, name in enumerate(expected)}
        for position, earlier in enumerate(found):
            for later in found[position + 1 :]:
                if place[later] < place[earlier] and self._leads_to(earlier, later):
                    raise _Differs(words.out_of_order(self.where, earlier, later, expected, found))

    def _leads_to(self, earlier: str, later: str) -> bool:
        definition = self.version.definition
        element = definition.find(earlier)
        if element is None:
            return False
        process = element.process_id
        return definition.comes_before(process, earlier, later) and not definition.comes_before(process, later, earlier)

    def _look_at_end(self) -> None:
        found = self.engine.end_event if self.engine.completed else None
        if self.test.ends and found != self.test.end:
            open_now = [wait.element_id for wait in self.waits if wait.kind in ("user_task", "job")]
            raise _Differs(words.end_differs(self.where, self.test.end, found, open_now))

    def _not_open(self) -> _Differs:
        open_now = [wait.element_id for wait in self.waits if wait.kind in ("user_task", "job")]
        end = (self.engine.end_event or "") if self.engine.completed else None
        return _Differs(words.not_open(self.where, open_now, end))


def _at(case: Any, path: str) -> Any:
    for name in path.split("."):
        case = case.get(name) if isinstance(case, dict) else None
    return case
