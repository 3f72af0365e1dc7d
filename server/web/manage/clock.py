"""The clock of a complaint and the ladder of its tasks, as small forms on its page: stop, go on, call for help."""

from collections.abc import Callable

from flask import Response, request, url_for

from server.casework.command import Command
from server.commands.continue_clock import ContinueClock
from server.commands.escalate_task import EscalateTask
from server.commands.pause_clock import PauseClock
from server.i18n import N_
from server.web.access import needs
from server.web.manage.complaint import complaint_page
from server.web.person import actor, language
from server.web.refusals import status_of
from server.web.replies import command_id, done, run, see_other


@needs("clock.pause")
def pause(number: str) -> Response:
    reason, text = request.form.get("reason", ""), request.form.get("text", "").strip()
    same = command_id("pause", number, reason, text)
    command = PauseClock(actor=actor(), command_id=same, number=number, reason=reason, text=text)
    return _leave(command, number, "pause", N_("The clock stands until it is let go on."))


@needs("clock.pause")
def go_on(number: str) -> Response:
    command = ContinueClock(actor=actor(), command_id=command_id("continue", number), number=number)
    return _leave(command, number, "continue", N_("The clock goes on; what was promised is counted anew."))


@needs("task.escalate")
def escalate(number: str) -> Response:
    task_id, reason = request.form.get("task", ""), request.form.get("reason", "").strip()
    same = command_id("escalate", number, task_id, reason)
    command = EscalateTask(actor=actor(), command_id=same, task_id=task_id, reason=reason)
    return _leave(command, number, "escalate", N_("The next in charge was called for."))


def _leave(command: Command, number: str, verb: str, text: str) -> Response:
    """To the complaint; otherwise the same page with what was typed and why not."""
    _answer, refusal = run(command)
    if refusal is not None:
        problem = refusal.text(language())
        return complaint_page(number, status_of(refusal), opened=verb, typed=request.form, problem=problem)
    done(text)
    return see_other(url_for("manage.complaint", number=number))


VERBS: dict[str, Callable[[str], Response]] = {"pause": pause, "continue": go_on, "escalate": escalate}
