"""What a repair would do to one case: tried with the engine on a copy, nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from server.casework.case_work import LIVE, CaseWork
from server.casework.cases import visible_case
from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.repairing import ACTIONS, way_to, ways_back
from server.casework.trial import Trial, try_on_copy
from server.casework.work import Work
from server.domain.json_gate import check_plain
from server.domain.rejection import Rejected
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import Incident, ProcessInstance
from server.security.actor import Actor

_DECIDE = frozenset({"exclusive_gateway", "inclusive_gateway"})
_UNKNOWN = N_("How it goes on once the worker has succeeded depends on what he finds; shown is the case as it is now.")


@dataclass(frozen=True)
class Wish:
    """A repair of one case; `parameters` as StartRepair takes them."""

    action: str
    instance_id: str
    incident_id: int | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


def repair_preview(context: Context, actor: Actor, wish: Wish, language: str) -> dict[str, Any]:
    """`{"action", "ok", "problem", "note", "gone", "begun", "decisions", "end", "moves"}`; raises Rejected.

    `gone`, `begun`: steps that end and begin, with kind and name; `decisions`: which way each gateway would choose.
    `problem` says why it cannot be done, and then nothing else is told.
    """
    action = ACTIONS.get(wish.action)
    if action is None:
        raise Rejected(
            "malformed.action",
            N_("“{action}” is no repair. Use one of: {actions}."),
            field="/action",
            action=wish.action[:40],
            actions=", ".join(ACTIONS),
        )
    actor.require("incident.repair")
    actor.require(action.permission)
    check_plain(dict(wish.parameters))
    # A unit of work that is never committed.
    with Work(context, actor, "preview") as work:
        case = visible_case(work, ProcessInstance.id == wish.instance_id, wish.instance_id)
        told: dict[str, Any] = {"action": wish.action, "number": case.number, "ok": True, "problem": None, "note": None}
        told |= {"gone": [], "begun": [], "decisions": [], "end": None, "moves": []}
        if wish.action == "move" and case.state in LIVE:
            told["moves"] = _moves(case, language)
        try:
            trial = _try(work, case, wish)
        except Rejected as refusal:
            return told | {"ok": False, "problem": refusal.text(language)}
        if trial.fault is not None:
            return told | {"ok": False, "problem": _fault(case.version, trial, language)}
        if wish.action == "retry":
            told["note"] = translate(_UNKNOWN, language)
        return told | _told(case.version, trial, language)


def moves_of(context: Context, actor: Actor, instance_id: str, language: str) -> list[dict[str, str]]:
    """Steps that the case may be moved back to: `[{"element_id", "name"}]`; none where it has ended."""
    with Work(context, actor, "moves") as work:
        case = visible_case(work, ProcessInstance.id == instance_id, instance_id)
        if case.state in ("completed", "cancelled"):
            return []
        return _moves(case, language)


def _moves(case: CaseWork, language: str) -> list[dict[str, str]]:
    return [
        {"element_id": way.element_id, "name": pick_line(way.name, language=language) or way.element_id}
        for way in ways_back(case)
    ]


def _try(work: Work, case: CaseWork, wish: Wish) -> Trial:
    if wish.action == "resume" and case.state != "suspended":
        raise Rejected("instance.not_suspended", N_("Complaint {number} is not suspended."), number=case.number)
    if wish.action == "cancel" and case.state in ("completed", "cancelled"):
        raise Rejected("instance.ended", N_("Complaint {number} has already ended."), number=case.number)
    if wish.action not in ("resume", "cancel"):
        case.require_live()
    if wish.action in ("suspend", "resume"):
        return Trial()
    if wish.action == "cancel":
        return try_on_copy(case, lambda engine: engine.cancel())
    if wish.action == "amend":
        schema, data = case.version.forms.case_schema(), wish.parameters.get("data") or {}
        return try_on_copy(
            case, lambda engine: engine.reevaluate(), prepare=lambda copy: copy.submit(schema, data, None)
        )
    if wish.action == "move":
        way = way_to(case, str(wish.parameters.get("target") or "–"))
        return try_on_copy(case, lambda engine: engine.send_back(way.task_id, way.element_id))
    return _without_worker(work, case, wish)


def _without_worker(work: Work, case: CaseWork, wish: Wish) -> Trial:
    query = select(Incident.job_id).where(Incident.id == wish.incident_id, Incident.instance_id == case.instance_id)
    job_id = work.read(query).scalar_one_or_none()
    task = next((line["task_id"] for line in case.waits if job_id is not None and line["id"] == job_id), None)
    if task is None and wish.action == "retry":
        return Trial()
    if task is None:
        raise Rejected(
            "instance.no_job",
            N_("Nothing was to be done by the server here, so nothing can be skipped. Move the complaint instead."),
        )
    result = wish.parameters.get("result") if wish.action == "skip" else None
    return try_on_copy(case, lambda engine: engine.complete_job(task, result))


def _told(version: PublishedVersion, trial: Trial, language: str) -> dict[str, Any]:
    end = version.definition.find(trial.end) if trial.completed and trial.end else None
    return {
        "gone": [_line(line, language) for line in trial.gone],
        "begun": [_line(line, language) for line in trial.begun],
        "decisions": list(_decisions(version, trial.path, language)),
        "end": (pick_line(end.name, language=language) or end.id) if end is not None else None,
    }


def _line(line: Mapping[str, Any], language: str) -> dict[str, Any]:
    name = pick_line(line["name"], language=language) or line["element_id"]
    return {"kind": line["kind"], "element_id": line["element_id"], "name": name, "due_at": line.get("due_at")}


def _decisions(version: PublishedVersion, path: list[str], language: str) -> Any:
    """Each gateway that had a choice, with the flow it took and where that leads."""
    find = version.definition.find
    for name in path:
        flow = find(name)
        if flow is None or not flow.source or not flow.target:
            continue
        gateway, target = find(flow.source), find(flow.target)
        if gateway is None or gateway.kind not in _DECIDE or len(gateway.outgoing) < 2:
            continue
        yield {
            "element_id": gateway.id,
            "name": pick_line(gateway.name, language=language) or gateway.id,
            "flow": pick_line(flow.name, language=language) or flow.id,
            "to": (pick_line(target.name, language=language) or target.id) if target is not None else flow.target,
        }


def _fault(version: PublishedVersion, trial: Trial, language: str) -> str:
    fault = trial.fault
    element = version.definition.find(fault.element_id) if fault is not None and fault.element_id else None
    name = (pick_line(element.name, language=language) or element.id) if element is not None else "–"
    text = N_("The process cannot go on at “{element}”: {why}. Nothing was changed; tell the process owner.")
    return translate(text, language, element=name, why=fault.message.rstrip(".") if fault is not None else "")
