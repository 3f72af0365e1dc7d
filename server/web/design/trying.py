"""What the editors of tables and forms try on unsaved text: a decision with values, a form as staff would see it."""

from typing import Any

from flask import render_template

from server.domain.rejection import Rejected
from server.i18n import LANGUAGES, N_
from server.queries.decide_draft import decide_draft
from server.queries.document_preview import document_preview
from server.queries.form_preview import form_preview
from server.web.access import needs
from server.web.design.studio import asked_for, in_json, text_of
from server.web.forms import CaseForm
from server.web.person import actor, context, language


@needs("definition.read")
@in_json
def decide(draft_id: int) -> dict[str, Any]:
    asked = asked_for()
    inputs = asked.get("inputs", {})
    if not isinstance(inputs, dict):
        message = N_("{name} must be of type {value}.")
        raise Rejected("malformed.type", message, field="/inputs", name="inputs", value="object")
    path, content, decision = (text_of(asked, name) for name in ("path", "content", "decision"))
    return decide_draft(context(), actor(), draft_id, path, content.encode(), decision, inputs, language())


@needs("definition.read")
@in_json
def preview(draft_id: int) -> dict[str, Any]:
    """`{"html"}`: a page of its own with the form alone; or `{"findings"}`: why it cannot be shown."""
    asked = asked_for()
    wanted = asked.get("language", language())
    reader = wanted if wanted in LANGUAGES else language()
    path, content = text_of(asked, "path"), text_of(asked, "content").encode()
    found = form_preview(context(), actor(), draft_id, path, content, reader)
    if found.problems:
        return {"findings": found.problems}
    form = CaseForm(found.schema, found.ui, {}, context().settings.zone)
    title = str(found.schema.get("title") or path)
    return {"html": render_template("design/preview.html", form=form, title=title, reader=reader)}


@needs("definition.read")
@in_json
def document(draft_id: int) -> dict[str, Any]:
    """A mail or report for a made-up complaint: `{"text"}`, `{"pages"}` (PNG in base64) or `{"problem"}`."""
    asked = asked_for()
    path, content = text_of(asked, "path"), text_of(asked, "content").encode()
    return document_preview(context(), actor(), draft_id, path, content, language())
