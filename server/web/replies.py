"""What views answer with."""

import hashlib
from dataclasses import replace
from typing import Any

import orjson
from flask import Response, flash, make_response, redirect, render_template, request

from server.casework.command import Command
from server.domain.rejection import Rejected
from server.i18n import N_
from server.web.person import context, language
from server.web.refusals import status_of
from server.web.texts import _


def page(template: str, status: int = 200, **values: Any) -> Response:
    return make_response(render_template(template, **values), status)


def see_other(target: str) -> Response:
    """After a POST: the browser gets the next page, and reloading that posts nothing again.

    A script that sent the form is told where to go: if it followed by itself, what the next page says once were lost.
    """
    if request.method == "POST" and request.headers.get("X-Sent-By") == "script":
        return Response("", 200, {"X-Go-To": target}, mimetype="text/plain")
    return make_response(redirect(target, 303))


def done(text: str, *, category: str = "success", **params: Any) -> None:
    """A sentence on the next page; `category` is its colour: success, warning or danger."""
    flash(_(text, **params), category)


def run(command: Command, *, named: bool = True) -> tuple[dict[str, Any], Rejected | None]:
    """The answer of `command`, or its refusal; a form sent twice is one command, see `command_id`.

    `named` False for what a page may do again and again, with the same content too. With the button `look` of the page
    that offers to send again (resend.py) nothing is done: what was typed comes back, as after a refusal.
    """
    if request.method == "POST" and request.form.get("look"):
        return {}, Rejected("form.look", N_("Nothing was sent yet. Look at it, then send it."))
    try:
        return context().execute(_once(command) if named else command).body, None
    except Rejected as refusal:
        return {}, refusal


def _once(command: Command) -> Command:
    """The command under the id of the form that was sent, when that carries one and the view gave it no other."""
    if command.command_id is not None or request.method != "POST" or not request.form.get("once"):
        return command
    return replace(command, command_id=command_id(command.verb, command.fingerprint()))


def act(command: Command, text: str, target: str) -> Response:
    """For buttons without fields: do it, say so or say why not, go to `target`."""
    _answer, refusal = run(command)
    if refusal is None:
        done(text)
    else:
        flash(refusal.text(language()), "danger" if status_of(refusal) >= 500 else "warning")
    return see_other(target)


def command_id(*parts: Any) -> str | None:
    """Id of a command sent from a form: the same form with the same content is the same command.

    Made from the form's hidden `once` and the content, so that going back and sending something else is a new one.
    """
    once = request.form.get("once", "")
    if not once:
        return None
    return hashlib.sha256(orjson.dumps([once, *parts], option=orjson.OPT_SORT_KEYS)).hexdigest()[:40]


def download(data: bytes, name: str, mimetype: str = "application/zip") -> Response:
    """Bytes to be kept under that name."""
    reply = Response(data, mimetype=mimetype)
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply
