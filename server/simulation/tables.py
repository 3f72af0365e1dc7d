"""Lines of tables whose fields belong together: a question and its answer, a cause and what was found about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from server.simulation.life import Life


@dataclass(frozen=True)
class Line:
    """`mood` turns the phrases of the line; `fixed` are the fields that make it what it is."""

    mood: str
    fixed: Mapping[str, Any]


PATHS = ("made", "not_detected", "system")
"""A cause, why it was not detected, why the system let it."""
DIMENSIONS = ("what", "where", "when", "extent")
CATEGORIES = ("man", "machine", "material", "method", "environment", "measurement", "design", "customer")
PLACES = ("own_stock", "wip", "in_transit", "customer_stock", "service_depot", "supplier")
DOCUMENTS = ("control_plan", "fmea", "work_instruction", "inspection", "training", "standard")
DUTIES = {"quality": "lead", "engineering": "plan", "production": "execute", "sales": "advise", "service": "advise",
          "management": "advise", "vp": "advise", "gm": "advise"}  # fmt: skip
OWN = "own"
"""The mood of the candidate that turns out to be the cause."""


def _why(life: "Life") -> list[Line]:
    return [Line(path, {"path": path}) for path in PATHS[: life.rng.choice((2, 3, 3))]]


def _candidates(life: "Life") -> list[Line]:
    own = life.matter.category
    others = life.rng.sample([each for each in CATEGORIES if each != own], life.rng.choice((1, 2, 2, 3)))
    verdicts = {each: "open" if life.rng.random() < 0.1 else "excluded" for each in others}
    return [
        Line(OWN if each == own else each, {"category": each, "verdict": verdicts.get(each, "confirmed")})
        for each in CATEGORIES
        if each == own or each in others
    ]


def _is_is_not(life: "Life") -> list[Line]:
    return [Line(each, {"dimension": each}) for each in DIMENSIONS[: life.rng.choice((2, 4))]]


def _actions(life: "Life") -> list[Line]:
    return [Line(path, {"against": path}) for path in PATHS[: life.rng.choice((1, 2, 3))]]


def _containment(life: "Life") -> list[Line]:
    return [Line(each, {"place": each}) for each in PLACES[: life.rng.choice((1, 2, 3, 4))]]


def _prevention(life: "Life") -> list[Line]:
    chosen = life.rng.sample(DOCUMENTS, life.rng.choice((1, 2, 3)))
    return [Line(each, {"document": each}) for each in DOCUMENTS if each in chosen]


def _members(life: "Life") -> list[Line]:
    """Somebody of quality, engineering and production, and now and then of sales."""
    groups = ("quality", "engineering", "production", "sales")[: life.rng.choice((2, 3, 3, 4))]
    people = [(group, life.world.on_duty(group, life.rng)) for group in groups]
    return [Line(group, {"name": person.name, "department": group, "duty": DUTIES[group]}) for group, person in people]


TABLES: Mapping[str, Callable[["Life"], list[Line]]] = {
    "/root_cause/five_why": _why,
    "/root_cause/candidates": _candidates,
    "/problem/is_is_not": _is_is_not,
    "/plan/actions": _actions,
    "/containment/actions": _containment,
    "/rollout/prevention": _prevention,
    "/team/members": _members,
}
"""By pointer of the case file: the lines that somebody enters."""
