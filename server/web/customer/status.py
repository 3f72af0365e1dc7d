"""The signed status page: number, state, and the milestones in a customer's words."""

from typing import Any

from flask import Response

from server.i18n import N_
from server.queries.customer_status import customer_status
from server.security.links import read_status_token, status_path
from server.web.access import public
from server.web.limits import PUBLIC_PAGES, limiter
from server.web.person import context, language
from server.web.replies import page
from server.web.texts import _

STAGES = (
    (0, N_("We have received your complaint")),
    (1, N_("We are examining the problem")),
    (3, N_("Immediate measures protect you from more of it")),
    (4, N_("We are finding the cause and a lasting solution")),
    (6, N_("The solution is being put in place")),
    (8, N_("We are closing your complaint")),
)
"""From which 8D discipline on a customer reads which words."""

_STATES = {
    "completed": N_("Your complaint is closed."),
    "cancelled": N_("Your complaint is no longer being worked on. Please call us if you have a question."),
}
_WITHDRAWN = N_("You have withdrawn this complaint. Please call us if that is not so.")
_OPEN = N_("We are working on your complaint.")


@public
@limiter.limit(PUBLIC_PAGES)
def show(token: str) -> Response:
    number = read_status_token(token, context().settings.secret())
    seen = customer_status(context(), number, language())
    into = seen["merged_into"]
    survivor = status_path(into, context().settings.secret()) if into else None
    return page(
        "customer/status.html", complaint=seen, sentence=_sentence(seen), stages=stages(seen), survivor=survivor
    )


def _sentence(seen: dict[str, Any]) -> str:
    if seen["merged_into"]:
        return _(N_("This complaint is handled together with your complaint {number}."), number=seen["merged_into"])
    if seen["merged"]:
        return _(N_("This complaint is handled together with another one. Please call us if you have a question."))
    return _(_WITHDRAWN if seen["withdrawn"] else _STATES.get(seen["state"], _OPEN))


def stages(seen: dict[str, Any]) -> list[dict[str, Any]]:
    """Every stage with `state` done, now or ahead; of a closed complaint only those it went through."""
    reached = [_level(step["milestone"]) for step in seen["steps"]]
    level = max((one for one in reached if one is not None), default=0)
    over = seen["state"] in _STATES
    now = max(position for position, (least, _words) in enumerate(STAGES) if least <= level)
    shown = []
    for position, (_least, text) in enumerate(STAGES):
        state = "done" if over or position < now else "now" if position == now else "ahead"
        if not (over and position > now):
            shown.append({"text": text, "state": state})
    return shown


def _level(milestone: str | None) -> int | None:
    """8 for `D8`; None for what is no discipline."""
    digits = (milestone or "").removeprefix("D")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 1 else None
