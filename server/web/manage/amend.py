"""Put a part of the case file right after its step: choose the part, change it, say why."""

import secrets
from typing import Any

from flask import Response, request, url_for

from server.commands.amend_case import AmendCase
from server.domain.form_schema import Schema, map_subschemas
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.complaint_detail import complaint_detail
from server.web.access import needs
from server.web.forms import CaseForm, patch_of, receive, show_refusal
from server.web.forms.problems import show_unread, tell_authors
from server.web.forms.spec import LINE, specs_of, type_of
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import command_id, done, page, run, see_other
from server.web.tasks.desk import known_files, sent_revision
from server.web.tasks.page import store


class AmendDesk:
    """One part of one complaint's case file as a form; raises Rejected when there is no such part to amend."""

    def __init__(self, number: str, part: str, formdata: Any = None) -> None:
        self.case = complaint_detail(context(), actor(), number, language())
        self.parts = parts_to_amend(self.case["schema"])
        if part not in self.parts:
            raise Rejected("not_found.path", N_("There is nothing to amend at this address."))
        self.part = part
        self.revision = sent_revision(formdata) or self.case["revision"]
        self.reason = (formdata or {}).get("reason", "").strip()
        schema: Schema = {"type": "object", "properties": {part: self.parts[part]}}
        self.form = CaseForm(
            schema, hints(part, self.parts[part]), self.case["case"], context().settings.zone, formdata
        )

    def renew(self) -> None:
        """Someone else changed the case meanwhile: go on from its newest revision."""
        self.revision = self.case["revision"]
        self.form.renew()

    def render(self, status: int = 200, reason_problem: str = "") -> Response:
        return page(
            "manage/amend.html",
            status,
            case=self.case,
            title=self.parts[self.part].get("title", self.part),
            part=self.part,
            form=self.form,
            reason=self.reason,
            reason_problem=reason_problem,
            revision=self.revision,
            once=secrets.token_hex(8),
            files=known_files(self.form.file_ids),
        )


@needs("case.amend")
def choose(number: str) -> Response:
    """The parts of the case file: those that hold something, and apart from them the others."""
    case = complaint_detail(context(), actor(), number, language())
    parts = [(name, part.get("title", name)) for name, part in parts_to_amend(case["schema"]).items()]
    filled = [part for part in parts if case["case"].get(part[0])]
    empty = [part for part in parts if part not in filled]
    return page("manage/amend_parts.html", case=case, filled=filled, empty=empty)


@needs("case.amend")
def show(number: str, part: str) -> Response:
    return AmendDesk(number, part).render()


@needs("case.amend")
def submit(number: str, part: str) -> Response:
    desk = AmendDesk(number, part, request.form)
    rows_changed = desk.form.change_rows(request.form)
    good = receive(desk.form, request.files, store, language())
    if rows_changed:
        return desk.render()
    if desk.form.unread or not good:
        show_unread(desk.form, language())
        tell_authors(desk.form, number, language())
        return desk.render(422)
    data = patch_of(desk.form)
    command = AmendCase(
        actor=actor(),
        command_id=command_id("amend", number, data, desk.reason, desk.revision),
        number=number,
        data=data,
        reason=desk.reason,
        revision=desk.revision,
    )
    _answer, refusal = run(command)
    if refusal is None:
        done(N_("The complaint is amended.") if data else N_("Nothing was changed."))
        return see_other(url_for("manage.complaint", number=number))
    if refusal.field == "/reason":
        return desk.render(status_of(refusal), refusal.text(language()))
    if refusal.code == "case.changed":
        desk.renew()
    show_refusal(desk.form, refusal, language(), number)
    return desk.render(status_of(refusal))


def parts_to_amend(schema: Schema) -> dict[str, Schema]:
    """Name -> schema of every part of the case file in which anything may be written, without prefilled values."""
    return {name: _without_defaults(part) for name, part in schema["properties"].items() if _writable(part)}


def hints(part: str, schema: Schema) -> dict[str, Any]:
    """The form's hints: room for long texts, and the groups inside the part as sections of their own."""
    specs = specs_of({"type": "object", "properties": {part: schema}}, {})
    long = [one for one in specs if type_of(one.schema) == "string" and one.schema.get("maxLength", 0) > LINE]
    groups: dict[str, list[str]] = {}
    for spec in specs:
        groups.setdefault("/".join(spec.pointer.split("/")[:-1]), []).append(spec.pointer)
    sections = [{"title": _title(schema, at), "fields": pointers} for at, pointers in groups.items()]
    return {"widgets": {one.pointer: "textarea" for one in long}, "sections": sections}


def _title(schema: Schema, at: str) -> str:
    """The title of a group inside the part; none for the part itself."""
    title = ""
    for step in at.split("/")[2:]:
        schema = schema["properties"][step]
        title = str(schema.get("title", step))
    return title


def _writable(schema: Schema) -> bool:
    if schema.get("readOnly") is True:
        return False
    return any(map(_writable, schema["properties"].values())) if "properties" in schema else True


def _without_defaults(schema: Schema) -> Schema:
    """What was left empty then is not filled in now by looking at it."""
    return map_subschemas({key: value for key, value in schema.items() if key != "default"}, _without_defaults)
