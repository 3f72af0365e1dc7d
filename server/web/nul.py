"""Refuses the one character no database of ours keeps, wherever a page's request holds it; the API has its own gate.

The small forms of the desk are let through: there the field and the command refuse it, and what was typed comes back.
"""

from flask import Flask, Response, request

from server.domain.rejection import Rejected
from server.i18n import N_

_TELL_THEMSELVES = frozenset({"tasks", "me", "manage"})
"""Rooms whose posts go to a form or a command, which both look at every text."""


def install(app: Flask) -> None:
    """After the guard and the token's check: only then is a form read."""
    app.before_request(_refuse_nul)
    app.after_request(_show_none)


def _show_none(reply: Response) -> Response:
    """What was typed comes back with a mark in its place: a page cannot hold it either."""
    if request.method == "POST" and reply.mimetype == "text/html" and b"\0" in reply.get_data():
        reply.set_data(reply.get_data().replace(b"\0", "\N{REPLACEMENT CHARACTER}".encode()))
    return reply


def _refuse_nul() -> None:
    """Raises Rejected `malformed.value`."""
    if request.blueprint == "api":
        return
    texts = [request.path, *(text for pair in request.args.items(multi=True) for text in pair)]
    if request.method == "POST" and request.blueprint not in _TELL_THEMSELVES:
        texts += [text for pair in request.form.items(multi=True) for text in pair]
    if any("\0" in text for text in texts):
        raise Rejected(
            "malformed.value", N_("The text holds a NUL character, which cannot be stored. Type the text anew.")
        )
