"""The baseline: SpiffWorkflow as it comes, with the specification cached and only the state stored."""

import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState


class Attributes(dict[str, Any]):
    """A dict whose keys are attributes too, since stock expressions know no `a.b` on dicts."""

    __getattr__ = dict.get


class Services(TaskDataEnvironment):
    """Every service answers at once with what the grading table needs."""

    def call_service(self, context: Any, **_: Any) -> str:
        inputs = {"cost": 18600, "mw": 0, "degree": 3, "repeat_cost": 0, "repeat_mw": 0}
        flags = dict.fromkeys(("major_impact", "safety", "group", "media"), False)
        return orjson.dumps({**inputs, **flags, "other_level": "none", "repeat": False}).decode()

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:
        boxed = {key: Attributes(value) if isinstance(value, dict) else value for key, value in context.items()}
        try:
            return super().evaluate(expression, boxed, {**(external_context or {}), "null": None})
        except (TypeError, NameError):
            return False  # stock knows no null: what is not filled fits nothing


class StateOnly(BpmnWorkflowConverter):
    """Stock converters without the specification."""

    def __init__(self, registry: Any):
        self.target_class, self.registry, self.typename = BpmnWorkflow, registry, "state"

    def dump(self, workflow: BpmnWorkflow) -> bytes:
        state = WorkflowConverter.to_dict(self, workflow)
        state["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        state["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
        return orjson.dumps(state)

    def load(self, blob: bytes, spec: Any, subs: Any, engine: PythonScriptEngine) -> BpmnWorkflow:
        state = orjson.loads(blob)
        workflow = BpmnWorkflow(spec, subs, script_engine=engine, deserializing=True)
        workflow.tasks = self.mapping_from_dict(state["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(state["root"])]
        self.set_default_attributes(workflow, state)
        self.subprocesses_from_dict(state["subprocesses"], workflow)
        workflow.bpmn_events = self.registry.restore(state.pop("bpmn_events", []))
        return workflow


class RawStore:
    """Instances of one process in a SQLite file (WAL, synchronous=FULL): a row of state each, nothing else."""

    def __init__(self, file: Path, folder: Path, process_id: str):
        parser = SpiffBpmnParser()
        for table in folder.glob("*.dmn"):
            parser.add_dmn_xml(etree.fromstring(table.read_bytes()))
        for diagram in folder.glob("*.bpmn"):
            parser.add_bpmn_xml(etree.fromstring(diagram.read_bytes()), filename=diagram.name)
        self._spec = parser.get_spec(process_id)
        self._subs = parser.get_subprocess_specs(process_id)
        self._engine = PythonScriptEngine(Services())
        self._codec = StateOnly(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self._db = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, state BLOB NOT NULL)")

    def start(self, data: dict[str, Any]) -> int:
        workflow = BpmnWorkflow(self._spec, self._subs, script_engine=self._engine)
        workflow.get_next_task(spec_name="Start").data.update(data)
        workflow.do_engine_steps()
        with self._db:
            row = self._db.execute("INSERT INTO instance (state) VALUES (?)", (self._codec.dump(workflow),))
        return int(row.lastrowid or 0)

    def complete(self, instance_id: int, element_id: str, data: dict[str, Any]) -> None:
        """Load, complete the user task with `data` merged into its data, run to the next wait, save."""
        blob = self._db.execute("SELECT state FROM instance WHERE id = ?", (instance_id,)).fetchone()[0]
        workflow = self._codec.load(blob, self._spec, self._subs, self._engine)
        task = workflow.get_next_task(state=TaskState.READY, manual=True, spec_name=element_id)
        if task is None:
            raise RuntimeError(f"not at {element_id}")
        for group, values in data.items():
            old = task.data.get(group)
            task.data[group] = {**old, **values} if isinstance(old, dict) and isinstance(values, dict) else values
        task.run()
        workflow.do_engine_steps()
        workflow.refresh_timers()
        blob = self._codec.dump(workflow)
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("UPDATE instance SET state = ? WHERE id = ?", (blob, instance_id))
        self._db.execute("COMMIT")
