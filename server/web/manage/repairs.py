"""Repairs of many cases: what would happen, ordering them, and what became of each case."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from server.casework.repairing import ACTIONS
from server.commands.start_repair import StartRepair
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.complaint_detail import complaint_detail
from server.queries.incident_groups import incident_group
from server.queries.incident_list import incidents_by_id
from server.queries.repair_preview import Wish, moves_of, repair_preview
from server.queries.repair_runs import repair_run
from server.web.access import needs
from server.web.forms.spec import Spec, options_of, specs_of, type_of
from server.web.manage.incidents import permitted, title_of
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import command_id, page, run, see_other
from server.web.texts import _

SHOWN = 5
"""Cases that are tried on a copy for the preview."""
PER_PAGE = 200
STATES = {
    "waiting": N_("waiting for its turn"),
    "running": N_("being tried"),
    "succeeded": N_("succeeded"),
    "failed": N_("failed again"),
    "refused": N_("not done"),
    "gone": N_("nothing left to repair"),
}
_SIMPLE = ("string", "number", "integer", "boolean")


@dataclass(frozen=True)
class Order:
    """What the form of the preview says: an action for cases of a group, and its parameters."""

    action: str
    group: str
    incidents: tuple[int, ...] | None
    reason: str

    @classmethod
    def read(cls) -> "Order":
        """From the posted form; raises Rejected for an action that is none."""
        form = request.form
        action, group = form.get("action", ""), form.get("group", "")
        if action not in ACTIONS:
            raise Rejected("not_found.path", N_("There is nothing at this address."))
        actor().require(ACTIONS[action].permission)
        chosen = [int(text) for text in form.getlist("incident") if text.isdecimal() and len(text) < 18]
        whole = form.get("all") == "1" and group
        return cls(action, group, None if whole else tuple(chosen), form.get("reason", "").strip())


@needs("incident.repair")
def repair_preview_page() -> Response:
    return _preview(Order.read())


@needs("incident.repair")
def repair_start() -> Response:
    order = Order.read()
    rows = _rows(order)
    wanted, problem = _parameters(order, rows)
    if problem:
        return _preview(order, 422, problem)
    command = StartRepair(
        actor=actor(),
        command_id=command_id("repair", order.action, order.group, order.incidents, order.reason, wanted),
        action=order.action,
        reason=order.reason,
        group=order.group or None,
        incidents=order.incidents,
        parameters=wanted,
    )
    told, refusal = run(command)
    if refusal is not None:
        return _preview(order, status_of(refusal), refusal.text(language()))
    return see_other(url_for("manage.repair_run_page", run_id=told["id"]))


@needs("incident.repair")
def repair_run_page(run_id: int) -> Response:
    cursor = request.args.get("after", "")
    after = int(cursor) if cursor.isdecimal() and len(cursor) < 18 else 0
    state = request.args.get("state") if request.args.get("state") in STATES else None
    found = repair_run(context(), actor(), run_id, language(), limit=PER_PAGE, after=after, state=state)
    left = [item for item in found["items"] if item["state"] in ("failed", "refused")]
    again = [item for item in left if item["incident_state"] == "open"]
    return page(
        "manage/repair_run.html",
        run=found,
        states=STATES,
        state=state,
        title=title_of(found["action"]),
        again={item["step"] for item in again},
        group=again[0]["group"] if again else found["group"],
        actions=permitted("job"),
    )


def _preview(order: Order, status: int = 200, problem: str = "") -> Response:
    rows = _rows(order)
    if not rows:
        problem = problem or _("Choose at least one complaint that still waits for repair.")
        return page("manage/incident_gone.html", max(status, 409), problem=problem)
    wanted, unread = _parameters(order, rows)
    ready = not unread and not (order.action in ("amend", "move") and not wanted)
    first = rows[0]
    return page(
        "manage/repair_preview.html",
        status,
        order=order,
        title=title_of(order.action),
        needs_reason=ACTIONS[order.action].needs_reason,
        count=len(rows) if order.incidents is not None else _open_of(order.group, len(rows)),
        previews=[_tried(row, order.action, wanted) for row in rows[:SHOWN]] if ready else [],
        problem=problem or unread,
        moves=moves_of(context(), actor(), first["instance_id"], language()) if order.action == "move" else [],
        fields=_fields(first["case_number"]) if order.action == "amend" else [],
        results=_results(first["topic"]) if order.action == "skip" else [],
        once=request.form.get("once") or secrets.token_hex(8),
        typed=request.form,
        parent=_parent(order),
    )


def _parent(order: Order) -> str:
    known = len(order.group) == 16 and order.group.isalnum()
    return url_for("manage.incident_page", group=order.group) if known else url_for("manage.incidents")


def _open_of(group: str, at_least: int) -> int:
    return max(int(incident_group(context(), actor(), group, language(), limit=1)["open"]), at_least)


def _rows(order: Order) -> list[dict[str, Any]]:
    """Number, instance and topic of the cases meant, as far as they are unsettled."""
    if order.incidents is not None:
        return incidents_by_id(context(), actor(), order.incidents)
    found = incident_group(context(), actor(), order.group, language(), limit=SHOWN)
    return [row | {"topic": found["topic"]} for row in found["items"] if row["state"] == "open"]


def _tried(row: dict[str, Any], action: str, wanted: dict[str, Any]) -> dict[str, Any]:
    wish = Wish(action, row["instance_id"], row["id"], wanted)
    return repair_preview(context(), actor(), wish, language())


def _parameters(order: Order, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """What the form says beside action and reason; or why it cannot be read."""
    form = request.form
    if order.action == "move" and form.get("target"):
        return {"target": form["target"][:200]}, ""
    if order.action == "skip" and rows:
        result: dict[str, Any] = {}
        for spec in _results(rows[0]["topic"]):
            text = form.get(f"result{spec.pointer}", "")
            value, problem = _value(spec.schema, text, spec.title)
            if problem:
                return {}, problem
            if text:
                result[spec.path[0]] = value
        return ({"result": result} if result else {}), ""
    if order.action == "amend" and rows and form.get("field"):
        named = [one for one in _fields(rows[0]["case_number"]) if one.pointer == form["field"]]
        if not named:
            return {}, _("Choose the field to change.")
        value, problem = _value(named[0].schema, form.get("value", ""), named[0].title)
        for token in reversed(named[0].path):
            value = {token: value}
        return ({} if problem else {"data": value}), problem
    return {}, ""


def _value(schema: Mapping[str, Any], text: str, title: str) -> tuple[Any, str]:
    """A typed value of a simple field, None for an empty one; or why it is none."""
    text, kind = text.strip(), type_of(schema)
    if not text:
        return None, ""
    if kind == "boolean":
        truth = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}.get(text.lower())
        return truth, "" if truth is not None else _("{field} is yes or no.", field=title)
    if kind in ("number", "integer"):
        try:
            return (int(text) if kind == "integer" else float(text)), ""
        except ValueError:
            return None, _("{field} is a number.", field=title)
    matching = [value for value, label in options_of(schema) if text in (str(value), label)]
    return (matching[0] if matching else text), ""


def _fields(number: str) -> list[Spec]:
    """Simple fields of the case file that may be written."""
    schema = complaint_detail(context(), actor(), number, language())["schema"]
    return [spec for spec in specs_of(schema, {}) if type_of(spec.schema) in _SIMPLE and not spec.locked]


def _results(topic: str | None) -> list[Spec]:
    """Simple fields that the topic's worker would give."""
    worker = context().topics.workers.get(topic or "")
    if worker is None:
        return []
    return [spec for spec in specs_of(worker.result, {}) if type_of(spec.schema) in _SIMPLE and len(spec.path) == 1]
