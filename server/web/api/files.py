"""Attachments."""

from flask import send_file

from server.commands.upload_file import UploadFile
from server.queries.file_info import file_info
from server.web.api.call import Call, Reply


def upload_file(call: Call) -> Reply:
    name, stream = call.upload
    return call.execute(UploadFile(actor=call.actor, command_id=call.command_id, name=name, stream=stream))


def get_file(call: Call) -> Reply:
    info = file_info(call.context, call.actor, call.path["file_id"])
    reply = send_file(
        info["path"],
        mimetype=info["media_type"],
        as_attachment=True,
        download_name=info["name"],
        etag=info["sha256"],
    )
    # Whatever the file holds, a browser that opens it runs nothing.
    reply.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reply
