"""What managers count of the steps of many cases: how many, how long, what promise breaks, what it costs."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

AT_RISK_HOURS = 8.0
"""A promise that falls due within so many working hours is at risk: a working day, for who looks once each morning."""


@dataclass
class Figures:
    """Of the steps in one place, or in many.

    cases: different ones in each place; steps: places of parallel work counted each; waiting: working seconds, of what
    stands there until now, of what has left until then; longest: of one step; late: promises that are broken; soon:
    those that break within AT_RISK_HOURS; hours_cost, items_cost: by the working hours, and money people entered.
    """

    cases: int = 0
    steps: int = 0
    waiting: int = 0
    longest: int = 0
    late: int = 0
    soon: int = 0
    hours_cost: float = 0.0
    items_cost: float = 0.0

    @property
    def mean(self) -> float:
        return self.waiting / self.steps if self.steps else 0.0

    @property
    def cost(self) -> float:
        return self.hours_cost + self.items_cost

    def add(self, other: "Figures") -> None:
        for each in fields(self):
            if each.name != "longest":
                setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        self.longest = max(self.longest, other.longest)


def total(figures: Iterable[Figures]) -> Figures:
    found = Figures()
    for each in figures:
        found.add(each)
    return found
