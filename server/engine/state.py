"""The state of an instance without its spec: one format byte, then zstd of JSON.

A task row is [id, parent, children, state, spec name, triggered, last change, internal data, data]; parent and
children are places in the list, data is 0 where it equals the parent's.
"""

from typing import Any
from uuid import UUID

import orjson
import zstandard
from SpiffWorkflow.task import Task

from server.engine.errors import BudgetExceeded, ProcessFault
from server.engine.workflow import CaseSubWorkflow, CaseWorkflow

FORMAT = 1
_LEVEL = 3


def dump_state(workflow: CaseWorkflow, most_bytes: int) -> bytes:
    """The state as bytes. Raises BudgetExceeded above most_bytes before compression, ProcessFault on odd data."""
    document = {"e": workflow.end_event, "w": [_workflow_row(each) for each in workflow.workflows()]}
    try:
        raw = orjson.dumps(document)
    except TypeError as error:
        raise ProcessFault(None, f"the state is not plain JSON: {error}") from error
    if len(raw) > most_bytes:
        raise BudgetExceeded(None, f"the state has {len(raw)} bytes, more than {most_bytes}", "state_bytes")
    return bytes([FORMAT]) + zstandard.ZstdCompressor(level=_LEVEL).compress(raw)


def load_state(definition: Any, blob: bytes, script_engine: Any) -> CaseWorkflow:
    """The workflow of a dumped state. Raises ProcessFault when the bytes or the definition do not fit."""
    if not blob or blob[0] != FORMAT:
        raise ProcessFault(None, "the state has an unknown format")
    try:
        document = orjson.loads(zstandard.ZstdDecompressor().decompress(blob[1:]))
        workflow = CaseWorkflow(definition, script_engine, deserializing=True)
        top, *subs = document["w"]
        _restore(workflow, top)
        for row in subs:
            _restore_sub(workflow, row)
    except (zstandard.ZstdError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ProcessFault(None, f"the state does not fit the definition: {type(error).__name__} {error}") from error
    workflow.end_event = document["e"]
    return workflow


def _workflow_row(workflow: Any) -> dict[str, Any]:
    tasks = list(workflow.tasks.values())
    # By the number of the id: an id itself is hashed in Python, which is half of the time here.
    places = {task.id.int: place for place, task in enumerate(tasks)}
    parent = workflow.parent_task_id
    return {
        "p": parent.hex if parent is not None else None,
        "c": workflow.completed,
        "s": workflow.success,
        "l": places.get(workflow.last_task.id.int) if workflow.last_task is not None else None,
        "r": places[workflow.task_tree.id.int],
        "t": [_task_row(task, tasks, places) for task in tasks],
    }


def _task_row(task: Any, tasks: list[Any], places: dict[int, int]) -> list[Any]:
    parent = places.get(task._parent.int, -1) if task._parent is not None else -1
    inherited = tasks[parent].data if parent >= 0 else {}
    return [
        task.id.hex,
        parent,
        [places[child.int] for child in task._children],
        task._state,
        task.task_spec.name,
        task.triggered,
        task.last_state_change,
        task.internal_data or 0,
        0 if task.data == inherited else task.data,
    ]


def _restore(workflow: Any, row: dict[str, Any]) -> None:
    specs = workflow.spec.task_specs
    ids = [UUID(hex=task_row[0]) for task_row in row["t"]]
    for task_id, task_row in zip(ids, row["t"], strict=True):
        _id, parent, children, state, spec_name, triggered, changed, internal, data = task_row
        task = Task.__new__(Task)  # the constructor would make an id, look at the clock and tell the parent
        task.id = task_id
        task.workflow = workflow
        task._parent = ids[parent] if parent >= 0 else None
        task._children = [ids[child] for child in children]
        task._state = state
        task.triggered = triggered
        task.task_spec = specs[spec_name]
        task.thread_id = 0
        task.internal_data = internal or {}
        task.data = data
        task.last_state_change = changed
        workflow.tasks[task_id] = task
    workflow.task_tree = workflow.tasks[ids[row["r"]]]
    workflow.last_task = workflow.tasks[ids[row["l"]]] if row["l"] is not None else None
    workflow.completed, workflow.success = row["c"], row["s"]
    _inherit(workflow)


def _inherit(workflow: Any) -> None:
    """Fill in data that equals the parent's, outer tasks first."""
    waiting = [workflow.task_tree]
    while waiting:
        task = waiting.pop()
        if task.data == 0:
            parent = workflow.tasks.get(task._parent)
            task.data = dict(parent.data) if parent is not None else {}
        waiting += [workflow.tasks[child] for child in task._children]


def _restore_sub(top: CaseWorkflow, row: dict[str, Any]) -> None:
    parent_id = UUID(hex=row["p"])
    task = top.get_task_from_id(parent_id)
    spec = top.subprocess_specs[task.task_spec.spec]
    sub = CaseSubWorkflow(spec, parent_task_id=parent_id, top_workflow=top, deserializing=True)
    _restore(sub, row)
    top.subprocesses[parent_id] = sub
    sub.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
