"""Running an instance until it waits, within its budget, and turning whatever goes wrong into typed faults."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from server.engine.boundary import StayingBoundaryEvent, fire
from server.engine.case_writing import holds_loop_items_only
from server.engine.environment import Limits
from server.engine.errors import BudgetExceeded, EngineError, ProcessFault
from server.engine.event_definitions import ConditionDefinition
from server.engine.event_gateway import BranchingEventGateway
from server.engine.pruning import prune
from server.engine.timers import TimerDefinition
from server.engine.waits import event_waits
from server.engine.workflow import CaseWorkflow

_PRUNE_EVERY = 200  # steps within one advance, so that an automatic loop stays as fast as its first round


class Budget:
    """Counts the steps and seconds of one advance."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = 0
        self.started = time.perf_counter()

    def step(self, element_id: str | None) -> None:
        """Count one step. Raises BudgetExceeded."""
        self.steps += 1
        if self.steps > self.limits.steps:
            raise BudgetExceeded(element_id, f"more than {self.limits.steps} steps in one go", "steps")
        if time.perf_counter() - self.started > self.limits.seconds:
            raise BudgetExceeded(element_id, f"more than {self.limits.seconds} seconds in one go", "seconds")


@contextmanager
def faults(workflow: CaseWorkflow | None = None) -> Iterator[None]:
    """Let only the engine's own errors out; anything else becomes a ProcessFault at the element being run."""
    try:
        yield
    except EngineError:
        raise
    except Exception as error:  # the library raises anything; the room's promise is that it never leaves untyped
        spec = error.task_spec if isinstance(error, WorkflowException) else None
        if spec is None and workflow is not None and workflow.current is not None:
            spec = workflow.current.task_spec
        element = getattr(spec, "bpmn_id", None)
        raise ProcessFault(element, f"{type(error).__name__}: {error}") from error


def run(workflow: CaseWorkflow, limits: Limits) -> None:
    """Run every task that needs nobody, look at conditions, and tidy up."""
    budget = Budget(limits)
    while _run_ready(workflow, budget) or look_at_events(workflow, timers=False):
        budget.step(None)
    check_data(workflow)
    prune(workflow)


def look_at_events(workflow: CaseWorkflow, timers: bool) -> list[Any]:
    """Fire the waiting timers or conditions whose moment has come; the tasks of the events fired.

    A timer whose expression has given null so far is asked again with the conditions.
    """
    fired = []
    for task, definition in list(event_waits(workflow)):
        kind = TimerDefinition if timers else ConditionDefinition
        if isinstance(definition, TimerDefinition) and not timers:
            definition.due_at(task)
        if isinstance(definition, kind) and task.id in task.workflow.tasks and _look(task, definition):
            fired.append(task)
    return fired


def _look(task: Any, definition: Any) -> bool:
    gateway = task.parent
    if gateway is not None and isinstance(gateway.task_spec, BranchingEventGateway):
        if gateway.state != TaskState.WAITING or not definition.has_fired(task):
            return False
        gateway.task_spec.choose(gateway, task)
        return True
    if task.state != TaskState.WAITING:
        return False
    if isinstance(task.task_spec, StayingBoundaryEvent) and not task.task_spec.cancel_activity:
        return bool(task.task_spec.look(task))
    if not definition.has_fired(task):
        return False
    fire(task)
    return True


def _run_ready(workflow: CaseWorkflow, budget: Budget) -> bool:
    """Run ready tasks, inner processes first; True when there were any."""
    ran = False
    for each in sorted(workflow.workflows(), key=lambda each: each.depth, reverse=True):
        while ready := _ready(each):
            for task in ready:
                if task.state == TaskState.READY and task.id in each.tasks:
                    workflow.current = task
                    budget.step(task.task_spec.bpmn_id)
                    task.run()
                    ran = True
                    if budget.steps % _PRUNE_EVERY == 0:
                        prune(workflow)
    workflow.current = None
    return ran


def _ready(workflow: Any) -> list[Any]:
    return [t for t in workflow.tasks.values() if t.state == TaskState.READY and not t.task_spec.manual]


def check_data(workflow: CaseWorkflow) -> None:
    """Raise ProcessFault when a task holds anything but loop items: business data lives in the case file alone."""
    for each in workflow.workflows():
        for task in each.tasks.values():
            if task.data and not holds_loop_items_only(task.data):
                raise ProcessFault(task.task_spec.bpmn_id, "a task holds data of its own instead of the case file")
