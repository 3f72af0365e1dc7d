"""What a complaint costs as people come to know it: sorting, scrap, freight and the rest, what each came to so far."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.simulation.knowledge import Knowledge

TENS = -1
"""Digits: people write round amounts."""
A_MODULE, A_PIECE = 14.0, 0.22
"""RMB for looking at one."""
WAGE = 45.0
"""RMB an hour, of those who sort, rework and travel."""


def _sorting(life: "Knowledge") -> float:
    """By the piece, and for some hours of waiting."""
    matter = life.matter
    each = A_MODULE if matter.article.power else A_PIECE
    return matter.total * each * life.rng.uniform(0.7, 1.6) + WAGE * life.rng.randint(2, 16)


def _scrap(life: "Knowledge") -> float:
    matter = life.matter
    return matter.bad * matter.article.price * life.rng.uniform(0.55, 1.0)


def _freight(life: "Knowledge") -> float:
    """A courier for a box, a lorry for pallets of modules."""
    matter = life.matter
    lorry = life.rng.uniform(1200, 4800) if matter.article.power else life.rng.uniform(80, 900)
    return lorry * (1.8 if life.language == "en" else 1.0)


def _other(life: "Knowledge") -> float:
    """Travel, tests, material of the rework."""
    nights = life.rng.randint(0, 3)
    return WAGE * life.rng.randint(2, 12) + nights * 480 + life.rng.choice((0, 0, 260, 1200, 3500))


_ITEMS: Mapping[str, tuple[tuple[str, ...], float, Callable[["Knowledge"], float]]] = {
    "/costs/sorting": (("sorting",), 0.95, _sorting),
    "/costs/scrap": (("sorting", "rework", "return"), 0.8, _scrap),
    "/costs/freight": (("return",), 0.9, _freight),
    "/costs/other": (("on_site", "rework"), 0.7, _other),
}
"""By pointer: the methods of containment that cause it, how often somebody who knows enters it, what it comes to."""
BESIDE = 0.3
"""How often there is something all the same: goods are replaced, a laboratory is paid."""


class Money:
    """What `life` has cost so far, item by item; another round of containment costs anew."""

    def __init__(self) -> None:
        self._spent: dict[str, tuple[int, float]] = {}
        self._beside: dict[str, bool] = {}

    def known(self, life: "Knowledge", at: str) -> bool:
        """Whether the person who fills the field has something to enter there."""
        methods, entered, _ = _ITEMS[at]
        if at in self._spent:
            return True
        there = life.plot.method in methods
        if not there and life.done["archive"] == 0 and life.done["confirm_containment"]:
            there = self._beside.setdefault(at, at != "/costs/sorting" and life.rng.random() < BESIDE)
        return there and life.rng.random() < entered

    def spent(self, life: "Knowledge", at: str) -> float:
        """In RMB."""
        rounds, so_far = self._spent.get(at, (0, 0.0))
        now = max(life.done["emergency"], 1)
        if rounds < now and (not rounds or life.plot.method in _ITEMS[at][0]):
            so_far += _ITEMS[at][2](life)
        self._spent[at] = (now, so_far)
        return float(max(round(so_far, TENS), 10))
