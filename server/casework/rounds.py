"""Which rounds begin with the user tasks that have just opened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from server.casework.wait_rows import rfc3339
from server.domain.application import Application
from server.domain.rounds import Round, begin_round
from server.engine import Element, Wait

PROPERTY = "loop"


def begin_rounds(application: Application, case: dict[str, Any], opened: Iterable[Wait], now: datetime) -> list[Round]:
    """Begin a round of every loop that one of the `opened` user tasks belongs to; `case` is changed in place."""
    names = dict.fromkeys(wait.properties.get(PROPERTY, "") for wait in opened)
    begun = [
        begin_round(case, name, application.loops[name], application.rounds, rfc3339(now))
        for name in names
        if name in application.loops
    ]
    return [one for one in begun if one is not None]


def loop_of(element: Element | None) -> str:
    """The loop that a user task begins a round of, "" for none."""
    return element.properties.get(PROPERTY, "") if element else ""
