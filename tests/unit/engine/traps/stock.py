"""SpiffWorkflow as it comes, for the wrong half of each trap."""

from typing import Any, ClassVar
from uuid import UUID

import orjson
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter, WorkflowConverter
from SpiffWorkflow.bpmn.util.diff import diff_workflow, migrate_workflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import ServiceTaskParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.specs.defaults import ServiceTask
from SpiffWorkflow.util.task import TaskState

READY, WAITING, STARTED, MAYBE = TaskState.READY, TaskState.WAITING, TaskState.STARTED, TaskState.MAYBE


def parse(xml: bytes, *tables: bytes, process_id: str = "p") -> tuple[Any, dict[str, Any]]:
    """Spec and sub-process specs."""
    parser = SpiffBpmnParser()
    for table in tables:
        parser.add_dmn_xml(etree.fromstring(table))
    parser.add_bpmn_xml(etree.fromstring(xml), filename="p.bpmn")
    return parser.get_spec(process_id), parser.get_subprocess_specs(process_id)


def begin(xml: bytes, *tables: bytes, data: dict[str, Any] | None = None, engine: Any = None) -> BpmnWorkflow:
    """A workflow run to its first waits, with data at its start."""
    workflow = BpmnWorkflow(*parse(xml, *tables), script_engine=engine or PythonScriptEngine())
    workflow.get_next_task(spec_name="Start").data.update(data or {})
    workflow.do_engine_steps()
    return workflow


JOBS: list[Any] = []  # task ids of the jobs made, in order


class QueuedServiceTask(ServiceTask):
    """The library's service task left open for a worker, as its hooks allow."""

    def _execute(self, task: Any) -> None:
        JOBS.append(task.id)


class QueueParser(SpiffBpmnParser):
    """Reads service tasks as jobs."""

    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("serviceTask"): (ServiceTaskParser, QueuedServiceTask),
    }


def parse_queued(xml: bytes) -> Any:
    """The spec of a process whose service tasks are jobs."""
    parser = QueueParser()
    parser.add_bpmn_xml(etree.fromstring(xml))
    return parser.get_spec("p")


def begin_queued(xml: bytes) -> BpmnWorkflow:
    """A workflow with jobs, run to its first waits."""
    workflow = BpmnWorkflow(parse_queued(xml), {})
    workflow.do_engine_steps()
    return workflow


def ready(workflow: BpmnWorkflow) -> list[str]:
    """Names of the open user tasks, sorted."""
    return sorted(task.task_spec.name for task in workflow.get_tasks(state=READY, manual=True))


def finish(workflow: BpmnWorkflow, name: str, **data: Any) -> None:
    """Complete a user task."""
    task = next(t for t in workflow.get_tasks(state=READY, manual=True) if t.task_spec.name == name)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


class StateOnly(BpmnWorkflowConverter):
    """State without spec by the library's own converters, loaded onto a spec given."""

    def __init__(self) -> None:
        self.registry = BpmnWorkflowSerializer.configure(SPIFF_CONFIG)
        self.target_class, self.typename = BpmnWorkflow, "state"

    def dump(self, workflow: BpmnWorkflow) -> bytes:
        row = WorkflowConverter.to_dict(self, workflow)
        row["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        return orjson.dumps(row)

    def load(self, blob: bytes, spec: Any, subs: dict[str, Any], engine: Any = None) -> BpmnWorkflow:
        row = orjson.loads(blob)
        workflow = BpmnWorkflow(spec, subs, script_engine=engine, deserializing=True)
        workflow.tasks = self.mapping_from_dict(row["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks[UUID(row["root"])]
        self.set_default_attributes(workflow, row)
        self.subprocesses_from_dict(row["subprocesses"], workflow)
        return workflow


REGISTRY = BpmnWorkflowSerializer.configure(SPIFF_CONFIG)


def migrate(workflow: BpmnWorkflow, spec: Any, subs: dict[str, Any], **options: Any) -> Any:
    """The library's migration of the top process; the difference found. options: reset_mask."""
    top, _subs = diff_workflow(REGISTRY, workflow, spec, subs)
    migrate_workflow(top, workflow, spec, **options)
    return top


def saved(workflow: BpmnWorkflow) -> BpmnWorkflow:
    """The workflow dumped with its spec and loaded again."""
    serializer = BpmnWorkflowSerializer(REGISTRY)
    return serializer.deserialize_json(serializer.serialize_json(workflow))


__all__ = [
    "JOBS",
    "MAYBE",
    "READY",
    "STARTED",
    "WAITING",
    "QueuedServiceTask",
    "StateOnly",
    "begin",
    "begin_queued",
    "finish",
    "migrate",
    "parse",
    "parse_queued",
    "ready",
    "saved",
]
