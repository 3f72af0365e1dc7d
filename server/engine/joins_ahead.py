"""Tokens and the joins ahead of them: which would never fire, which were changed under way."""

from collections.abc import Iterable, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.util.task import TaskState

from server.engine.gateways import CountingInclusiveGateway, CountingParallelGateway, arrivals

OPEN = TaskState.READY | TaskState.WAITING | TaskState.STARTED


def changed_joins(workflow: Any, specs: Mapping[Any, Any]) -> list[str]:
    """Joins of the old version that several tokens are on their way to and that are no such joins in the new one."""
    return [
        join.bpmn_id
        for join in _joins(workflow, (CountingParallelGateway, CountingInclusiveGateway))
        if type(specs[join]) is not type(join) and len(arrivals(join, workflow)) + _coming(workflow, join) > 1
    ]


def _coming(workflow: Any, join: Any) -> int:
    """How many tokens are on their way to a join."""
    return sum(join in behind([task.task_spec], join) for task in tokens(workflow))


def stray_joins(workflow: Any) -> list[str]:
    """Parallel joins with an arrival by a flow that they do not have."""
    joins = parallel_joins(workflow)
    return [join.bpmn_id for join in joins if not _arrived(workflow, join) <= set(join._inputs)]


def starving_joins(workflow: Any, half_done: bool = False) -> list[str]:
    """Parallel joins ahead that would wait for a flow no token can come by; half_done: only those with an arrival."""
    found = []
    for join in parallel_joins(workflow):
        arrived = _arrived(workflow, join)
        reached = behind([task.task_spec for task in tokens(workflow)], join)
        ahead = arrived or (join in reached and not half_done)
        if ahead and not set(join._inputs) - arrived <= {spec.name for spec in reached}:
            found.append(join.bpmn_id)
    return found


def _arrived(workflow: Any, join: Any) -> set[str]:
    return {task.parent.task_spec.name for task in arrivals(join, workflow)}


def parallel_joins(workflow: Any) -> list[Any]:
    """The parallel gateways of a process that join."""
    return _joins(workflow, (CountingParallelGateway,))


def tokens(workflow: Any) -> list[Any]:
    """The open tasks of a process that go on by themselves: all but waiting boundary events."""
    return [t for t in workflow.tasks.values() if t.state & OPEN and not isinstance(t.task_spec, BoundaryEvent)]


def _joins(workflow: Any, types: tuple[type, ...]) -> list[Any]:
    specs: Iterable[Any] = workflow.spec.task_specs.values()
    return [spec for spec in specs if issubclass(type(spec), types) and len(spec.inputs) > 1]


def behind(starts: Iterable[Any], stop: Any) -> set[Any]:
    """The specs themselves and what flows lead to, a join to stop at included but not passed."""
    seen: set[Any] = set()
    waiting = [spec for spec in starts if spec is not stop]
    while waiting:
        spec = waiting.pop()
        if spec not in seen:
            seen.add(spec)
            waiting += [] if spec is stop else spec.outputs
    return seen
