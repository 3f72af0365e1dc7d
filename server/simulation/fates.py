"""Which plot the next complaint of a year gets: mostly a common one, now and then a rare one."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from server.simulation.plots import METHODS, OUTSIDE, Plot, Shipments
from server.simulation.ways import TURNS, every_way


@dataclass
class Fates:
    """Plots for a year: one of `every` is a rare one, each in its turn, so that a long year has them all."""

    rng: Random
    every: int = 6
    _left: list[Plot] = field(default_factory=list)
    _count: int = 0
    _turn: int = 0

    def next(self, *, late: bool = False) -> Plot:
        """`late`: what comes now may not come to its end in this year, so a rare one has its turn another time too."""
        self._count += 1
        if self._count % self.every:
            return self._with_happenings(self._common())
        return self.rng.choice(every_way()[self._turn % TURNS]) if late else self._rare()

    def _rare(self) -> Plot:
        if not self._left:
            self._left = list(every_way()[self._turn % TURNS])
            self._turn += 1
            self.rng.shuffle(self._left)
        return self._left.pop()

    def _common(self) -> Plot:
        """As it mostly goes."""
        rng = self.rng
        serious = rng.random() < 0.12
        dice = rng.random()
        if dice < 0.20:
            return Plot(at_once="full" if rng.random() < 0.15 else "accepted", method=rng.choice(METHODS))
        if dice < 0.32:
            return Plot(serious=serious, verdict="not_valid")
        if dice < 0.55:
            return Plot(serious=serious, verdict="need" if rng.random() < 0.3 else "no_quality")
        outside = rng.choices(OUTSIDE, (94, 2.5, 2.5, 1))[0]
        method = rng.choices(METHODS, (20, 18, 16, 30, 16))[0]
        return Plot(
            serious=serious,
            passed_on=rng.random() < 0.03,
            method=method,
            returns_refused=int(method == "return" and rng.random() < 0.15),
            dear=serious or rng.random() < 0.05,
            plans=self._now_and_then(0.13, ("infeasible", "refused")),
            replies=self._now_and_then(0.2, ("review", "release", "text", "text", "cause")),
            ineffective=int(rng.random() < 0.04),
            shipments=(Shipments(bad=rng.randint(1, 3)),) if rng.random() < 0.05 else (),
            content=self._now_and_then(0.1, ("answer", "answer", "plan")),
            outside=outside,
            outside_after=rng.randint(1, 14),
            ruling="back" if rng.random() < 0.3 else "settled",
            comes_back=rng.random() < 0.04,
        )

    def _now_and_then(self, chance: float, what: tuple[Any, ...]) -> tuple[Any, ...]:
        return (self.rng.choice(what),) if self.rng.random() < chance else ()

    def _with_happenings(self, plot: Plot) -> Plot:
        """What people do besides: see life.py."""
        chances = {"pause": 0.05, "amend": 0.04, "suspend": 0.012, "cancel": 0.006, "call": 0.025, "send_back": 0.05}
        chances |= {"comment": 0.06, "hurry": 0.02, "ask": 0.02, "delegate": 0.01, "sign": 0.01, "take_back": 0.01}
        found = tuple(name for name, chance in chances.items() if self.rng.random() < chance)
        return replace(plot, happenings=found)
