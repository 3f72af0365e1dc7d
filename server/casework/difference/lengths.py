"""Lengths of time in a sentence, and when a step is due."""

import re
from typing import Any

from server.domain.texts import Sentence
from server.i18n import N_

_PLAIN = re.compile(r"\s*(working_hours|working_days)\(\s*(\d+(?:\.\d+)?)\s*\)\s*")
_ONE = {
    "hours": N_("1 hour"),
    "working_hours": N_("1 working hour"),
    "days": N_("1 day"),
    "working_days": N_("1 working day"),
}
_MANY = {
    "hours": N_("{amount} hours"),
    "working_hours": N_("{amount} working hours"),
    "days": N_("{amount} days"),
    "working_days": N_("{amount} working days"),
}


def length(amount: Any, unit: str) -> Sentence:
    """For example “8 working hours”; what is no amount stands as it is."""
    if not isinstance(amount, int | float) or unit not in _MANY:
        return Sentence(f"{amount} {unit}")
    if amount == 1:
        return Sentence(_ONE[unit])
    return Sentence(_MANY[unit], {"amount": f"{amount:g}"})


def due_date(expression: str) -> Sentence:
    """What a due date written in a diagram says, in words where it only counts working time."""
    plain = _PLAIN.fullmatch(expression)
    if plain is None:
        return Sentence(expression)
    return length(float(plain[2]), plain[1])


def rule_length(rule: tuple[Any, ...] | None) -> Sentence:
    """(amount, unit, start) of the table of deadlines in words; None: no deadline."""
    if rule is None:
        return Sentence(N_("no deadline"))
    amount, unit, start = rule
    told = length(amount, str(unit))
    return Sentence(N_("{length} from the complaint"), {"length": told}) if start == "received" else told
