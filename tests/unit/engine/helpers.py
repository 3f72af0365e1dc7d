"""Driving instances in tests: every step goes through dump and load, as in the server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from server.clock import ManualClock
from server.engine import Environment, Limits, ProcessDefinition, ProcessInstance, Wait, parse_definition

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def define(xml: bytes, *tables: bytes, process_id: str = "p") -> ProcessDefinition:
    """A definition from one diagram and decision tables."""
    files = {"p.bpmn": xml, **{f"t{n}.dmn": table for n, table in enumerate(tables)}}
    return parse_definition(files, process_id)


class Driver:
    """One instance whose state is dumped and loaded again around every call."""

    def __init__(
        self,
        definition: ProcessDefinition,
        case: dict[str, Any] | None = None,
        known: str = "",
        functions: dict[str, Callable[..., Any]] | None = None,
        limits: Limits = Limits(),  # noqa: B008 - immutable
        reload: bool = True,
        **environment: Any,
    ) -> None:
        self.definition = definition
        self.case = {} if case is None else case
        self.clock = ManualClock(START)
        self.env = Environment(self.clock, functions or {}, frozenset(known.split()), **environment)
        self.limits = limits
        self.reload = reload
        self.instance = ProcessInstance.start(definition, self.case, self.env, limits)
        self.blob = self.instance.dump()

    def now(self) -> ProcessInstance:
        """The instance, freshly loaded."""
        if self.reload:
            self.instance = ProcessInstance.load(self.definition, self.blob, self.case, self.env, self.limits)
        return self.instance

    def do(self, call: str, *arguments: Any) -> Any:
        """Call a method of the freshly loaded instance and save the state."""
        result = getattr(self.now(), call)(*arguments)
        self.blob = self.instance.dump()
        return result

    def waits(self, kind: str | None = None) -> list[Wait]:
        """Open waits, of one kind."""
        return [wait for wait in self.now().waits() if kind in (None, wait.kind)]

    def open(self) -> list[str]:
        """Element ids of all open waits, sorted."""
        return sorted(wait.element_id for wait in self.waits())

    def wait(self, element_id: str, index: int = 0) -> Wait:
        """One open wait."""
        return [wait for wait in self.waits() if wait.element_id == element_id][index]

    def finish(self, element_id: str, result: dict[str, Any] | None = None, index: int = 0) -> None:
        """Complete a user task or job."""
        wait = self.wait(element_id, index)
        if wait.kind == "job":
            self.do("complete_job", wait.task_id, result)
        else:
            self.do("complete_user_task", wait.task_id)

    def pass_time(self, **step: float) -> list[str]:
        """Move the clock and fire timers."""
        self.clock.advance(timedelta(**step))
        fired: list[str] = self.do("fire_timers")
        return fired

    @property
    def completed(self) -> bool:
        return self.now().completed
