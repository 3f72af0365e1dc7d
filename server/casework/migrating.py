"""A case in another version: moved in memory, and looked at on a copy before anybody relies on it.

What is told safe here is moved by the very same steps; nothing is written by anything in this file.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from server.casework.case_work import CaseFault, CaseWork, environment
from server.casework.fitting import misfits, takes
from server.casework.library import PublishedVersion
from server.casework.obstacles import (
    Obstacle,
    Verdict,
    does_not_run,
    draft_misfit,
    field_taken,
    gone,
    name_of,
    other_border,
    refused,
)
from server.casework.save_case import follow_waits
from server.casework.tools import Tools
from server.casework.work import Work
from server.clock import ManualClock
from server.domain.bundle import Bundle
from server.domain.form_schema import Schema
from server.domain.mapping import NO_MAPPING, CaseMapping
from server.domain.rejection import Rejected
from server.engine import (
    EngineError,
    MigrationRefused,
    Outlook,
    ProcessDefinition,
    ProcessFault,
    ProcessInstance,
    Wait,
    candidates,
    missing,
)
from server.i18n import N_
from server.persistence.models import UserTask
from server.security.actor import Actor

Act = Callable[[ProcessInstance], object]
OPEN = ("active", "incident", "suspended")
_missing = lru_cache(maxsize=32)(missing)


def move(case: CaseWork, target: PublishedVersion, mapping: CaseMapping = NO_MAPPING) -> dict[str, Wait]:
    """Bring a case in hand to `target`, run to its waits there; what it waited for before, by the engine's task id.

    `mapping` says where it goes on and keeps its fields where the version has not what it stands at or holds. Raises
    MigrationRefused or CaseFault; the case in hand is of no use then. Rows are left to `save` and its caller.
    """
    here = environment(case.work, target, case.row.site)
    both = replace(here, known_names=case.version.known_names | target.known_names)
    try:
        engine = ProcessInstance.load(case.version.definition, case.row.engine_state, case.data, both)
        before = {wait.task_id: wait for wait in engine.waits()}
        case.adopt(target, engine)
        told, rewrite = dict(mapping.elements), mapping.move if mapping.fields else None
        case.advance(lambda engine: engine.migrate(target.definition, told, rewrite))
        # From here on only the new version's names count, as for whoever loads the case next.
        case.adopt(target, ProcessInstance.load(target.definition, engine.dump(), case.data, here))
        now = {wait.task_id: wait for wait in case.open_waits()}
    except ProcessFault as fault:
        raise CaseFault(case.instance_id, case.case_id, fault.element_id, fault.message) from fault
    case.waits = [_followed(line, now.get(line["task_id"])) for line in case.waits]
    return before


def _followed(line: dict[str, Any], wait: Wait | None) -> dict[str, Any]:
    if wait is None or wait.kind != line["kind"]:
        return line
    here = {"element_id": wait.element_id, "process_id": wait.process_id, "name": wait.name}
    return line | here | ({"within": "/".join(wait.callers)} if wait.callers else {})


def examine(
    context: Tools, actor: Actor, row: Any, target: PublishedVersion, mapping: CaseMapping = NO_MAPPING
) -> list[Obstacle]:
    """Everything that keeps the case of `row` (of case_query) from `target`, found on a copy; empty when it is safe.

    Where it stands is compared first, which needs no engine; then what it holds; then it is moved, loaded again and
    run to its next waits, once for each thing that may happen next.
    """
    # A unit of work of its own, which is never committed.
    with Work(context, actor, "examine") as work:
        return _examine(work, row, target, mapping)


def _examine(work: Work, row: Any, target: PublishedVersion, mapping: CaseMapping) -> list[Obstacle]:
    source = work.context.library.version(row.version_id)
    old, new = source.definition, target.definition
    marking = frozenset((line["process_id"], line["element_id"]) for line in row.waits)
    lost = [spot for spot in sorted(marking) if spot in _missing(old, new, mapping.elements)]
    if lost:
        return list(_lost(old, new, lost))
    data = deepcopy(row.data)
    found = [field_taken(pointer) for pointer in mapping.move(data)]
    found += misfits(row.data, data, source.forms, target.forms)
    case = _copy(work, row)
    try:
        move(case, target, mapping)
        follow_waits(case)
        blob = case.engine.dump()
    except MigrationRefused as refusal:
        return [*found, refused(refusal, old, new)]
    except CaseFault as fault:
        return [*found, _fault(fault.element_id, fault.message, new, old)]
    except EngineError as error:
        return [*found, _fault(None, str(error), new, old)]
    found += _tasks_fit(work, case, source, row.data, mapping)
    if not case.engine.completed:
        found += _ahead(case, source, row)
        found += _next_steps(case, source, row, blob)
    return found


def _lost(old: ProcessDefinition, new: ProcessDefinition, lost: list[tuple[str, str]]) -> Iterable[Obstacle]:
    """A boundary event that is gone is told by the activity it sat on, which can go on without it."""
    for process, name in lost:
        element = old.elements.get((process, name))
        held = element.attached_to if element is not None else None
        if held is None:
            yield gone(element, name, candidates(old, new, (process, name)))
        elif (process, held) not in lost:
            yield other_border(held, name_of(held, new, old))


def _copy(work: Work, row: Any) -> CaseWork:
    apart = {"data": deepcopy(row.data), "waits": [dict(line) for line in row.waits]}
    copy: Any = SimpleNamespace(**{**row._mapping, **apart})
    return CaseWork(work, copy)


def _load(
    work: Work, version: PublishedVersion, blob: bytes, case: dict[str, Any], site: str, at: datetime | None = None
) -> ProcessInstance:
    """An instance with a case file of its own, and if need be at a later moment."""
    here = environment(work, version, site)
    if at is not None:
        here = replace(here, clock=ManualClock(max(at, work.now)))
    return ProcessInstance.load(version.definition, blob, deepcopy(case), here)


def _fault(element_id: str | None, why: str, *versions: ProcessDefinition) -> Obstacle:
    if element_id is None:
        return does_not_run(why)
    message = N_("The case would not get past {elements} in the new version: {reason}")
    named = ((element_id, name_of(element_id, *versions)),)
    return Obstacle("migration.does_not_run", "stuck", message, named, {"reason": why[:500]})


def _tasks_fit(
    work: Work, case: CaseWork, source: PublishedVersion, data: dict[str, Any], mapping: CaseMapping
) -> Iterable[Obstacle]:
    """The forms of its open tasks are there, and their drafts fit them; data: the case file as it was."""
    target = case.version
    lines = {line["task_id"]: line["id"] for line in case.waits if line["kind"] == "user_task"}
    drafts = select(UserTask.id, UserTask.draft, UserTask.form_key).where(
        UserTask.id.in_(lines.values()), UserTask.draft.is_not(None)
    )
    kept = {row.id: row for row in work.read(drafts)} if lines else {}
    for wait in case.open_waits():
        form = wait.properties.get("formKey") if wait.kind == "user_task" else None
        if form is None:
            continue
        element = (wait.element_id, wait.name)
        view = _view(target, form)
        if view is None:
            message = N_("The form {form} of {elements} is not there in the new version, or cannot be read.")
            yield Obstacle("migration.form_missing", "stuck", message, (element,), {"form": form})
            continue
        row = kept.get(lines.get(wait.task_id, ""))
        if row is not None and isinstance(row.draft.get("data"), dict):
            before, after = row.draft["data"], deepcopy(row.draft["data"])
            lost = mapping.move(after)
            old_view = _view(source, row.form_key)
            if (lost or not takes(view, case.data, after)) and (old_view is None or takes(old_view, data, before)):
                yield draft_misfit(element)


def _view(version: PublishedVersion, form: str) -> Schema | None:
    try:
        return version.forms.schema(form)
    except Rejected:
        return None


@lru_cache(maxsize=16)
def _outlook(definition: ProcessDefinition, bundle: Bundle) -> Outlook:
    return Outlook(definition, {name: data for name, data in bundle.items() if name.endswith((".bpmn", ".dmn"))})


def _ahead(case: CaseWork, source: PublishedVersion, row: Any) -> Iterable[Obstacle]:
    """What the new version will ask of the case file later, asked now."""
    target = case.version
    marking = frozenset((wait.process_id, wait.element_id) for wait in case.open_waits())
    faults = _outlook(target.definition, target.bundle).faults(case.engine, marking)
    if not faults:
        return
    before = frozenset((line["process_id"], line["element_id"]) for line in row.waits)
    own = _load(case.work, source, row.engine_state, row.data, row.site)
    known = set(_outlook(source.definition, source.bundle).faults(own, before))
    for element_id, asked, reason in faults:
        verdict: Verdict = "unsure" if (element_id, asked, reason) in known else "stuck"
        message = N_("At {elements} the new version asks “{asked}”, which has no answer on this case: {reason}")
        named = ((element_id, name_of(element_id, target.definition)),)
        params = {"asked": asked[:200], "reason": reason[:300]}
        yield Obstacle("migration.expression", verdict, message, named, params)


def _next_steps(case: CaseWork, source: PublishedVersion, row: Any, blob: bytes) -> Iterable[Obstacle]:
    """Each thing that may happen next, tried on a copy of its own with the case as it is."""
    work, target = case.work, case.version
    waits = case.open_waits()
    callers = frozenset((wait.process_id, wait.element_id) for wait in waits if wait.kind == "call")
    ours, theirs = _outlook(target.definition, target.bundle), _outlook(source.definition, source.bundle)
    stood = {line["element_id"] for line in row.waits}
    for wait in waits:
        act = _step(wait)
        spot = frozenset({(wait.process_id, wait.element_id)})
        way = spot | callers if wait.process_id != target.definition.process_id else spot
        if act is None or (wait.element_id in stood and ours.way(way) == theirs.way(way)):
            continue
        trouble = _try(_load(work, target, blob, case.data, row.site, wait.due_at), act)
        if trouble is None:
            continue
        same = any(each.task_id == wait.task_id for each in _waits(work, source, row))
        own = _load(work, source, row.engine_state, row.data, row.site, wait.due_at) if same else None
        before = _try(own, act) if own is not None else None
        # What goes wrong in both versions is not the new one's doing; nobody knows the answers that people will give.
        verdict: Verdict = "stuck" if before != trouble else "unsure"
        element_id, reason = trouble
        message = N_("Once {elements} is done, the case would not go on in the new version: {reason}")
        names = {wait.element_id: wait.name}
        if element_id is not None:
            names.setdefault(element_id, name_of(element_id, target.definition))
            message = N_("Once the first of {elements} is done, the case would not get past the other: {reason}")
        yield Obstacle("migration.next_step", verdict, message, tuple(names.items()), {"reason": reason[:500]})


def _waits(work: Work, source: PublishedVersion, row: Any) -> list[Wait]:
    return _load(work, source, row.engine_state, row.data, row.site).waits()


def _step(wait: Wait) -> Act | None:
    if wait.kind == "user_task":
        return lambda instance: instance.complete_user_task(wait.task_id)
    if wait.kind == "job":
        return lambda instance: instance.complete_job(wait.task_id, None)
    if wait.kind == "message":
        return lambda instance: instance.deliver_message(wait.task_id, None)
    if wait.kind == "timer" and wait.due_at is not None:
        return lambda instance: instance.fire_timers()
    return None


def _try(instance: ProcessInstance, act: Act) -> tuple[str | None, str] | None:
    """What goes wrong: (element id, reason); None when the instance ends or comes to its next waits."""
    try:
        act(instance)
        instance.dump()
        if instance.completed:
            return None
        if not instance.waits():
            return None, "it would wait for nothing"
        starving = instance.starving()
        return (starving[0], "it would wait for a branch on which nothing comes") if starving else None
    except ProcessFault as fault:
        return fault.element_id, fault.message
    except (EngineError, Rejected) as error:
        return None, str(error)
