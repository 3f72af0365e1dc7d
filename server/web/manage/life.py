"""Life outside the happy path, as small forms on the complaint's page: withdraw, merge, refer, come back."""

from collections.abc import Callable

from flask import Response, request, url_for

from server.casework.command import Command
from server.commands.merge_complaint import MergeComplaint
from server.commands.refer_complaint import ReferComplaint
from server.commands.report_recurrence import ReportRecurrence
from server.commands.withdraw_complaint import WithdrawComplaint
from server.i18n import N_
from server.web.access import needs
from server.web.manage.complaint import complaint_page
from server.web.person import actor, language
from server.web.refusals import status_of
from server.web.replies import command_id, done, run, see_other


@needs("case.divert")
def withdraw(number: str) -> Response:
    reason, name = _typed("reason"), _typed("name")
    same = command_id("withdraw", number, reason, name)
    command = WithdrawComplaint(actor=actor(), command_id=same, number=number, reason=reason, name=name)
    return _leave(command, number, "withdraw", N_("It is noted that the customer withdrew the complaint."))


@needs("case.divert")
def merge(number: str) -> Response:
    of, reason, confirm = _typed("of"), _typed("reason"), bool(_typed("confirm"))
    same = command_id("merge", number, of, reason, confirm)
    command = MergeComplaint(actor=actor(), command_id=same, number=number, of=of, reason=reason, confirm=confirm)
    return _leave(command, number, "merge", N_("The complaint is merged as a duplicate."))


@needs("case.divert")
def refer(number: str) -> Response:
    kind, reason = _typed("kind"), _typed("reason")
    same = command_id("refer", number, kind, reason)
    command = ReferComplaint(actor=actor(), command_id=same, number=number, kind=kind, reason=reason)
    return _leave(command, number, "refer", N_("The complaint is referred outside."))


@needs("case.file")
def recurrence(number: str) -> Response:
    reason = _typed("reason")
    same = command_id("recurrence", number, reason)
    command = ReportRecurrence(actor=actor(), command_id=same, number=number, reason=reason)
    return _leave(command, number, "recurrence", N_("A new complaint is filed that follows the old one."))


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _leave(command: Command, number: str, verb: str, text: str) -> Response:
    """To the complaint, or to the one that was filed; otherwise the same page with what was typed and why not."""
    answer, refusal = run(command)
    if refusal is not None:
        problem, code = refusal.text(language()), refusal.code
        more = {"opened": verb, "typed": request.form, "problem": problem, "problem_code": code}
        return complaint_page(number, status_of(refusal), **more)
    done(text)
    return see_other(url_for("manage.complaint", number=answer.get("number", number)))


VERBS: dict[str, Callable[[str], Response]] = {
    "withdraw": withdraw,
    "merge": merge,
    "refer": refer,
    "recurrence": recurrence,
}
