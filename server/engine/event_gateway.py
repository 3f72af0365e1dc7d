"""Event-based gateways: every branch waits with data of its own (the library shares one due date among all timers)."""

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.util.task import TaskState

CHOSEN = "chosen"  # internal_data: name of the branch whose event came first


class BranchingEventGateway(EventBasedGateway):
    """Waits for the first of its branches. The predicted children of the waiting gateway hold the branches' waits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches: dict[str, Any] = {}

    def connect(self, child: Any) -> None:
        """Take over the event of a branch, so that the branch itself passes at once when it was chosen."""
        self._outputs.append(child.name)
        child._connect_notify(self)
        if child.name not in self.branches:
            self.branches[child.name] = child.event_definition
            child.event_definition = NoneEventDefinition()

    def _update_hook(self, my_task: Any) -> bool:
        my_task._inherit_data()
        if my_task.state != TaskState.WAITING:
            my_task._set_state(TaskState.WAITING)
            self._predict_hook(my_task)
            for child in my_task.children:
                child._inherit_data()
                self.branches[child.task_spec.name].update_task(child)
        return self.look(my_task)

    def look(self, my_task: Any) -> bool:
        """Choose the first branch whose timer is due or whose condition holds; True when there is one."""
        for child in my_task.children:
            if CHOSEN not in my_task.internal_data and self.branches[child.task_spec.name].has_fired(child):
                my_task.internal_data[CHOSEN] = child.task_spec.name
        return CHOSEN in my_task.internal_data

    def choose(self, my_task: Any, child: Any) -> None:
        """Let the event of one branch happen."""
        my_task.internal_data[CHOSEN] = child.task_spec.name
        my_task._ready()

    def _on_ready_hook(self, my_task: Any) -> None:
        self.ready_event.emit(my_task.workflow, my_task)

    def _run_hook(self, my_task: Any) -> bool:
        chosen = self._wf_spec.task_specs[my_task.internal_data[CHOSEN]]
        my_task._sync_children([chosen], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True
