"""The files of a draft: as they are, saved under the revision they are based on, and the page that edits each kind."""

import re
from dataclasses import replace
from typing import Any

from flask import Response, jsonify, request, url_for

from server.commands.change_draft import ChangeDraft
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.draft_detail import draft_detail, kind_of
from server.queries.draft_file import DraftFile, draft_file
from server.web import headers
from server.web.access import needs
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import done, page, run, see_other

EDITORS: dict[str, str] = {
    "diagram": "design/modeler.html",
    "table": "design/tables.html",
    "form": "design/form_editor.html",
}
"""The template of the editor of a kind of file; what has none of its own is a text."""

TEXT = "design/text_editor.html"
_REVISION = re.compile(r'"?(\d{1,9})"?')


@needs("definition.read")
def edit(draft_id: int, path: str) -> Response:
    return _editor(draft_id, path)


@needs("definition.edit")
def keep(draft_id: int, path: str) -> Response:
    """Save a text without script: the form holds the whole file and the revision it began with."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    changed: dict[str, bytes | None] = {path: text.encode()}
    based_on = {path: whole_number(request.form, "revision") or 0}
    _answer, refusal = run(ChangeDraft(actor=actor(), draft_id=draft_id, files=changed, based_on=based_on))
    if refusal is not None:
        return _editor(draft_id, path, status_of(refusal), typed=text, problem=refusal.text(language()))
    done(N_("Saved."))
    return see_other(url_for("design.edit", draft_id=draft_id, path=path))


@needs("definition.read")
def raw(draft_id: int, path: str) -> Response:
    found = draft_file(context(), actor(), draft_id, path)
    if found.content is None:
        raise Rejected("not_found.file", N_("The bundle has no file {path}."), path=path[:200])
    kind = "application/xml" if path.endswith((".bpmn", ".dmn")) else "text/plain"
    reply = Response(found.content, content_type=f"{kind}; charset=utf-8")
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["Content-Security-Policy"] = headers.FILE_POLICY
    reply.set_etag(str(found.revision))
    return reply


@needs("definition.edit")
def save(draft_id: int, path: str) -> tuple[Response, int]:
    try:
        changed: dict[str, bytes | None] = {path: request.get_data(cache=False)}
        command = ChangeDraft(actor=actor(), draft_id=draft_id, files=changed, based_on=_based_on(path))
        answer = context().execute(command).body
    except Rejected as refusal:
        told: dict[str, Any] = {"error": refusal.to_json(language())}
        if refusal.code == "draft.changed":
            told["theirs"] = _theirs(draft_file(context(), actor(), draft_id, path))
        return jsonify(told), status_of(refusal)
    return jsonify({"revision": answer["files"][path], "draft_revision": answer["revision"]}), 200


def _based_on(path: str) -> dict[str, int]:
    """Raises Rejected `malformed.if_match`."""
    given = request.headers.get("If-Match", "").strip()
    found = _REVISION.fullmatch(given)
    if found is None and given != "*":
        raise Rejected(
            "malformed.if_match",
            N_("Say in If-Match which revision of the file this is based on, or * to overwrite any."),
        )
    return {path: int(found[1])} if found else {}


def _theirs(found: DraftFile) -> dict[str, Any]:
    return {
        "revision": found.revision,
        "by": found.by,
        "at": found.at.isoformat() if found.at else None,
        "content": None if found.content is None else found.content.decode("utf-8", "replace"),
    }


def _editor(draft_id: int, path: str, status: int = 200, **more: Any) -> Response:
    draft, found = draft_detail(context(), actor(), draft_id), draft_file(context(), actor(), draft_id, path)
    headers.allow_style_attributes()
    try:
        text = (found.content or b"").decode()
    except UnicodeDecodeError:
        # A picture or font, say: saved from a text field it would be spoilt.
        text, found = (found.content or b"").decode("utf-8", "replace"), replace(found, editable=False)
    # What an editor cannot open can still be mended as a text.
    editor = TEXT if request.args.get("as") == "text" else EDITORS.get(kind_of(path), TEXT)
    return page(
        editor,
        status,
        draft=draft,
        file=found,
        kind=kind_of(path),
        text=text,
        **({"typed": None, "problem": ""} | more),
    )
