"""What is done with a task together: delegate, sign, ask, hurry, say something; and take back what one completed."""

from collections.abc import Callable

from flask import Response, request, url_for

from server.casework.command import Command
from server.commands.add_comment import AddComment
from server.commands.add_signers import AddSigners
from server.commands.ask_colleague import AskColleague
from server.commands.delegate_task import DelegateTask
from server.commands.return_task import ReturnTask
from server.commands.set_priority import SetPriority
from server.commands.urge_task import UrgeTask
from server.commands.withdraw_task import WithdrawTask
from server.i18n import N_
from server.web.access import needs
from server.web.person import actor, language
from server.web.refusals import status_of
from server.web.replies import command_id, done, run, see_other
from server.web.tasks.desk import Desk


@needs("task.transfer")
def delegate(task_id: str) -> Response:
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    command = DelegateTask(actor=actor(), task_id=task_id, to=to, reason=reason)
    return _stay(task_id, command, "delegate", N_("The colleague was asked to do it; you complete it afterwards."))


@needs("task.work")
def give_back(task_id: str) -> Response:
    command = ReturnTask(actor=actor(), task_id=task_id, reason=request.form.get("reason", ""))
    return _stay(task_id, command, "return", N_("Given back."), url_for("tasks.listing"))


@needs("task.work")
def signers(task_id: str) -> Response:
    names, text = tuple(filter(None, request.form.getlist("signers"))), request.form.get("text", "")
    position = request.form.get("position", "before")
    command = AddSigners(actor=actor(), task_id=task_id, signers=names, text=text, position=position)
    return _stay(task_id, command, "signers", N_("They are to sign before the task can be completed."))


@needs("task.work")
def ask(task_id: str) -> Response:
    of, text = request.form.get("of", ""), request.form.get("text", "")
    same = command_id("ask", task_id, of, text)
    command = AskColleague(actor=actor(), command_id=same, task_id=task_id, of=of, text=text)
    return _stay(task_id, command, "ask", N_("Asked. The answer stands on this page as soon as it is there."))


@needs("task.work")
def withdraw(task_id: str) -> Response:
    command = WithdrawTask(actor=actor(), task_id=task_id, reason=request.form.get("reason", ""))
    answer, refusal = run(command)
    if refusal is not None:
        problem = refusal.text(language())
        return Desk(task_id).render(status_of(refusal), opened="withdraw", typed=request.form, problem=problem)
    done(N_("Taken back. The task is yours again."))
    return see_other(url_for("tasks.show", task_id=answer["opened"] or task_id))


@needs("case.read")
def urge(task_id: str) -> Response:
    command = UrgeTask(actor=actor(), task_id=task_id, text=request.form.get("text", ""))
    return _stay(task_id, command, "urge", N_("The reminder is on its way."))


@needs("task.transfer")
def priority(task_id: str) -> Response:
    chosen, reason = request.form.get("priority", ""), request.form.get("reason", "")
    level = int(chosen) if chosen.isdecimal() and len(chosen) < 4 else -1
    command = SetPriority(actor=actor(), task_id=task_id, priority=level, reason=reason)
    return _stay(task_id, command, "priority", N_("The priority is set."))


@needs("case.read")
def comment(task_id: str) -> Response:
    number, text = Desk(task_id).task["complaint"], request.form.get("text", "")
    same = command_id("comment", task_id, text)
    command = AddComment(actor=actor(), command_id=same, number=number, text=text, task_id=task_id)
    return _stay(task_id, command, "comment", N_("Written."))


def _stay(task_id: str, command: Command, opened: str, text: str, target: str | None = None) -> Response:
    """The task's page again (or `target`); with what was typed and why not, when it was refused."""
    _answer, refusal = run(command)
    if refusal is not None:
        problem = refusal.text(language())
        return Desk(task_id).render(status_of(refusal), opened=opened, typed=request.form, problem=problem)
    done(text)
    return see_other(target or url_for("tasks.show", task_id=task_id))


VIEWS: dict[str, Callable[[str], Response]] = {
    "delegate": delegate,
    "return": give_back,
    "signers": signers,
    "ask": ask,
    "withdraw": withdraw,
    "urge": urge,
    "priority": priority,
    "comment": comment,
}
