"""What would happen: an act on a copy of the case, told as what it passes, ends and begins. Nothing is written."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from server.casework.case_work import CaseFault, CaseWork, case_query
from server.casework.save_case import follow_waits
from server.casework.work import Work
from server.domain.case_merge import plain_merge
from server.engine import EngineError, ProcessInstance
from server.persistence.models import ProcessInstance as InstanceRow
from server.persistence.models import UserTask


@dataclass
class Trial:
    """`path`: elements and flows passed, in order; `gone`, `begun`: lines of waits; `end`: the end event reached."""

    path: list[str] = field(default_factory=list)
    gone: list[dict[str, Any]] = field(default_factory=list)
    begun: list[dict[str, Any]] = field(default_factory=list)
    completed: bool = False
    end: str | None = None
    fault: CaseFault | None = None


def try_on_copy(
    case: CaseWork,
    act: Callable[[ProcessInstance], object],
    patch: Mapping[str, Any] | None = None,
    prepare: Callable[[CaseWork], object] | None = None,
) -> Trial:
    """Carry `act` out on a copy of the case as it is saved, laid over with `patch` or prepared by `prepare`.

    Its next waits are worked out too, due dates included. Raises what `prepare` raises.
    """
    copy = _copy(case.work, case.instance_id, patch)
    if prepare is not None:
        prepare(copy)
    known = {(line["task_id"], line["kind"]) for line in copy.waits}
    try:
        copy.advance(act)
        lines, _rows, gone = follow_waits(copy)
    except CaseFault as fault:
        return Trial(fault=fault)
    except EngineError as error:
        return Trial(fault=CaseFault(copy.instance_id, copy.case_id, None, str(error)))
    begun = [line for line in lines if (line["task_id"], line["kind"]) not in known]
    path = [element for _process, element in copy.engine.path()]
    return Trial(path, gone, begun, copy.engine.completed, copy.engine.end_event)


def fault_on_completion(case: CaseWork, line: Mapping[str, Any] | None) -> CaseFault | None:
    """What would go wrong if the open task of `line` were completed with its draft; with no line: on looking again."""
    if line is None:
        return try_on_copy(case, lambda engine: engine.reevaluate()).fault
    draft = case.work.read(select(UserTask.draft).where(UserTask.id == line["id"])).scalar_one_or_none()
    patch = draft.get("data") if isinstance(draft, dict) and isinstance(draft.get("data"), dict) else None
    return try_on_copy(case, lambda engine: engine.complete_user_task(line["task_id"]), patch).fault


def _copy(work: Work, instance_id: str, patch: Mapping[str, Any] | None) -> CaseWork:
    """The case in a unit of work that is never committed, and under a version that no instance in memory has."""
    row = work.read(case_query().where(InstanceRow.id == instance_id)).one()
    data = deepcopy(row.data)
    if patch:
        data = plain_merge(data, dict(patch))
    apart: Any = SimpleNamespace(
        **{**row._mapping, "data": data, "waits": [dict(line) for line in row.waits], "lock_version": -1}
    )
    return CaseWork(work.aside(), apart)
