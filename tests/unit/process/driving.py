"""Drives the complaint through the engine alone: people answer by form data, workers by a table."""

from datetime import UTC, datetime
from typing import Any

from server.casework.rounds import begin_rounds
from server.clock import ManualClock
from server.engine import Environment, ProcessInstance, Wait, parse_definition
from tests.unit.process.bundled import BUNDLE, FORMS

FILES = {path: data for path, data in BUNDLE.items() if path.endswith((".bpmn", ".dmn"))}
DEFINITION = parse_definition(FILES, BUNDLE.application.process_id)
FUNCTIONS = {"working_hours": lambda hours: f"{hours} h", "working_days": lambda days: f"{days} d"}
NAMES = frozenset(FORMS.case_schema()["properties"]) | {"number"}
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
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
    """One complaint on its way; `path` is where it has been, `case` its case file. It is saved and loaded at each step."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.case: dict[str, Any] = {"number": "K-2026-00001", "rounds": {"limit": BUNDLE.application.rounds}}
        merge(self.case, fields)
        self.environment = Environment(clock=ManualClock(NOW), functions=FUNCTIONS, known_names=NAMES)
        self.instance = ProcessInstance.start(DEFINITION, self.case, self.environment)
        self.path: list[tuple[str, str]] = []
        self.seen: set[str] = set()
        self._go_on()

    def open(self, kind: str) -> list[Wait]:
        return [wait for wait in self.instance.waits() if wait.kind == kind]

    @property
    def tasks(self) -> dict[str, Wait]:
        """The open user tasks by element: none is open twice."""
        found = self.open("user_task")
        assert len(found) == len({wait.element_id for wait in found})
        return {wait.element_id: wait for wait in found}

    @property
    def messages(self) -> set[str]:
        """The elements that wait for a message."""
        return {wait.element_id for wait in self.open("message")}

    def steps(self, process: str) -> list[str]:
        """The elements of a process it has been through, without flows and gateways that only bring flows together."""
        return [name for of, name in self.path if of == process and not name.startswith(("Flow_", "Merge_"))]

    def answer(self, element_id: str, data: dict[str, Any] | None = None) -> None:
        merge(self.case, data or {})
        self.instance.complete_user_task(self.tasks[element_id].task_id)
        self._go_on()

    def tell(self, element_id: str, payload: dict[str, Any]) -> None:
        """A message arrives at an element that waits for it."""
        (wait,) = [wait for wait in self.open("message") if wait.element_id == element_id]
        assert wait.correlation == {"number": self.case["number"]}
        self.instance.deliver_message(wait.task_id, payload)
        self._go_on()

    def send_back(self, element_id: str, target: str) -> None:
        self.instance.send_back(self.tasks[element_id].task_id, target)
        self._go_on()

    def _go_on(self) -> None:
        """Workers finish what waits for them, user tasks that are new begin their rounds, all is saved and loaded."""
        while jobs := self.open("job"):
            self.instance.complete_job(jobs[0].task_id, RESULTS.get(jobs[0].topic or "", {"sent": True}))
        fresh = [wait for wait in self.open("user_task") if wait.task_id not in self.seen]
        self.seen |= {wait.task_id for wait in fresh}
        begin_rounds(BUNDLE.application, self.case, fresh, NOW)
        self.path += self.instance.path()
        self.instance = ProcessInstance.load(DEFINITION, self.instance.dump(), self.case, self.environment)
