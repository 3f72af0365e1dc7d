"""Reads the labelled complaints beside this file."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from server.domain.wording import Wording

TRADES = ("moulding", "modules", "water")


class Complaint(NamedTuple):
    """One line: `id` of the register, or the problem a query repeats."""

    id: str
    wording: Wording

    @property
    def problem(self) -> str:
        return self.id[:3]

    @property
    def trade(self) -> str:
        return self.id[0]

    @property
    def held_out(self) -> bool:
        return int(self.id[1:3]) % 2 == 0


@cache
def register() -> tuple[Complaint, ...]:
    return tuple(Complaint(cells[0], _wording(cells)) for cells in _lines(query=False))


@cache
def queries() -> tuple[Complaint, ...]:
    return tuple(Complaint(cells[0].removeprefix("? "), _wording(cells)) for cells in _lines(query=True))


def _wording(cells: list[str]) -> Wording:
    _id, name, part, defect, problem, *cause = cells
    return Wording(part=part, name=name, problem=problem, defect=defect, cause="".join(cause))


def _lines(query: bool) -> Iterator[list[str]]:
    for trade in TRADES:
        for line in Path(__file__).with_name(f"{trade}.txt").read_text("utf-8").splitlines():
            if not line.startswith("#") and line.startswith("? ") is query:
                yield [cell.strip() for cell in line.split("|")]
