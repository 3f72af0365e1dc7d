"""Sending back: the target's latest occurrence is reset, everything that came after it is taken away.

No token is ever inserted. Joins that had used the target's branch up are taken back, so that the branch may arrive
once more while the other branches count as arrived.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.util.task import TaskState

from server.engine.errors import ProcessFault
from server.engine.gateways import USED
from server.engine.joins_ahead import starving_joins
from server.engine.workflow import CaseWorkflow


def send_back(workflow: CaseWorkflow, source: Any, target_element_id: str) -> None:
    """Reset to the latest completed occurrence of an element before the source task.

    Raises ProcessFault when there is none, when it lies on a parallel branch that the source did not come by, or when
    a join after it has got another branch by a new version since: that branch would never arrive.
    """
    for target in _occurrences(workflow, target_element_id):
        if source is not target and source.id in {task.id for task in _after(workflow, target)}:
            _reset(workflow, target)
            starving = [join for each in workflow.workflows() for join in starving_joins(each, half_done=True)]
            if starving:
                raise ProcessFault(target_element_id, f"{', '.join(starving)} would wait for a branch never started")
            return
    raise ProcessFault(target_element_id, "no completed occurrence of this element lies before the task")


def take_back(workflow: CaseWorkflow, element_id: str, task_id: str | None) -> None:
    """Reset the latest completed occurrence of an element, which must be the task of that id when one is given.

    Raises ProcessFault when there is none, or when a join after it would wait for ever (see send_back).
    """
    found = _occurrences(workflow, element_id)
    if not found or (task_id is not None and str(found[0].id) != task_id):
        raise ProcessFault(element_id, "this task is not the latest completed one of its element")
    _reset(workflow, found[0])
    starving = [join for each in workflow.workflows() for join in starving_joins(each, half_done=True)]
    if starving:
        raise ProcessFault(element_id, f"{', '.join(starving)} would wait for a branch never started")


def _occurrences(workflow: CaseWorkflow, element_id: str) -> list[Any]:
    """Completed tasks of an element, latest first; instances of a loop count as the loop."""
    found = [
        task
        for each in workflow.workflows()
        for task in each.tasks.values()
        if task.task_spec.bpmn_id == element_id and task.state == TaskState.COMPLETED and not _in_loop(task)
    ]
    return sorted(found, key=lambda task: task.last_state_change, reverse=True)


def _in_loop(task: Any) -> bool:
    return task.parent is not None and isinstance(task.parent.task_spec, LoopTask) and task.triggered


def _restarted(task: Any) -> list[Any]:
    """The task with its boundary events, which start together."""
    is_guarded = task.parent is not None and isinstance(task.parent.task_spec, BoundaryEventSplit)
    return task.parent.children if is_guarded else [task]


def _following(task: Any, around: bool) -> list[Any]:
    """The children that go when a task is reset, or only reopened around the target: then its instances stay."""
    return [child for child in task.children if not (around and _in_loop(child))]


def _below(task: Any, around: bool = False) -> Iterator[Any]:
    waiting = _following(task, around)
    while waiting:
        each = waiting.pop()
        yield each
        waiting += each.children


def _inside(workflow: CaseWorkflow, task: Any) -> Iterator[Any]:
    sub = workflow.subprocesses.get(task.id)
    for inner in list(sub.tasks.values()) if sub is not None else ():
        yield inner
        yield from _inside(workflow, inner)


def _flow_after(task: Any, around: bool) -> tuple[list[Any], list[Any]]:
    """(tasks after a task in its own process, join firings to be taken back)."""
    after = [each for start in _restarted(task) for each in _below(start, around)]
    joins: list[Any] = []
    checked = 0
    while checked < len(after):
        each = after[checked]
        checked += 1
        used_by = each.internal_data.get(USED)
        join = next((t for t in task.workflow.tasks.values() if str(t.id) == used_by), None) if used_by else None
        if join is not None and join not in after and join not in joins:
            joins.append(join)
            after += _below(join)
    return after, joins


def _after(workflow: CaseWorkflow, target: Any) -> Iterator[Any]:
    """Every task of the instance that sending back to the target takes away."""
    task = target
    while task is not None:
        after, _joins = _flow_after(task, around=task is not target)
        for each in [*after, *(start for start in _restarted(task) if task is target)]:
            yield each
            yield from _inside(workflow, each)
        task = _around(workflow, task)


def _around(workflow: CaseWorkflow, task: Any) -> Any:
    """The activity a task lies in: its loop's wrapper or the task of its process; None at the top."""
    if _in_loop(task):
        return task.parent
    parent_id = task.workflow.parent_task_id
    return workflow.get_task_from_id(parent_id) if parent_id is not None else None


def _reset(workflow: CaseWorkflow, target: Any) -> None:
    starts = _restarted(target)
    _take_away(target, around=False)
    for start in starts:
        workflow.forget(start)
        _renew(target.workflow, start)
        start.internal_data, start.data = {}, dict(start.parent.data)
        start._set_state(TaskState.FUTURE)
    _reopen_around(workflow, target)
    for start in starts:
        start.task_spec._predict(start, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
        start.task_spec._update(start)
    target.workflow.last_task = target.parent


def _take_away(task: Any, around: bool) -> None:
    """Remove what came after a task in its process and free the arrivals that removed joins had used up."""
    after, joins = _flow_after(task, around)
    gone = {str(each.id) for each in [*after, *joins]}
    for join in joins:
        if join.id in task.workflow.tasks:
            join._drop_children(force=True)
            join._set_state(TaskState.CANCELLED)
    for start in _restarted(task):
        for child in _following(start, around):
            task.workflow._remove_task(child.id)
    for each in task.workflow.tasks.values():
        if each.internal_data.get(USED) in gone:
            del each.internal_data[USED]


def _reopen_around(workflow: CaseWorkflow, target: Any) -> None:
    """Open the activities around the target again where they were finished."""
    inner, outer = target, _around(workflow, target)
    while outer is not None:
        inner.workflow.completed, inner.workflow.success = False, True
        if outer.state != TaskState.STARTED:
            _take_away(outer, around=True)
            outer._set_state(TaskState.STARTED)
            outer.task_spec._predict(outer, mask=TaskState.NOT_FINISHED_MASK)
            for event in _restarted(outer):
                if event is not outer:
                    event.internal_data = {}
                    event._set_state(TaskState.FUTURE)
                    event.task_spec._predict(event, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
                    event.task_spec._update(event)
        if isinstance(outer.task_spec, LoopTask) and str(inner.id) in outer.internal_data.get("merged", ()):
            outer.internal_data["merged"].remove(str(inner.id))
        inner, outer = outer, _around(workflow, outer)
    inner.workflow.completed, inner.workflow.success = False, True


def _renew(workflow: Any, task: Any) -> None:
    """Give a task a new id: a task id is never used twice."""
    old, task.id = task.id, uuid4()
    workflow.tasks = {task.id if key == old else key: each for key, each in workflow.tasks.items()}
    task.parent._children[task.parent._children.index(old)] = task.id
