"""One draft: its files, who changed what, and the way to a version."""

from typing import Any

from flask import Response, request, url_for

from server.commands.change_draft import ChangeDraft
from server.commands.discard_draft import DiscardDraft
from server.commands.open_draft import OpenDraft
from server.commands.renew_draft import RenewDraft
from server.domain.rejection import Rejected
from server.domain.templates import TEMPLATES
from server.i18n import N_
from server.queries.bundle_archive import draft_archive
from server.queries.draft_check import draft_check
from server.queries.draft_detail import draft_detail
from server.queries.draft_file import draft_file
from server.queries.vocabulary import vocabulary
from server.web.access import needs
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.replies import act, done, download, page, run, see_other

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
    base = whole_number(request.form, "base")
    command = OpenDraft(actor=actor(), key=key, title=request.form.get("title", ""), base=base)
    answer, refusal = run(command)
    if refusal is not None:
        raise refusal
    return see_other(url_for("design.draft", draft_id=answer["id"]))


@needs("definition.read")
def draft(draft_id: int) -> Response:
    found = draft_detail(context(), actor(), draft_id)
    titles = _titles(vocabulary(context(), actor(), draft_id, language()))
    groups = [(KINDS[kind], [one for one in found["files"] if one["kind"] == kind]) for kind in KINDS]
    return page(
        "design/draft.html",
        draft=found,
        groups=[(title, files) for title, files in groups if files],
        titles=titles,
        changed=[one for one in found["files"] if one["change"]],
        changes=CHANGES,
        states=STATES,
        templates=[(name, one.title) for name, one in TEMPLATES.items()],
        check=draft_check(context(), actor(), draft_id, language()),
    )


def _titles(words: dict[str, Any]) -> dict[str, str]:
    """What a file is called by people, by path: the names of its processes or tables, the title of its form."""
    named = [(one["path"], one["name"]) for one in (*words["processes"], *words["decisions"])]
    titles: dict[str, str] = {one["path"]: one["title"] for one in words["forms"] if one["title"] != one["key"]}
    for path, name in named:
        titles[path] = f"{titles[path]}, {name}" if path in titles else name
    return titles


@needs("definition.edit")
def discard(draft_id: int) -> Response:
    key = draft_detail(context(), actor(), draft_id)["key"]
    command = DiscardDraft(actor=actor(), draft_id=draft_id)
    return act(command, N_("The draft is given up."), url_for("design.application", key=key))


@needs("definition.edit")
def add(draft_id: int) -> Response:
    """A file from the own machine, which takes the place of one of the same name, or a new one from a template."""
    file, path = request.files.get("file"), request.form.get("path", "").strip()
    if file is not None and file.filename:
        path = path or file.filename
        content = file.read()
    else:
        template = TEMPLATES.get(request.form.get("template", ""))
        if template is None or not path:
            raise Rejected("malformed.file", N_("Choose a file, or a kind of file and a name for it."), field="/path")
        path = template.path_of(path)
        if path in {
            one["path"] for one in draft_detail(context(), actor(), draft_id)["files"] if one["change"] != "removed"
        }:
            raise Rejected("draft.there", N_("The draft has a file {path} already. Take another name."), path=path)
        content = template.content(path)
    context().execute(ChangeDraft(actor=actor(), draft_id=draft_id, files={path: content}))
    return see_other(url_for("design.edit", draft_id=draft_id, path=path))


@needs("definition.edit")
def remove(draft_id: int) -> Response:
    """Leave a file out; where the base has it, it is only left out of this draft."""
    path = request.form.get("path", "")
    command = ChangeDraft(actor=actor(), draft_id=draft_id, files={path: None})
    return act(command, N_("The file is left out."), url_for("design.draft", draft_id=draft_id))


@needs("definition.edit")
def bring_back(draft_id: int) -> Response:
    """A file that was left out, as the version the draft began with has it."""
    path = request.form.get("path", "")
    content = draft_file(context(), actor(), draft_id, path, as_in_base=True).content
    command = ChangeDraft(actor=actor(), draft_id=draft_id, files={path: content})
    return act(command, N_("The file is back."), url_for("design.draft", draft_id=draft_id))


@needs("definition.edit")
def renew(draft_id: int) -> Response:
    """Bring it up to date; where both changed a file, the form says which one stays."""
    keep = {name.removeprefix("keep:"): value for name, value in request.form.items() if name.startswith("keep:")}
    _answer, refusal = run(RenewDraft(actor=actor(), draft_id=draft_id, keep=keep))
    if refusal is None:
        done(N_("The draft is up to date."))
        return see_other(url_for("design.draft", draft_id=draft_id))
    if refusal.code != "draft.both_changed":
        raise refusal
    found = draft_detail(context(), actor(), draft_id)
    return page("design/renew.html", 409, draft=found, paths=[one["field"] for one in refusal.details or []], keep=keep)


@needs("definition.read")
def bundle(draft_id: int) -> Response:
    key, data = draft_archive(context(), actor(), draft_id)
    return download(data, f"{key}-draft-{draft_id}.zip")
