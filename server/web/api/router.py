"""Binds the operations of the OpenAPI document to the handlers of the same name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect

from server.domain.rejection import Rejected
from server.i18n import best_language
from server.web.api import (
    alerts,
    analysis,
    clock,
    comments,
    complaints,
    definitions,
    drafts,
    files,
    incidents,
    instances,
    messages,
    notifications,
    repairs,
    reports,
    requests,
    site,
    stuck,
    substitutes,
    tasks,
)
from server.web.api.call import Call, Reply, read_body, read_path, read_query
from server.web.api.checking import Checker
from server.web.api.document import Document, Operation
from server.web.api.identity import caller
from server.web.api.replies import failed, json_reply, refused, refused_by_http

if TYPE_CHECKING:
    from server.casework.context import Context

PREFIX = "/api/v1"
NOUNS: Mapping[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        alerts,
        analysis,
        clock,
        comments,
        complaints,
        definitions,
        drafts,
        files,
        incidents,
        instances,
        messages,
        notifications,
        repairs,
        requests,
        stuck,
        substitutes,
        reports,
        site,
        tasks,
    )
}


def blueprint(context: "Context") -> Blueprint:
    """All calls under /api/v1. KeyError or AttributeError at start when the document and the handlers disagree."""
    document, checker = _published()
    api = Blueprint("api", __name__, url_prefix=PREFIX)
    for operation in document.operations:
        view = _document_view(document) if operation.public else _view(operation, context, checker)
        api.add_url_rule(operation.rule, operation.id, view, methods=[operation.method.upper()])
    _handle_errors(api)
    api.before_app_request(_unrouted)
    api.after_request(_headers)
    return api


@cache
def _published() -> tuple[Document, Checker]:
    """The document and what judges by it: read once in a process."""
    document = Document()
    return document, Checker(document)


def handler(operation: Operation) -> Callable[[Call], Reply]:
    """The function `operation.id` of the noun's module."""
    found: Callable[[Call], Reply] = getattr(NOUNS[operation.noun], operation.id)
    return found


def _view(operation: Operation, context: "Context", checker: Checker) -> Callable[..., Response]:
    act = handler(operation)

    def view(**values: str) -> Response:
        # Answers of commands are told in the actor's language: here that is the one the call asks for.
        actor = replace(caller(context, request.headers.get("Authorization")), language=_language())
        path = read_path(operation, values, checker)
        query = read_query(operation, request, checker)
        body, upload = read_body(operation, request, checker, _upload_limit(context))
        reply = act(Call(context, actor, actor.language, path, query, body, upload))
        return reply if isinstance(reply, Response) else json_reply(*reply)

    return view


def _document_view(document: Document) -> Callable[[], Response]:
    def view() -> Response:
        return json_reply(200, document.data)

    return view


def _handle_errors(api: Blueprint) -> None:
    @api.errorhandler(Rejected)
    def _(refusal: Rejected) -> Response:
        return refused(refusal, _language())

    @api.errorhandler(HTTPException)
    def _(error: HTTPException) -> Response:
        return refused_by_http(error, _language())

    @api.errorhandler(Exception)
    def _(error: Exception) -> Response:
        return failed(error, f"{request.method} {request.path}", _language())


def _unrouted() -> ResponseReturnValue | None:
    # Flask asks a blueprint's error handlers only after a route of it was found.
    error = request.routing_exception
    if not isinstance(error, HTTPException):
        return None
    if request.path != PREFIX and not request.path.startswith(f"{PREFIX}/"):
        return None
    # A script that writes a slash too many is told so; a redirect would lose its body.
    wrong = NotFound() if isinstance(error, RequestRedirect) else error
    return _headers(refused_by_http(wrong, _language()))


def _headers(reply: Response) -> Response:
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers["Vary"] = "Accept-Language, Authorization"
    return reply


def _language() -> str:
    return best_language(request.headers.get("Accept-Language"))


def _upload_limit(context: "Context") -> int:
    """Bytes; the file store holds each file to the same limit, this one only keeps longer bodies from being read."""
    return context.settings.max_upload_mb * 1024 * 1024
