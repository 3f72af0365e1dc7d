"""Answers as JSON, and every error in the one shape."""

import logging
import secrets
from typing import Any

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from server.domain.rejection import Rejected
from server.i18n import N_
from server.web.api.identity import CHALLENGE
from server.web.refusals import status_of

log = logging.getLogger(__name__)

_HTTP = {
    400: ("malformed.request", N_("The request cannot be understood.")),
    404: ("not_found.path", N_("There is nothing at this address.")),
    405: ("method_not_allowed", N_("This address does not take that method.")),
    416: ("malformed.range", N_("The file has no such part. Ask for bytes within its length.")),
    413: ("too_large", N_("The body is too large. Send less at once.")),
    429: ("rate_limited", N_("Too many calls. Wait a little, then go on.")),
}


def json_reply(status: int, body: Any) -> Response:
    reply = Response(orjson.dumps(body), status=status, content_type="application/json")
    if status == 201 and isinstance(body, dict) and "status_url" in body:
        reply.headers["Location"] = body["status_url"]
    return reply


def refused(refusal: Rejected, language: str, status: int | None = None) -> Response:
    """`status` is given only where HTTP itself refused, before any of our codes."""
    reply = json_reply(status or status_of(refusal), {"error": refusal.to_json(language)})
    if reply.status_code == 401:
        reply.headers["WWW-Authenticate"] = CHALLENGE
    return reply


def refused_by_http(error: HTTPException, language: str) -> Response:
    status = error.code or 500
    code, message = _HTTP.get(status, _HTTP[400] if status < 500 else ("internal", N_("The server cannot do this.")))
    reply = refused(Rejected(code, message), language, status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        reply.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return reply


def failed(error: BaseException, what: str, language: str) -> Response:
    """A fault of ours: logged under a reference that the caller can tell an administrator."""
    reference = secrets.token_hex(4)
    log.error("%s failed, reference %s", what, reference, exc_info=error)
    message = N_("Something went wrong in the server. Tell an administrator the reference {reference}.")
    refusal = Rejected("internal", message, details=[{"reference": reference}], reference=reference)
    return refused(refusal, language)
