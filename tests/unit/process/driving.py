"""Drives the complaint through the engine alone: people answer by form data, workers by a table."""

from datetime import UTC, datetime
from typing import Any

from server.clock import ManualClock
from server.engine import Environment, ProcessInstance, Wait, parse_definition
from tests.unit.process.bundled import BUNDLE, FORMS

DIAGRAMS = {path: data for path, data in BUNDLE.items() if path.endswith((".bpmn", ".dmn"))}
DEFINITION = parse_definition(DIAGRAMS, BUNDLE.application.process_id)
FUNCTIONS = {"working_hours": lambda hours: f"{hours} h", "working_days": lambda days: f"{days} d"}
NAMES = frozenset(FORMS.case_schema()["properties"]) | {"number"}
RESULTS: dict[str, dict[str, Any] | None] = {
    "customer.acknowledge@1": {"sent": False, "left_out": ["customer.email"]},
    "grading.inputs@1": None,
    "eight_d.render@1": {"file": "f1", "files": ["f1"], "created_at": "2026-11-22T08:00:00Z"},
}


def merge(case: dict[str, Any], data: dict[str, Any]) -> None:
    """A form's data into the case file, objects by field."""
    for name, value in data.items():
        if isinstance(value, dict):
            merge(case.setdefault(name, {}), value)
        else:
            case[name] = value


class Drive:
    """One complaint on its way; `path` is where it has been, `case` its case file."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.case: dict[str, Any] = {"number": "K-2026-00001"}
        merge(self.case, fields)
        clock = ManualClock(datetime(2026, 11, 22, 8, tzinfo=UTC))
        environment = Environment(clock=clock, functions=FUNCTIONS, known_names=NAMES)
        self.instance = ProcessInstance.start(DEFINITION, self.case, environment)
        self.work()

    @property
    def path(self) -> list[str]:
        return [element for _, element in self.instance.path()]

    def open(self, kind: str) -> list[Wait]:
        return [wait for wait in self.instance.waits() if wait.kind == kind]

    def task(self) -> Wait | None:
        """The user task now open: this process has at most one at a time."""
        found = self.open("user_task")
        assert len(found) <= 1
        return found[0] if found else None

    def work(self) -> None:
        """Let the workers finish what is waiting for them."""
        while jobs := self.open("job"):
            self.instance.complete_job(jobs[0].task_id, RESULTS.get(jobs[0].topic or "", {"sent": True}))

    def answer(self, element_id: str, data: dict[str, Any]) -> None:
        task = self.task()
        assert task is not None
        assert task.element_id == element_id
        merge(self.case, data)
        self.instance.complete_user_task(task.task_id)
        self.work()
