"""The diagram of a case, and the three levers on its process: suspend, resume, cancel."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for

from server.commands.cancel_instance import CancelInstance
from server.commands.resume_instance import ResumeInstance
from server.commands.suspend_instance import SuspendInstance
from server.i18n import N_
from server.queries.complaint_detail import complaint_detail
from server.queries.diagram import diagram
from server.web.access import needs
from server.web.manage.complaint import complaint_page
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import done, run, see_other


@needs("case.read")
def diagram_xml(instance_id: str) -> Response:
    xml = diagram(
        context(), actor(), instance_id, language(), request.args.get("process"), whole_number(request.args, "version")
    )["xml"]
    reply = Response(xml, content_type="application/xml; charset=utf-8")
    reply.headers["Cache-Control"] = "private, max-age=60"
    return reply


@needs("instance.control")
def suspend(number: str) -> Response:
    return _pull(SuspendInstance, number, "suspend", N_("The complaint is suspended."))


@needs("instance.control")
def resume(number: str) -> Response:
    return _pull(ResumeInstance, number, "resume", N_("The complaint goes on."))


@needs("instance.control")
def cancel(number: str) -> Response:
    return _pull(CancelInstance, number, "cancel", N_("The complaint is cancelled."))


def _pull(lever: Any, number: str, verb: str, text: str) -> Response:
    case = complaint_detail(context(), actor(), number, language())
    reason = request.form.get("reason", "")
    _answer, refusal = run(lever(actor=actor(), instance_id=case["instance_id"], reason=reason))
    if refusal is not None:
        problem = refusal.text(language())
        return complaint_page(number, status_of(refusal), opened=verb, typed=request.form, problem=problem)
    done(text)
    return see_other(url_for("manage.complaint", number=number))


VERBS: dict[str, Callable[[str], Response]] = {"suspend": suspend, "resume": resume, "cancel": cancel}
