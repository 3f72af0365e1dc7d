"""Moving an instance to another version of its process: the state stays, only the specs behind it change.

The library's own way starts open tasks anew: due dates, jobs and claims are lost and some results cannot be loaded.
Here open tasks are left as they are and what was predicted behind them is predicted again. All is done on a copy.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from server.engine.advance import faults, run
from server.engine.alignment import Told, align, aside, spec_name
from server.engine.definition import ProcessDefinition
from server.engine.environment import CaseEnvironment, CaseScriptEngine, Limits
from server.engine.errors import MigrationRefused, ProcessFault
from server.engine.going_on import Anew, begin_guards, begun_anew, is_under_way
from server.engine.joins_ahead import OPEN, changed_joins, starving_joins, stray_joins
from server.engine.migration_rules import Renewed, compare_waits, does_not_run, kind, problem, refuse
from server.engine.rehanging import (
    add_missing_guards,
    bridge_new_elements,
    convert,
    drop_predicted,
    settle_new_joins,
    take_out,
)
from server.engine.state import dump_state, load_state
from server.engine.waits import open_waits
from server.engine.workflow import CaseWorkflow
from server.i18n import N_

Rewrite = Callable[[dict[str, Any]], object]


def migrated(
    workflow: CaseWorkflow, definition: ProcessDefinition, limits: Limits, told: Told, rewrite: Rewrite | None
) -> CaseWorkflow:
    """The instance in another version, run to its waits; the given workflow and its case are untouched until then.

    told, rewrite: see ProcessInstance.migrate. Raises MigrationRefused.
    """
    if workflow.completed:
        raise MigrationRefused("migration.completed", N_("The case has ended; it stays in its version."))
    if workflow.definition.process_id != definition.process_id:
        message = N_("The new version is one of the process {process}.")
        raise MigrationRefused("migration.other_process", message, {"process": definition.process_id})
    engine = workflow.script_engine
    blob = _rehearse(workflow, definition, limits, told, rewrite)
    if rewrite is not None:
        rewrite(engine.environment.case)
    result = load_state(definition, blob, engine)
    result.trace, result.thrown = list(workflow.trace), list(workflow.thrown)
    result.completed_ids = set(workflow.completed_ids)
    _settle(result, limits)
    return result


def _rehearse(
    workflow: CaseWorkflow, definition: ProcessDefinition, limits: Limits, told: Told, rewrite: Rewrite | None
) -> bytes:
    """The state carried over, proven on a copy of state and case: it loads, waits as before, runs and loads again."""
    given = workflow.script_engine.environment
    engine = CaseScriptEngine(CaseEnvironment(deepcopy(given.case), given.handed_in))
    try:
        with faults():
            copy = load_state(workflow.definition, dump_state(workflow, limits.state_bytes), engine)
            before = open_waits(copy)
            if rewrite is not None:
                rewrite(engine.environment.case)
            renewed = _carry_over(copy, definition, told)
            blob = dump_state(copy, limits.state_bytes)
            trial = load_state(definition, blob, engine)
            compare_waits(before, open_waits(trial), renewed, rewritten=rewrite is not None)
            _settle(trial, limits)
            after = open_waits(trial)
            compare_waits(after, open_waits(load_state(definition, dump_state(trial, limits.state_bytes), engine)), {})
    except ProcessFault as fault:
        raise does_not_run(str(fault)) from fault
    return blob


def _settle(workflow: CaseWorkflow, limits: Limits) -> None:
    with faults(workflow):
        for each in workflow.workflows():
            each.update_waiting_tasks()
        run(workflow, limits)


def _carry_over(top: CaseWorkflow, definition: ProcessDefinition, told: Told) -> Renewed:
    """Put the new specs behind all tasks of a copy."""
    old = top.definition
    top.definition, top.subprocess_specs = definition, definition.subprocess_specs
    pairs = align(old, definition, top.spec.name, definition.process_id, told)
    renewed = _carry_over_one(top, top, definition.spec, old, told)
    if top.end_event is not None:
        top.end_event = pairs.get(top.end_event, top.end_event)
    for task_id, sub in list(top.subprocesses.items()):
        task = top.get_task_from_id(task_id) if task_id in top.subprocesses else None
        new = _inner_spec(task.task_spec, sub, definition) if task is not None else None
        if new is not None:
            renewed |= _carry_over_one(top, sub, new, old, told)
        elif task is not None:
            top.forget(task)
    return renewed


def _inner_spec(spec: Any, sub: Any, definition: ProcessDefinition) -> Any:
    """The spec of an activity's process in the new version; None when a finished activity has no such process now."""
    if not isinstance(spec, SubWorkflowTask) or (isinstance(spec, CallActivity) and spec.spec != sub.spec.name):
        return None
    return definition.subprocess_specs.get(spec.spec)


def _carry_over_one(top: CaseWorkflow, workflow: Any, new: Any, before: ProcessDefinition, told: Told) -> Renewed:
    old, definition = workflow.spec, top.definition
    pairs = align(before, definition, old.name, new.name, told)
    stray = aside(before, definition, old.name, new.name, told, pairs)
    past, specs = (
        {spec: new.task_specs.get(spec_name(name, each, old.name, new.name)) for name, spec in old.task_specs.items()}
        for each in (pairs, pairs | stray)
    )
    drop_predicted(workflow)
    anew = begun_anew(workflow, specs, told)
    problems: dict[str, list[str]] = {"migration.join_changed": changed_joins(workflow, specs)}
    for task in workflow.tasks.values():
        if task.state & OPEN and task.id not in anew.settled:
            code = problem(task, specs, top.subprocess_specs, is_moved=task.task_spec.bpmn_id in stray)
            if code:
                problems.setdefault(code, []).append(task.task_spec.bpmn_id or task.task_spec.name)
    refuse(problems)
    behind = {task.id: (specs if is_under_way(task) else past)[task.task_spec] for task in workflow.tasks.values()}
    behind |= dict.fromkeys(anew.dropped)
    take_out(top, workflow, behind)
    renewed = _put_behind(top, workflow, new, specs, behind, anew)
    refuse({"migration.join_changed": stray_joins(workflow), "migration.join_starves": starving_joins(workflow)})
    for task in [task for task in workflow.tasks.values() if task.state & OPEN]:
        task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    return renewed


def _put_behind(
    top: CaseWorkflow, workflow: Any, new: Any, specs: Mapping[Any, Any], behind: Mapping[Any, Any], anew: Anew
) -> Renewed:
    renewed: Renewed = {each: each for each in anew.dropped}
    workflow.spec = new
    for task in list(workflow.tasks.values()):
        old, task.task_spec = task.task_spec, behind[task.id]
        settle_new_joins(task, old)
        if task.state & OPEN and (task.id in anew.renewed or kind(old, specs) != kind(task.task_spec)):
            before = task.id
            convert(top, task)
            renewed[before] = task.id
    bridge_new_elements(workflow)
    add_missing_guards(workflow)
    for task in anew.tasks:
        renewed |= {each: each for each in begin_guards(workflow, task)}
    return renewed
