"""A running instance: the only way the rest of the house touches the process engine."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Self

from SpiffWorkflow.util.task import TaskState

from server.engine.advance import faults, look_at_events, run
from server.engine.boundary import fire, raise_outwards
from server.engine.definition import ProcessDefinition
from server.engine.environment import DEFAULT_LIMITS, CaseEnvironment, CaseScriptEngine, Environment, Limits
from server.engine.errors import ProcessFault, TaskNotOpen
from server.engine.event_definitions import ErrorDefinition, MessageDefinition
from server.engine.event_gateway import BranchingEventGateway
from server.engine.joins_ahead import starving_joins
from server.engine.migration import migrated
from server.engine.rule_task import decide
from server.engine.send_back import send_back, take_back
from server.engine.service_task import QueuedServiceTask
from server.engine.state import dump_state, load_state
from server.engine.waits import Wait, event_waits, open_waits
from server.engine.workflow import CaseWorkflow


class ProcessInstance:
    """One instance in memory. After any exception it is thrown away: what counts is the last saved state.

    Every call that changes it runs the process on to its next waits and may raise ProcessFault or BudgetExceeded.
    """

    def __init__(self, workflow: CaseWorkflow, environment: CaseEnvironment, limits: Limits) -> None:
        self._workflow = workflow
        self._environment = environment
        self._limits = limits

    @classmethod
    def start(
        cls, definition: ProcessDefinition, case: dict[str, Any], env: Environment, limits: Limits = DEFAULT_LIMITS
    ) -> Self:
        """A new instance, run to its first waits. case: the case file, changed in place."""
        environment = CaseEnvironment(case, env)
        with faults():
            workflow = CaseWorkflow(definition, CaseScriptEngine(environment))
        instance = cls(workflow, environment, limits)
        instance._advance()
        return instance

    @classmethod
    def load(
        cls,
        definition: ProcessDefinition,
        blob: bytes,
        case: dict[str, Any],
        env: Environment,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Self:
        """An instance from dumped bytes and its case file; nothing is run. Raises ProcessFault on odd bytes."""
        environment = CaseEnvironment(case, env)
        with faults():
            workflow = load_state(definition, blob, CaseScriptEngine(environment))
        return cls(workflow, environment, limits)

    def resume(self, case: dict[str, Any]) -> Self:
        """This instance for its next advance, as if loaded from what it last dumped, with the case file of then."""
        self._environment.case = case
        self._workflow.trace.clear()
        self._workflow.completed_ids.clear()
        self._workflow.thrown.clear()
        return self

    def dump(self) -> bytes:
        """The state without spec and case file. Raises BudgetExceeded when it is too large."""
        with faults(self._workflow):
            return dump_state(self._workflow, self._limits.state_bytes)

    @property
    def case(self) -> dict[str, Any]:
        """The case file handed in."""
        return self._environment.case

    @property
    def completed(self) -> bool:
        """True when the process has ended or was cancelled."""
        return bool(self._workflow.completed)

    @property
    def end_event(self) -> str | None:
        """The id of the end event reached last at the top, None while there is none."""
        return self._workflow.end_event

    def waits(self) -> list[Wait]:
        """Everything open now."""
        with faults(self._workflow):
            return open_waits(self._workflow)

    def complete_user_task(self, task_id: str) -> None:
        """Complete an open user or manual task; its form's values are in the case already. Raises TaskNotOpen."""
        task = self._open_task(task_id, TaskState.READY)
        if not task.task_spec.manual:
            raise TaskNotOpen(task_id)
        with faults(self._workflow):
            self._workflow.current = task
            task.run()
        self._advance()

    def complete_job(self, task_id: str, result: dict[str, Any] | None) -> None:
        """Complete a job; its result is merged into the case at the declared path. Raises TaskNotOpen."""
        task = self._open_job(task_id)
        with faults(self._workflow):
            self._workflow.current = task
            task.task_spec.finish(task, result)
        self._advance()

    def job_parameters(self, task_id: str) -> dict[str, Any]:
        """What an open job would be handed if it began now. Raises TaskNotOpen."""
        task = self._open_job(task_id)
        with faults(self._workflow):
            self._workflow.current = task
            return task.task_spec.parameters_of(task)

    def renew_job(self, task_id: str) -> None:
        """Hand an open job what the case says now. Raises TaskNotOpen."""
        task = self._open_job(task_id)
        with faults(self._workflow):
            task.internal_data["job"] = {"parameters": self.job_parameters(task_id)}

    def throw_error(self, task_id: str, code: str, payload: dict[str, Any] | None = None) -> bool:
        """Give a BPMN error to the boundary event of this very task, else outwards. False: nobody caught it.

        Raises TaskNotOpen.
        """
        task = self._open_job(task_id)
        with faults(self._workflow):
            self._workflow.current = task
            caught = raise_outwards(task, ErrorDefinition, code, payload)
        if caught:
            self._advance()
        return caught

    def deliver_message(self, task_id: str, payload: dict[str, Any] | None) -> None:
        """Give a message to one waiting event; the payload is merged at its messageVariable. Raises TaskNotOpen."""
        for task, definition in event_waits(self._workflow):
            if str(task.id) == str(task_id) and isinstance(definition, MessageDefinition):
                with faults(self._workflow):
                    definition.receive(task, payload)
                    self._happen(task)
                self._advance()
                return
        raise TaskNotOpen(task_id)

    def fire_timers(self) -> list[str]:
        """Fire what is due by the clock, missed cycles once; the element ids fired."""
        with faults(self._workflow):
            fired = [task.task_spec.bpmn_id for task in look_at_events(self._workflow, timers=True)]
        self._advance()
        return fired

    def reevaluate(self) -> None:
        """Look again at conditional events after the case has changed."""
        self._advance()

    def send_back(self, task_id: str, target_element_id: str) -> list[Wait]:
        """Go back from an open user task or job to the latest occurrence of an element; other waits this cancelled.

        Raises TaskNotOpen, or ProcessFault when no completed occurrence of the element lies before the task.
        """
        source = self._open_task(task_id, TaskState.READY | TaskState.STARTED)
        before = self.waits()
        with faults(self._workflow):
            send_back(self._workflow, source, target_element_id)
        self._advance()
        open_now = {wait.task_id for wait in self.waits()}
        return [wait for wait in before if wait.task_id not in open_now and wait.task_id != str(task_id)]

    def take_back(self, element_id: str, task_id: str | None = None) -> list[Wait]:
        """Open the latest completed occurrence of a user task again; the waits this cancelled.

        Raises ProcessFault when the instance has ended, or there is no such occurrence (with `task_id`: that task).
        """
        if self._workflow.completed:
            raise ProcessFault(element_id, "the instance has ended")
        before = self.waits()
        with faults(self._workflow):
            take_back(self._workflow, element_id, task_id)
        self._advance()
        open_now = {wait.task_id for wait in self.waits()}
        return [wait for wait in before if wait.task_id not in open_now]

    def migrate(
        self,
        definition: ProcessDefinition,
        told: Mapping[str, str] = MappingProxyType({}),
        rewrite: Callable[[dict[str, Any]], object] | None = None,
    ) -> None:
        """Go on in another version of the process: what is open stays, what comes after it is as the new one says.

        An open user task that is a service task there becomes a job under a new id, and the other way round. told:
        ids of elements that are gone, or have other boundary events now, with those the case goes on at; its task is
        kept, the boundary events begin anew. rewrite: changes a case file in place to the new version's fields.
        Raises MigrationRefused; the instance then is as it was, unlike after any other error.
        """
        with faults(self._workflow):
            self._workflow = migrated(self._workflow, definition, self._limits, told, rewrite)

    def starving(self) -> list[str]:
        """Ids of parallel joins that would wait for a branch on which nothing can come any more."""
        with faults(self._workflow):
            return [name for each in self._workflow.workflows() for name in starving_joins(each)]

    def cancel(self) -> None:
        """Cancel everything that is open; the instance is completed without an end event."""
        with faults(self._workflow):
            for workflow in reversed(self._workflow.workflows()):
                workflow.cancel()

    def evaluate(self, expression: str, task_id: str | None = None) -> Any:
        """The value of an expression on the case, with the loop items of a task. Raises ExpressionError."""
        task = self._workflow.find(task_id) if task_id is not None else None
        return self._environment.evaluate(expression, task.data if task is not None else {})

    def decide(self, decision_id: str, names: Mapping[str, Any]) -> dict[str, Any] | None:
        """What a table of the definition says about the case, its outputs by name; the case stays as it is.

        names: what the table may read beside the case, before fields of the same name. None: there is no such table.
        Raises ExpressionError, or ProcessFault when two rows hold where only one may.
        """
        table = self._workflow.definition.decisions.get(decision_id)
        if table is None:
            return None

        def evaluate(expression: str, external_context: Mapping[str, Any] = MappingProxyType({})) -> Any:
            return self._environment.evaluate(expression, {}, {**names, **external_context})

        return decide(table, evaluate)

    def path(self) -> list[tuple[str, str]]:
        """(process_id, element_id) of the elements and sequence flows completed since start or load, in order."""
        return list(self._workflow.trace)

    def completed_tasks(self) -> frozenset[str]:
        """Ids of the engine's tasks completed since start or load, those of loops among them."""
        return frozenset(self._workflow.completed_ids)

    def thrown(self) -> list[dict[str, Any]]:
        """Messages and signals thrown and errors nobody caught since start or load.

        Each has kind ('message', 'signal', 'error', 'escalation'), name, element_id, process_id, payload, and
        correlation or code.
        """
        return list(self._workflow.thrown)

    def _advance(self) -> None:
        with faults(self._workflow):
            run(self._workflow, self._limits)

    def _happen(self, task: Any) -> None:
        gateway = task.parent
        if gateway is not None and isinstance(gateway.task_spec, BranchingEventGateway):
            gateway.task_spec.choose(gateway, task)
        else:
            fire(task)

    def _open_task(self, task_id: str, state: int) -> Any:
        task = self._workflow.find(task_id)
        if self._workflow.completed or task is None or not task.state & state:
            raise TaskNotOpen(task_id)
        return task

    def _open_job(self, task_id: str) -> Any:
        task = self._open_task(task_id, TaskState.STARTED)
        if not isinstance(task.task_spec, QueuedServiceTask) or "job" not in task.internal_data:
            raise TaskNotOpen(task_id)
        return task
