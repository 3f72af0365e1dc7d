"""File a complaint: anybody in the house may, in under a minute."""

import secrets
from datetime import datetime
from typing import Any

from flask import Response, request, url_for

from server.commands.file_complaint import APPLICATION, FileComplaint
from server.i18n import N_
from server.web.access import needs
from server.web.forms import CaseForm, patch_of, receive, show_refusal
from server.web.forms.problems import show_unread
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import command_id, done, page, run, see_other
from server.web.tasks.desk import known_files
from server.web.tasks.page import store

CHANNEL, RECEIVED = "/intake/channel", "/intake/received_at"


@needs("case.file")
def new() -> Response:
    return _page(_form())


@needs("case.file")
def file() -> Response:
    form = _form(request.form)
    if form.change_rows(request.form):
        receive(form, request.files, store, language())
        return _page(form)
    good = receive(form, request.files, store, language())
    if form.unread or not good:
        show_unread(form, language())
        return _page(form, 422)
    fields = patch_of(form)
    intake = fields.pop("intake", {})
    received = intake.get("received_at")
    command = FileComplaint(
        actor=actor(),
        command_id=command_id("file", fields, intake),
        channel=intake.get("channel") or "",
        fields=fields,
        received_at=datetime.fromisoformat(received) if received else None,
    )
    answer, refusal = run(command)
    if refusal is not None:
        show_refusal(form, _at_field(refusal), language())
        return _page(form, status_of(refusal))
    done(N_("Complaint {number} is filed."), number=answer["number"])
    return see_other(url_for("manage.complaint", number=answer["number"]))


def _form(formdata: Any = None) -> CaseForm:
    """The application's filing form, led by channel and time of receipt."""
    version = context().library.current(APPLICATION)
    key = version.application.filing_form
    ui = version.forms.ui(key, language())
    intake = version.forms.case_schema(language())["properties"]["intake"]
    schema = _with_intake(version.forms.schema(key, language()), intake)
    first = {"title": intake.get("title", ""), "fields": [CHANNEL, RECEIVED]}
    hints = {
        **ui,
        "order": [CHANNEL, RECEIVED, *ui.get("order", ())],
        "sections": [first, *ui.get("sections", ())],
    }
    form = CaseForm(schema, hints, {}, context().settings.zone, formdata)
    form.ask_next()
    return form


def _with_intake(schema: dict[str, Any], intake: dict[str, Any]) -> dict[str, Any]:
    channel = {**intake["properties"]["channel"], "default": "phone"}
    head = {
        **intake,
        "properties": {"channel": channel, "received_at": intake["properties"]["received_at"]},
        "required": ["channel"],
    }
    return {
        **schema,
        "properties": {**schema["properties"], "intake": head},
        "required": ["intake", *schema.get("required", ())],
    }


def _at_field(refusal: Any) -> Any:
    """The command knows channel and time of receipt by other names than the case file."""
    refusal.field = {"/channel": CHANNEL, "/received_at": RECEIVED}.get(refusal.field, refusal.field)
    return refusal


def _page(form: CaseForm, status: int = 200) -> Response:
    files = known_files(form.file_ids)
    application = context().library.latest(APPLICATION).application
    told = {"prompts": application.prompt_lines(application.filing_prompts, language()), "once": secrets.token_hex(8)}
    return page("manage/filing.html", status, form=form, files=files, revision="", **told)
