"""What else can be done with a task: claim it from the list, give it back, hand it on, send it back."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for

from server.casework.command import Command
from server.commands.claim_task import ClaimTask
from server.commands.escalate_task import EscalateTask
from server.commands.send_back_task import SendBackTask
from server.commands.transfer_task import TransferTask
from server.commands.unclaim_task import UnclaimTask
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.send_back_preview import send_back_preview
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import act, done, run, see_other
from server.web.tasks.claiming import tell_refusal
from server.web.tasks.desk import Desk


@needs("task.work")
def claim(task_id: str) -> Response:
    _answer, refusal = run(ClaimTask(actor=actor(), task_id=task_id))
    if refusal is None:
        done(N_("The task is yours now."))
    else:
        tell_refusal(refusal)
    return see_other(url_for("tasks.show", task_id=task_id))


@needs("task.work")
def unclaim(task_id: str) -> Response:
    target = url_for("tasks.show", task_id=task_id)
    return act(UnclaimTask(actor=actor(), task_id=task_id), N_("The task is free again for the group."), target)


@needs("task.transfer")
def transfer(task_id: str) -> Response:
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    command = TransferTask(actor=actor(), task_id=task_id, to=to, reason=reason.strip())
    return _leave(task_id, command, "transfer", N_("Handed on to {name}."), name=to)


@needs("task.work")
def send_back(task_id: str) -> Response:
    reason, target = request.form.get("reason", ""), request.form.get("target") or None
    if target and reason.strip() and not request.form.get("confirmed"):
        told, refusal = _preview(task_id, target)
        if told.get("cancels"):
            return Desk(task_id).render(opened="send-back", typed=request.form, preview=told)
        if refusal is not None:
            problem = refusal.text(language())
            return Desk(task_id).render(status_of(refusal), opened="send-back", typed=request.form, problem=problem)
    command = SendBackTask(actor=actor(), task_id=task_id, reason=reason, target=target)
    return _leave(task_id, command, "send-back", N_("Sent back."))


@needs("task.escalate")
def escalate(task_id: str) -> Response:
    """The task stays with whom it is; so does the page."""
    reason = request.form.get("reason", "").strip()
    _answer, refusal = run(EscalateTask(actor=actor(), task_id=task_id, reason=reason))
    if refusal is not None:
        problem = refusal.text(language())
        return Desk(task_id).render(status_of(refusal), opened="escalate", typed=request.form, problem=problem)
    done(N_("The next in charge was called for."))
    return see_other(url_for("tasks.show", task_id=task_id))


def _preview(task_id: str, target: str) -> tuple[dict[str, Any], Rejected | None]:
    try:
        return send_back_preview(context(), actor(), task_id, target, language()), None
    except Rejected as refusal:
        return {}, refusal


def _leave(task_id: str, command: Command, opened: str, text: str, **params: str) -> Response:
    """To the list when it went well; otherwise the same page with what was typed and why not."""
    answer, refusal = run(command)
    if refusal is not None:
        problem = refusal.text(language())
        return Desk(task_id).render(status_of(refusal), opened=opened, typed=request.form, problem=problem)
    done(text, **params)
    if answer.get("cancelled"):
        done(N_("Work that ran beside it was cancelled: {steps}."), steps=", ".join(answer["cancelled"]))
    return see_other(url_for("tasks.listing"))


VIEWS: dict[str, Callable[[str], Response]] = {
    "claim": claim,
    "unclaim": unclaim,
    "transfer": transfer,
    "send-back": send_back,
    "escalate": escalate,
}
