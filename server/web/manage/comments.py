"""What is said about a complaint as a whole, and who can be named in it."""

from flask import Response, request, url_for

from server.commands.add_comment import AddComment
from server.i18n import N_
from server.queries.audience import MOST, SHOWN, audience
from server.web.access import needs
from server.web.manage.complaint import complaint_page
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import command_id, done, page, run, see_other


@needs("case.read")
def comment(number: str) -> Response:
    text = request.form.get("text", "")
    same = command_id("comment", number, text)
    _answer, refusal = run(AddComment(actor=actor(), command_id=same, number=number, text=text))
    if refusal is not None:
        problem = refusal.text(language())
        return complaint_page(number, status_of(refusal), opened="comment", typed=request.form, problem=problem)
    done(N_("Written."))
    return see_other(url_for("manage.complaint", number=number) + "#comments")


@needs("case.read")
def people(number: str) -> Response:
    """A page to read; the script beside a comment takes its list from it while a name is typed."""
    q = request.args.get("q", "").strip()[:60]
    found = audience(context(), actor(), number, q, SHOWN if q else MOST)
    return page("manage/people.html", number=number, people=found, q=q, most=MOST)
