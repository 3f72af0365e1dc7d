"""What stands beside the menu: how much waits for one. The page asks again from time to time (badge.js)."""

from typing import Any

import orjson
from flask import Response, g, make_response, request

from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.badge import MOST, Badge, badge
from server.web.access import signed_in
from server.web.person import actor, context, current_actor
from server.web.texts import _

EVERY = 30
"""Seconds from one question to the next, while the page is looked at."""


@signed_in
def counts() -> Response:
    """`{"mine", "late", "asked", "free", "shown", "said"}`; 304 when nothing has changed."""
    reply = make_response(orjson.dumps(_told(badge(context(), actor()))))
    reply.mimetype = "application/json"
    reply.add_etag()
    reply.headers["Cache-Control"] = "private, no-cache"
    reply.make_conditional(request)
    return reply


def of_page() -> dict[str, Any]:
    """The same for the page that is being made, asked once; for a stranger zeros."""
    if "badge" not in g:
        person = current_actor()
        try:
            counted = badge(context(), person) if person is not None else Badge()
        except Rejected:
            counted = Badge()  # the page that says that the database is away has a menu, too
        g.badge = _told(counted) | {"every": EVERY}
    found: dict[str, Any] = g.badge
    return found


def _told(found: Badge) -> dict[str, Any]:
    """The numbers as they are shown, `99+` for many, and all of it in words for who does not see it."""
    numbers = {name: getattr(found, name) for name in ("mine", "late", "asked", "free")}
    shown = {name: _shown(count) for name, count in numbers.items()}
    words = _(N_("Your tasks: {mine}, late: {late}. Asked of you: {asked}. Free in your groups: {free}."), **shown)
    total = found.mine + found.asked
    return {**numbers, "shown": {**shown, "total": _shown(total) if total else ""}, "said": words}


def _shown(count: int) -> str:
    return f"{MOST - 1}+" if count >= MOST else str(count)
