"""What the scripts of a form ask for while it is filled: values the house knows, and a place for a file."""

from typing import BinaryIO, cast

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from server.commands.upload_file import UploadFile
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.known_values import known_values
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import run

blueprint = Blueprint("forms", __name__)


@blueprint.get("/forms/known/<picker>")
@needs("case.read")
def known(picker: str) -> ResponseReturnValue:
    """`{"items": [{"value", "label"}]}` for the text `q`."""
    try:
        items = known_values(context(), actor(), picker, request.args.get("q", ""))
    except Rejected as refusal:
        return _refused(refusal)
    reply: Response = jsonify({"items": items})
    reply.cache_control.no_store = True
    return reply


@blueprint.post("/forms/files")
@needs("file.upload")
def upload() -> ResponseReturnValue:
    """One file, `file`: 201 with `{"id", "name", "media_type", "size"}`; of the case once a form names it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _refused(Rejected("malformed.file", N_("No file came along. Choose it again.")))
    command = UploadFile(actor=actor(), name=sent.filename, stream=cast(BinaryIO, sent.stream))
    answer, refusal = run(command)
    if refusal is not None:
        return _refused(refusal)
    return jsonify({name: answer[name] for name in ("id", "name", "media_type", "size")}), 201


def _refused(refusal: Rejected) -> ResponseReturnValue:
    return jsonify({"error": refusal.to_json(language())}), status_of(refusal)
