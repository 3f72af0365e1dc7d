"""Gateways: conditions in XML order, joins that stay right and fast inside loops, an event gateway with own branches.

A join counts arrivals: instances whose parent completed and that no firing has used up yet. The library walks the
tree instead, forgets jobs that are under way before an inclusive join, and takes an arrival of an earlier round for
one of this round.
"""

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway, InclusiveGateway, ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

USED = "used_by"  # internal_data key: id of the join instance that used this arrival up


class OrderedExclusiveGateway(ExclusiveGateway):
    """Tries its conditions in the order the parser gave and remembers the flow it took."""

    def _run_hook(self, my_task: Any) -> bool:
        index = self._choose(my_task)
        flow, name = self.flow_ids[index], self.cond_task_specs[index][1]
        my_task.internal_data["flow"] = flow
        my_task._sync_children([self._wf_spec.task_specs[name]], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True

    def _choose(self, my_task: Any) -> int:
        default = None
        for index, (condition, _name) in enumerate(self.cond_task_specs):
            if condition is None:
                default = index
            elif condition._matches(my_task):
                return index
        if default is None:
            raise WorkflowException("no condition holds and there is no default flow", task_spec=self)
        return default


def arrivals(spec: Any, workflow: Any) -> list[Any]:
    """Instances of a join whose branch has arrived and that no firing has used up."""
    return [
        task
        for task in workflow.tasks.values()
        if task.task_spec is spec
        and USED not in task.internal_data
        and task.parent is not None
        and (task.parent.state == TaskState.COMPLETED or _goes_on_waiting(task.parent))
    ]


def _goes_on_waiting(task: Any) -> bool:
    """True for a non-interrupting boundary event: what follows it was started by it, though it waits for more."""
    return isinstance(task.task_spec, BoundaryEvent) and not task.task_spec.cancel_activity


def use_up(my_task: Any) -> None:
    """Mark one arrival per incoming flow as used by this firing; what came twice stays for the next firing."""
    seen = {my_task.parent.task_spec.name} if my_task.parent is not None else set()
    my_task.internal_data[USED] = str(my_task.id)
    for task in arrivals(my_task.task_spec, my_task.workflow):
        if task.parent.task_spec.name not in seen:
            seen.add(task.parent.task_spec.name)
            task.internal_data[USED] = str(my_task.id)


class CountingParallelGateway(ParallelGateway):
    """Fires when every incoming flow has an unused arrival."""

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        arrived = {task.parent.task_spec.name for task in arrivals(self, my_task.workflow)}
        return all(name in arrived for name in self._inputs)

    def _run_hook(self, my_task: Any) -> bool:
        use_up(my_task)
        return True


class CountingInclusiveGateway(InclusiveGateway):
    """Fires when no token that is under way can still reach an incoming flow without an arrival.

    An open activity can also come there by the events at its border, which wait beside it.
    """

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        arrived = {task.parent.task_spec.name for task in arrivals(self, my_task.workflow)}
        empty = [name for name in self._inputs if name not in arrived]
        return not any(
            self._reaches(task.task_spec, empty) and not self._reaches(task.task_spec, arrived)
            for task in my_task.workflow.tasks.values()
            if self._is_under_way(task) and task.task_spec is not self
        )

    @staticmethod
    def _is_under_way(task: Any) -> bool:
        """Open, or about to open: the branches of a split open one after another, and this gateway may be the first."""
        if task.state == TaskState.FUTURE:
            return task.parent is not None and task.parent.state == TaskState.COMPLETED
        return bool(task.has_state(TaskState.READY | TaskState.WAITING | TaskState.STARTED))

    def _reaches(self, start: Any, names: Any) -> bool:
        return any(spec.name in names for spec in self._behind(start))

    def _behind(self, start: Any) -> Iterator[Any]:
        """The spec itself and all that flows lead to without passing this gateway."""
        seen, waiting = {start.name}, [start]
        while waiting:
            spec = waiting.pop()
            yield spec
            for output in spec.outputs:
                if output is not self and output.name not in seen:
                    seen.add(output.name)
                    waiting.append(output)

    def _run_hook(self, my_task: Any) -> bool:
        use_up(my_task)
        matches, defaults = self._get_matching_outputs(my_task)
        if not matches and not defaults:
            raise WorkflowException("no condition holds and there is no default flow", task_spec=self)
        my_task._sync_children(matches or defaults, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True
