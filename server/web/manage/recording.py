"""A complaint as a recorded test: to be downloaded, or put into a draft of its application."""

from flask import Response, flash, request, url_for

from server.commands.change_draft import ChangeDraft
from server.i18n import N_
from server.queries.record_case import Recorded, record_case
from server.web.access import needs
from server.web.headers import FILE_POLICY
from server.web.manage.complaint import complaint_page
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import done, run, see_other
from server.web.texts import _


@needs("definition.edit")
def download(number: str) -> Response:
    made = record_case(context(), actor(), number, request.args.get("name", ""))
    reply = Response(made.content, content_type="application/json; charset=utf-8")
    reply.headers.set("Content-Disposition", "attachment", filename=made.path.rpartition("/")[2])
    reply.headers["Content-Security-Policy"] = FILE_POLICY
    reply.headers["Cache-Control"] = "no-store"
    return reply


@needs("definition.edit")
def into_draft(number: str) -> Response:
    name, draft_id = request.form.get("name", "").strip(), whole_number(request.form, "draft") or 0
    made = record_case(context(), actor(), number, name)
    command = ChangeDraft(actor=actor(), draft_id=draft_id, files={made.path: made.content}, based_on={made.path: 0})
    _answer, refusal = run(command)
    if refusal is not None:
        typed = {"name": name, "draft": draft_id}
        problem = refusal.text(language())
        return complaint_page(number, status_of(refusal), opened="record", typed=typed, problem=problem)
    done(N_("The test {file} is in the draft."), file=made.path)
    _tell_whether_it_passes(made)
    return see_other(url_for("design.draft", draft_id=draft_id))


def _tell_whether_it_passes(made: Recorded) -> None:
    if made.outcome.difference is not None:
        why = made.outcome.difference.text(language())
        sentence = N_("It does not pass on version {version}, in which the complaint runs: {why}")
        flash(_(sentence, version=made.version, why=why), "warning")
