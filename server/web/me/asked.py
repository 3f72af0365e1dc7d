"""What colleagues ask of one: questions to answer, tasks to sign, comments in which one is mentioned."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for

from server.casework.command import Command
from server.commands.answer_question import AnswerQuestion
from server.commands.see_mention import SeeMention
from server.commands.sign_task import SignTask
from server.commands.withdraw_request import WithdrawRequest
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.requests import asked_of_me
from server.queries.signed_form import signed_form
from server.web.access import needs
from server.web.forms import CaseForm
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import act, done, page, run, see_other


@needs("task.work")
def show() -> Response:
    return _page()


@needs("task.work")
def answer(request_id: str) -> Response:
    text = request.form.get("text", "")
    return _settle(request_id, AnswerQuestion(actor=actor(), request_id=request_id, text=text), N_("Answered."))


@needs("task.work")
def sign(request_id: str) -> Response:
    agree = request.form.get("do") == "agree"
    command = SignTask(actor=actor(), request_id=request_id, agree=agree, text=request.form.get("text", ""))
    return _settle(request_id, command, N_("Signed.") if agree else N_("Not signed; the reason was sent."))


@needs("task.work")
def seen(request_id: str) -> Response:
    return act(SeeMention(actor=actor(), request_id=request_id), N_("Noted."), url_for("me.asked"))


@needs("task.work")
def withdraw(request_id: str) -> Response:
    """From the page of the task, and back there."""
    command = WithdrawRequest(actor=actor(), request_id=request_id, reason=request.form.get("reason", ""))
    return act(
        command, N_("It is not needed any more."), url_for("tasks.show", task_id=request.form.get("task") or "-")
    )


def _settle(request_id: str, command: Command, text: str) -> Response:
    """The list again; with what was typed and why not, when it was refused."""
    _answer, refusal = run(command)
    if refusal is None:
        done(text)
        return see_other(url_for("me.asked"))
    return _page(status_of(refusal), failed=request_id, problem=refusal.text(language()), typed=request.form)


def _page(status: int = 200, **more: Any) -> Response:
    found = asked_of_me(context(), actor(), language(), limit=50, cursor=request.args.get("cursor"))
    forms = {one["id"]: _filled(one["id"]) for one in found["items"] if one["position"] == "after"}
    following = url_for("me.asked", cursor=found["next"]) if found["next"] else None
    values = {"items": found["items"], "forms": forms, "next": following, "failed": "", "problem": "", "typed": {}}
    values["once"] = secrets.token_hex(8)
    return page("me/asked.html", status, **(values | more))


def _filled(request_id: str) -> CaseForm | None:
    """The form as it was filled in to be signed."""
    try:
        form = signed_form(context(), actor(), request_id, language())
    except Rejected:
        return None
    return CaseForm(form["schema"], form["ui"], form["data"], context().settings.zone, None, form["draft"])


VIEWS: dict[str, Callable[[str], Response]] = {"answer": answer, "sign": sign, "seen": seen, "withdraw": withdraw}
