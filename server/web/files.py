"""Uploaded files: always as a download, except pictures that every browser shows by itself."""

from flask import Blueprint, Response, send_file

from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.file_info import file_info
from server.web.access import needs
from server.web.headers import FILE_POLICY
from server.web.person import actor, context
from server.web.values import is_picture

blueprint = Blueprint("files", __name__)


@blueprint.get("/files/<file_id>")
@needs("case.read")
def download(file_id: str) -> Response:
    info = file_info(context(), actor(), file_id)
    return _sent(info, as_attachment=True)


@blueprint.get("/files/<file_id>/picture")
@needs("case.read")
def picture(file_id: str) -> Response:
    """For `<img>`; Rejected `not_found.picture` for anything a browser might run."""
    info = file_info(context(), actor(), file_id)
    if not is_picture(info["media_type"]):
        raise Rejected("not_found.picture", N_("This file is no picture that can be shown here. Download it instead."))
    return _sent(info, as_attachment=False)


def _sent(info: dict[str, object], *, as_attachment: bool) -> Response:
    reply = send_file(
        str(info["path"]),
        mimetype=str(info["media_type"]),
        as_attachment=as_attachment,
        download_name=str(info["name"]),
        etag=str(info["sha256"]),
        max_age=3600,
    )
    reply.headers["Content-Security-Policy"] = FILE_POLICY
    reply.cache_control.private, reply.cache_control.public = True, False
    return reply
