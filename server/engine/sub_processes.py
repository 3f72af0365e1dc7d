"""Sub-processes and call activities: they hand loop items down and nothing up, for the data is in the case file."""

from typing import Any

from SpiffWorkflow.spiff.specs.defaults import CallActivity, SubWorkflowTask, TransactionSubprocess
from SpiffWorkflow.util.task import TaskState


class _CaseSubProcess:
    def copy_data(self, my_task: Any, subworkflow: Any) -> None:
        """Loop items of the surrounding loops are seen inside."""
        subworkflow.task_tree.data = dict(my_task.data)

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        """Nothing comes back by data."""

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        # An interrupted activity is cancelled already; its process must not bring it back to life.
        if my_task.state == TaskState.STARTED:
            my_task._set_state(TaskState.READY)


class CaseSubProcess(_CaseSubProcess, SubWorkflowTask):
    """An embedded sub-process."""


class CaseTransaction(_CaseSubProcess, TransactionSubprocess):
    """A transaction."""


class CaseCallActivity(_CaseSubProcess, CallActivity):
    """A call activity."""
