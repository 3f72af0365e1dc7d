"""What a form still lacks before it can be completed, and how far each of its sections is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.web.forms.leaves import Leaf
from server.web.forms.rows import RowsLeaf

if TYPE_CHECKING:
    from server.web.forms.case_form import CaseForm


@dataclass(frozen=True)
class Lack:
    """One field to go to: `anchor` is the id of its control; `problem` says what is wrong, empty for nothing there."""

    anchor: str
    title: str
    row: int | None = None
    problem: str = ""


@dataclass(frozen=True)
class State:
    """Of the fields that can be filled now: `missing` are demanded and empty."""

    missing: int
    filled: int
    fields: int


def missing(form: "CaseForm") -> list[Lack]:
    """Every demanded field that is empty, also in rows that were begun, as the page has them."""
    return [lack for _, leaves, _ in form.parts for leaf in leaves for lack in _lacks(form, leaf)]


def wrong(form: "CaseForm") -> list[Lack]:
    """Every field that was refused or is disputed, with the sentence that says why."""
    found = []
    for _, leaves, _ in form.parts:
        for leaf in leaves:
            if _bad(leaf):
                found.append(Lack(leaf.name, leaf.spec.title, None, "".join(leaf.problems[:1])))
            for number, row in enumerate(leaf.rows if isinstance(leaf, RowsLeaf) else (), 1):
                found += [
                    Lack(cell.name, f"{leaf.spec.title}: {cell.spec.title}", number, "".join(cell.problems[:1]))
                    for cell in row
                    if _bad(cell)
                ]
    return found


def state_of(form: "CaseForm", leaves: list[Leaf]) -> State:
    """How far a section is."""
    open_ones = [leaf for leaf in leaves if not leaf.spec.locked and form.visible(leaf)]
    lacks = sum(1 for leaf in open_ones for _ in _lacks(form, leaf))
    return State(lacks, sum(1 for leaf in open_ones if leaf.typed != "" or leaf.data is not None), len(open_ones))


def _lacks(form: "CaseForm", leaf: Leaf) -> Iterator[Lack]:
    if leaf.spec.locked or not form.visible(leaf):
        return
    if leaf.spec.required and leaf.data is None and leaf.unread is None:
        yield Lack(leaf.name, leaf.spec.title)
    for number, row in enumerate(leaf.rows if isinstance(leaf, RowsLeaf) else (), 1):
        for cell in row.lacking:
            yield Lack(cell.name, f"{leaf.spec.title}: {cell.spec.title}", number)


def _bad(leaf: Leaf) -> bool:
    return bool(leaf.problems or leaf.conflict)
