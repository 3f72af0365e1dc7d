"""What a new version may not change under an instance: everything that is open or half done."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask

from server.engine.errors import MigrationRefused
from server.engine.event_gateway import BranchingEventGateway
from server.engine.service_task import QueuedServiceTask
from server.engine.waits import Wait
from server.i18n import N_

PERSON, JOB = ("person",), ("job",)
SPLIT = "{}.BoundaryEventSplit"
Renewed = dict[UUID, UUID]  # ids of open tasks that became a task of another kind: old -> new
SpecMap = Mapping[Any, Any]  # task spec of the old version -> that of the new one, None when it is gone

MESSAGES = {
    "migration.element_removed": N_("The new version has no {elements} any more, and the case is there."),
    "migration.loop_changed": N_("The loop {elements} is under way and runs otherwise in the new version."),
    "migration.kind_changed": N_("{elements} is under way and of another kind in the new version."),
    "migration.boundary_changed": N_("{elements} is under way and has other boundary events in the new version."),
    "migration.called_process": N_("The process under way in {elements} is not the one the new version calls there."),
    "migration.join_changed": N_("Branches are on their way to {elements}, which joins otherwise in the new version."),
    "migration.join_starves": N_("{elements} would wait for a branch that this case never started."),
}


def refuse(problems: Mapping[str, Iterable[str]]) -> None:
    """Raise MigrationRefused for the first kind of problem there is; problems: element ids by code."""
    for code, message in MESSAGES.items():
        elements = tuple(sorted(set(problems.get(code, ()))))
        if elements:
            raise MigrationRefused(code, message, {"elements": ", ".join(elements)}, elements)


def problem(task: Any, specs: SpecMap, subprocess_specs: Mapping[str, Any], *, is_moved: bool = False) -> str | None:
    """The code of what forbids to go on with an open task in the new version; None when nothing does.

    is_moved: it goes on at another step than its own, where the rows a loop has done already mean nothing.
    """
    old, new = task.task_spec, specs[task.task_spec]
    if new is None:
        return "migration.boundary_changed" if isinstance(old, BoundaryEvent) else "migration.element_removed"
    loop = isinstance(old, LoopTask) or (task.parent is not None and isinstance(task.parent.task_spec, LoopTask))
    if is_moved and (loop or isinstance(new, LoopTask)):
        return "migration.loop_changed"
    before, after = kind(old, specs), kind(new)
    if before != after and (loop or {before, after} != {PERSON, JOB}):
        return "migration.loop_changed" if loop else "migration.kind_changed"
    if differs(old, new, specs):
        return "migration.boundary_changed"
    if isinstance(new, SubWorkflowTask):
        called = not isinstance(new, CallActivity) or new.spec == old.spec
        return None if called and new.spec in subprocess_specs else "migration.called_process"
    return None


def kind(spec: Any, specs: SpecMap | None = None) -> tuple[Any, ...]:
    """What a task spec is while it is open; specs: renames branches to the new version."""
    if isinstance(spec, LoopTask):
        return _loop(spec)
    if isinstance(spec, QueuedServiceTask):
        return JOB
    if isinstance(spec, BranchingEventGateway):
        branches = ((_name(each, specs), _event(spec.branches[each.name])) for each in spec.outputs)
        return "event_gateway", frozenset(branches)
    if isinstance(spec, BoundaryEvent):
        return "boundary", spec.cancel_activity, _event(spec.event_definition)
    if getattr(spec, "event_definition", None) is not None:
        return "event", _event(spec.event_definition)
    return PERSON if spec.manual else (type(spec).__name__,)


def _loop(spec: Any) -> tuple[Any, ...]:
    names = ("data_input", "data_output", "input_item", "output_item")
    data = [getattr(getattr(spec, name, None), "bpmn_id", None) for name in names]
    rules = [getattr(spec, name, None) for name in ("cardinality", "condition", "maximum", "test_before")]
    return (type(spec).__name__, *data, *rules, kind(spec._wf_spec.task_specs[spec.task_spec]))


def _event(definition: Any) -> tuple[str, Any]:
    return type(definition).__name__, getattr(definition, "kind", None)


def _name(spec: Any, specs: SpecMap | None) -> str | None:
    new = spec if specs is None else specs[spec]
    return None if new is None else str(new.name)


def boundary_events(spec: Any) -> list[Any]:
    """The specs of the boundary events of an activity."""
    split = spec._wf_spec.task_specs.get(SPLIT.format(spec.name))
    return [each for each in split.outputs if isinstance(each, BoundaryEvent)] if split is not None else []


def differs(old: Any, new: Any, specs: SpecMap) -> bool:
    """Whether an activity has other boundary events in the new version."""
    return _boundary(old, specs) != _boundary(new)


def _boundary(spec: Any, specs: SpecMap | None = None) -> set[Any]:
    return {(_name(each, specs), kind(each)) for each in boundary_events(spec)}


def does_not_run(reason: str) -> MigrationRefused:
    """The refusal for whatever goes wrong when the new version is tried."""
    message = N_("The case does not run in the new version: {reason}")
    return MigrationRefused("migration.does_not_run", message, {"reason": reason[:500]})


def compare_waits(before: list[Wait], after: list[Wait], renewed: Renewed, *, rewritten: bool = False) -> None:
    """Raise MigrationRefused unless every wait is what it was, apart from tasks that became one of another kind.

    rewritten: the case file was changed in between, so that rows are the same and hold their values elsewhere.
    """
    ids = {str(old): str(new) for old, new in renewed.items()}
    kept = {wait.task_id: _what(wait, ids, rewritten) for wait in before if wait.task_id not in ids}
    now = {wait.task_id: _what(wait, {}, rewritten) for wait in after if wait.task_id not in ids.values()}
    lost = [wait.element_id for wait in before if wait.task_id in kept and kept[wait.task_id] != now.get(wait.task_id)]
    if lost or kept.keys() != now.keys():
        raise does_not_run(f"what it waits for would not stay as it is ({', '.join(lost)})")


def _what(wait: Wait, ids: Mapping[str, str], rewritten: bool) -> tuple[Any, ...]:
    attached = ids.get(wait.attached_to, wait.attached_to) if wait.attached_to else None
    items = {name: _row(value) for name, value in wait.items.items()} if rewritten else wait.items
    return wait.kind, attached, wait.due_at, items, wait.parameters, wait.correlation


def _row(value: Any) -> Any:
    return value.get("id") if isinstance(value, Mapping) else value
