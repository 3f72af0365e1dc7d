"""Service tasks wait for a worker: their parameters are fixed when they are reached, the result goes to the case."""

from copy import deepcopy
from typing import Any

from SpiffWorkflow.spiff.specs.defaults import ServiceTask

from server.engine.case_writing import write_path


class QueuedServiceTask(ServiceTask):
    """A service task that stays open as a job until the ledger completes it.

    internal_data['job'] holds {'parameters': {...}}; topic, retries and back-off are read from the diagram.
    """

    def __init__(self, wf_spec: Any, name: str, result_variable: str | None = None, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, result_variable=result_variable, **kwargs)
        self.result_path = result_variable or None

    def _execute(self, task: Any) -> None:
        task.internal_data["job"] = {"parameters": self.parameters_of(task)}
        # None is the library's sign for "started, not finished".

    def parameters_of(self, task: Any) -> dict[str, Any]:
        """What the worker is handed, from the case as it is now."""
        return {name: deepcopy(part["value"]) for name, part in self.evaluate_params(task).items()}

    def finish(self, task: Any, result: dict[str, Any] | None) -> None:
        """Write the worker's result to the declared path of the case and complete the task."""
        if self.result_path is not None and result is not None:
            write_path(task.workflow.script_engine.environment.case, task.data, self.result_path, result)
        task.complete()
