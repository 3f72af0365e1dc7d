"""One draft: its files, who changed what, and the way to a version."""

from flask import Response, request, url_for

from server.commands.discard_draft import DiscardDraft
from server.commands.open_draft import OpenDraft
from server.i18n import N_
from server.queries.draft_check import draft_check
from server.queries.draft_detail import draft_detail
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import act, page, run, see_other

KINDS = {
    "application": N_("Application"),
    "diagram": N_("Diagrams"),
    "table": N_("Decision tables"),
    "form": N_("Forms"),
    "case_schema": N_("Fields of the case"),
    "document": N_("Mails and reports"),
    "test": N_("Recorded tests"),
    "other": N_("Other files"),
}
CHANGES = {"added": N_("new"), "changed": N_("changed"), "removed": N_("left out")}
STATES = {
    "open": N_("in work"),
    "proposed": N_("proposed"),
    "published": N_("published"),
    "discarded": N_("given up"),
}


@needs("definition.edit")
def open_(key: str) -> Response:
    base = request.form.get("base", type=int)
    command = OpenDraft(actor=actor(), key=key, title=request.form.get("title", ""), base=base)
    answer, refusal = run(command)
    if refusal is not None:
        raise refusal
    return see_other(url_for("design.draft", draft_id=answer["id"]))


@needs("definition.read")
def draft(draft_id: int) -> Response:
    found = draft_detail(context(), actor(), draft_id)
    groups = [(KINDS[kind], [one for one in found["files"] if one["kind"] == kind]) for kind in KINDS]
    return page(
        "design/draft.html",
        draft=found,
        groups=[(title, files) for title, files in groups if files],
        changed=[one for one in found["files"] if one["change"]],
        changes=CHANGES,
        states=STATES,
        check=draft_check(context(), actor(), draft_id, language()),
    )


@needs("definition.edit")
def discard(draft_id: int) -> Response:
    key = draft_detail(context(), actor(), draft_id)["key"]
    command = DiscardDraft(actor=actor(), draft_id=draft_id)
    return act(command, N_("The draft is given up."), url_for("design.application", key=key))
