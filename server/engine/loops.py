"""Loops over rows of the case file.

The collection is read when the loop is reached and copied into the loop's wrapper; every instance gets a loop item
that stands for the live row. Finished instances merge nothing: what they found out is in the case already. An output
item is the row with the same id in the output collection.
"""

from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.spiff.specs.defaults import ParallelMultiInstanceTask, SequentialMultiInstanceTask, StandardLoopTask
from SpiffWorkflow.util.task import TaskState

from server.engine.case_writing import loop_item
from server.engine.errors import BudgetExceeded, ProcessFault

MAX_INSTANCES = 1000
Row = list[Any]  # [index, row id or None, value]


class _CaseLoop:
    """What parallel and sequential loops share."""

    task_spec: str
    data_input: Any
    data_output: Any
    input_item: Any
    output_item: Any
    cardinality: str | None
    bpmn_id: str

    def rows(self, my_task: Any) -> list[Row]:
        """The rows to work on, copied now."""
        if self.data_input is None:
            count = my_task.workflow.script_engine.evaluate(my_task, self.cardinality)
            if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
                raise ProcessFault(self.bpmn_id, "the number of loop instances is not a whole number")
            values: Any = range(min(count or 0, MAX_INSTANCES + 1))
        else:
            values = my_task.workflow.script_engine.evaluate(my_task, self.data_input.bpmn_id)
            if values is not None and not isinstance(values, list):
                raise ProcessFault(self.bpmn_id, f"{self.data_input.bpmn_id} is no list")
        rows = [[index, _row_id(value, index), deepcopy(value)] for index, value in enumerate(values or ())]
        if len(rows) > MAX_INSTANCES:
            raise BudgetExceeded(self.bpmn_id, f"the loop has more than {MAX_INSTANCES} instances", "steps")
        return rows

    def create(self, my_task: Any, row: Row) -> None:
        """Start the instance for a row."""
        spec = my_task.workflow.spec.task_specs[self.task_spec]
        child = my_task._add_child(spec, TaskState.WAITING)
        child.triggered = True
        child.internal_data["key_or_index"] = row[0]
        child.data.update(self._items(my_task, row))
        child.task_spec._update(child)

    def _items(self, my_task: Any, row: Row) -> dict[str, Any]:
        index, row_id, value = row
        items: dict[str, Any] = {}
        environment = my_task.workflow.script_engine.environment
        source = self.data_input.bpmn_id if self.data_input is not None else None
        target = self.data_output.bpmn_id if self.data_output is not None else None
        if self.input_item is not None:
            own = source if isinstance(value, dict) and "id" in value else None
            items[self.input_item.bpmn_id] = loop_item(own, row_id if own else None, index, value)
        if self.output_item is not None and target is not None:
            items[self.output_item.bpmn_id] = loop_item(target, row_id, index, None)
        for name in items:
            if name in environment.case or name in environment.handed_in.known_names:
                raise ProcessFault(self.bpmn_id, f"the loop item {name} has the name of a case field")
        return items

    def enough(self, my_task: Any, child: Any) -> bool:
        """The completion condition, seen from the instance just finished and the case as it is now."""
        condition = getattr(self, "condition", None)
        return bool(condition and my_task.workflow.script_engine.evaluate(child, condition))


def _row_id(value: Any, index: int) -> str:
    return str(value["id"]) if isinstance(value, dict) and value.get("id") is not None else str(index)


class ParallelCaseLoop(_CaseLoop, ParallelMultiInstanceTask):
    """All instances at once."""

    def _update_hook(self, my_task: Any) -> bool:
        LoopTask._update_hook(self, my_task)
        rows = self.rows(my_task)
        my_task.internal_data["merged"] = []
        if not rows:
            return True
        my_task._set_state(TaskState.STARTED)
        for row in rows:
            self.create(my_task, row)
        return False

    def merge_child(self, workflow: Any, child: Any) -> None:
        """Note a finished instance; the last one, or the completion condition, ends the loop."""
        my_task = child.parent
        my_task.internal_data["merged"].append(str(child.id))
        if self.enough(my_task, child):
            for other in list(self._instances(my_task)):
                other.cancel()
            my_task._set_state(TaskState.READY)
        elif all(other.state == TaskState.COMPLETED for other in self._instances(my_task)):
            my_task._set_state(TaskState.READY)


class SequentialCaseLoop(_CaseLoop, SequentialMultiInstanceTask):
    """One instance after the other."""

    def _update_hook(self, my_task: Any) -> bool:
        LoopTask._update_hook(self, my_task)
        rows = self.rows(my_task)
        my_task.internal_data.update({"merged": [], "rows": rows[1:]})
        if not rows:
            return True
        my_task._set_state(TaskState.STARTED)
        self.create(my_task, rows[0])
        return False

    def merge_child(self, workflow: Any, child: Any) -> None:
        """Note a finished instance and start the next one, or end the loop."""
        my_task = child.parent
        my_task.internal_data["merged"].append(str(child.id))
        rows = my_task.internal_data["rows"]
        if not rows or self.enough(my_task, child):
            my_task.internal_data["rows"] = []
            my_task._set_state(TaskState.READY)
        else:
            my_task.internal_data["rows"] = rows[1:]
            self.create(my_task, rows[0])


class ConditionLoop(StandardLoopTask):
    """A standard loop; finished rounds merge nothing."""

    def merge_child(self, workflow: Any, child: Any) -> None:
        """Note a finished round and start the next one, or end the loop."""
        my_task = child.parent
        my_task.internal_data["merged"].append(str(child.id))
        if self.loop_complete(my_task):
            my_task._set_state(TaskState.READY)
        else:
            self.create_child(my_task)
