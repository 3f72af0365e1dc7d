"""The library's workflow with our queries, and notes of what was completed.

READY and WAITING tasks are found by scanning the task dictionary: no walk over the tree, no depth limit of 1000.
Waiting events are never looked at in passing; timers and conditions have calls of their own.
"""

import logging
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.util.task import BpmnTaskFilter
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.util.task import TaskState

from server.engine.errors import ProcessFault

# The library builds a dump of all tasks for every state change unless its loggers are above INFO.
for _name in ("spiff.task", "spiff.workflow", "spiff.data", "spiff.dmn"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_ITERATOR_ONLY = frozenset({"end_at_spec", "max_depth", "depth_first", "skip_subprocesses"})


class ScanningEndJoin(_EndJoin):
    """Ends a process when no other task of it is unfinished."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        ends = (self.name, "End")
        return not any(
            task.has_state(TaskState.NOT_FINISHED_MASK) and task.task_spec.name not in ends
            for task in my_task.workflow.tasks.values()
        )

    def _run_hook(self, my_task: Any) -> bool:
        return True


class CaseProcessSpec(BpmnProcessSpec):
    """A process spec whose end is found by scanning."""

    end: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in (self.end.name, "End"):
            del self.task_specs[name]
        self.end = ScanningEndJoin(self, f"{self.name}.EndJoin")
        self.end.connect(SimpleBpmnTask(self, "End"))


class _Scanning:
    """Queries, completion and removal, shared by the top workflow and its sub-workflows."""

    tasks: dict[UUID, Any]
    completed: bool
    last_task: Any
    task_tree: Any
    top_workflow: Any
    completed_event: Any

    def get_tasks_iterator(self, first_task: Any = None, **query: Any) -> Any:
        """Tasks of this workflow alone that match; a walk over the tree only from a given task."""
        if first_task is None and not query.keys() & _ITERATOR_ONLY:
            task_filter = query.pop("task_filter", None) or BpmnTaskFilter(**query)
            return iter([task for task in self.tasks.values() if task_filter.matches(task)])
        query.update(max_depth=sys.maxsize, skip_subprocesses=True)
        return super().get_tasks_iterator(first_task, **query)  # type: ignore[misc]

    def update_waiting_tasks(self) -> None:
        """Look again at joins; nothing else waits for tasks of the same process."""
        for task in [t for t in self.tasks.values() if t.state == TaskState.WAITING]:
            if isinstance(task.task_spec, Join) and task.state == TaskState.WAITING:
                task.task_spec._update(task)

    def cancel(self, success: bool = False) -> list[Any]:
        """Cancel every unfinished task of this workflow."""
        self.success, self.completed = success, True
        open_tasks = [t for t in self.tasks.values() if t.has_state(TaskState.NOT_FINISHED_MASK)]
        for task in open_tasks:
            if task.id in self.tasks:
                task.cancel()
        return open_tasks

    def _task_completed_notify(self, task: Any) -> None:
        self.last_task = task
        self.top_workflow.note_completed(task)
        if task.task_spec.name == "End":
            self._mark_complete(task)
        if self.completed:
            self.completed_event(self)
        else:
            self.update_waiting_tasks()

    def _mark_complete(self, task: Any) -> None:
        self.completed = True

    def _task_removed_notify(self, task: Any) -> None:
        self.top_workflow.forget(task)


class CaseSubWorkflow(_Scanning, BpmnSubWorkflow):
    """An embedded sub-process or called process."""


class CaseWorkflow(_Scanning, BpmnWorkflow):
    """The workflow of one instance.

    trace: (process_id, element_id) of elements and flows completed since start or load; completed_ids: ids of the tasks
    completed since then; thrown: events that left; end_event: the end event reached last at the top; current: the task
    being run.
    """

    def __init__(self, definition: Any, script_engine: Any, **kwargs: Any) -> None:
        self.definition = definition
        self.trace: list[tuple[str, str]] = []
        self.completed_ids: set[str] = set()
        self.thrown: list[dict[str, Any]] = []
        self.end_event: str | None = None
        self.current: Any = None
        super().__init__(definition.spec, definition.subprocess_specs, script_engine=script_engine, **kwargs)

    def workflows(self) -> list[Any]:
        """This workflow and every sub-workflow, outer before inner."""
        return [self, *self.subprocesses.values()]

    def create_subprocess(self, my_task: Any, spec_name: str) -> CaseSubWorkflow:
        """Start the process of a sub-process task or call activity."""
        sub = CaseSubWorkflow(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = sub
        return sub

    def find(self, task_id: str) -> Any:
        """The task with this id anywhere in the instance, None when there is none."""
        try:
            key = UUID(str(task_id))
        except ValueError:
            return None
        return next((workflow.tasks[key] for workflow in self.workflows() if key in workflow.tasks), None)

    def forget(self, task: Any) -> None:
        """A removed task takes its waits and its sub-workflow with it (the library leaves both behind)."""
        self.event_manager.remove_task(task)
        sub = self.subprocesses.pop(task.id, None)
        for inner in list(sub.tasks.values()) if sub is not None else ():
            self.forget(inner)

    def note_completed(self, task: Any) -> None:
        """Note a completed element and the flows it left by."""
        self.completed_ids.add(str(task.id))
        is_instance = task.triggered and task.parent is not None and isinstance(task.parent.task_spec, LoopTask)
        if task.task_spec.bpmn_id is None or is_instance:
            return
        self.note_element(task)
        if isinstance(task.task_spec, EndEvent) and task.workflow is self:
            self.end_event = task.task_spec.bpmn_id
        for child in task.children:
            if not child.has_state(TaskState.PREDICTED_MASK):
                self.note_flow(task, child)

    def note_element(self, task: Any) -> None:
        """Note an element as completed."""
        self.trace.append((task.workflow.spec.name, task.task_spec.bpmn_id))

    def note_flow(self, task: Any, child: Any) -> None:
        """Note the flow between a task and the task that follows it."""
        target = child.task_spec.name.removesuffix(".BoundaryEventSplit")
        flow = task.internal_data.get("flow") or self.definition.flow_between(task.task_spec, target)
        if flow is not None:
            self.trace.append((task.workflow.spec.name, flow))

    def fail(self, task: Any, message: str) -> None:
        """Raise a fault of an element."""
        raise ProcessFault(task.task_spec.bpmn_id, message)


def walk_tasks(workflow: CaseWorkflow, state: int) -> Iterator[Any]:
    """Tasks of the whole instance in a state."""
    for each in workflow.workflows():
        for task in list(each.tasks.values()):
            if task.state & state:
                yield task
