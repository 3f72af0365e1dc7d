"""Plots that together go every way through the complaint process and the processes it calls, each way at least once.

A complaint that ends goes one way to its end, and may be sent round before: so there is one for each end behind each
beginning, and what leads back, and what the called processes offer, is met by them on their way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import cycle, product
from typing import Literal

from server.simulation.plots import METHODS, ROUNDS, Content, Method, PlanRound, Plot, ReplyRound, Shipments

BEGINNINGS = (Plot(), Plot(serious=True), Plot(at_once="full"), Plot(at_once="full", serious=True))
TURNS = len(BEGINNINGS)
ASKED, TOLD = 0.0, 1.0
"""Whether somebody asks the customer and the others outside, or they tell by themselves."""
LAST_WORDS: tuple[Literal["close", "refer"], ...] = ("close", "refer")
SPENT: tuple[tuple[PlanRound, PlanRound], ...] = (("refused", "infeasible"), ("infeasible", "refused"))
"""Two of three rounds of the plan."""
NO_PLAN: tuple[tuple[bool, tuple[PlanRound, ...]], ...] = (
    (False, ("refused", "infeasible", "refused")),
    (True, ("infeasible", "refused", "refused")),
    (False, ("infeasible", "refused", "infeasible")),
)
"""(whether it is dear, and so for the vice president to decide, why none of three plans came through)."""
NO_REPLY: tuple[tuple[bool, float, tuple[ReplyRound, ...]], ...] = (
    (False, ASKED, ("text", "release", "review")),
    (False, TOLD, ("review", "text", "release")),
    (False, ASKED, ("release", "review", "text")),
    (False, TOLD, ("review", "release", "text")),
    (True, ASKED, ("text", "review", "sign")),
    (True, ASKED, ("sign", "release", "text")),
    (True, TOLD, ("review", "text", "sign")),
    (True, TOLD, ("text", "release", "text")),
)
"""(whether the general manager signs, whether the customer tells, why none of three replies stood)."""
HAPPENINGS: tuple[tuple[str, ...], ...] = (
    (), ("pause", "comment"), ("ask",), ("amend",), ("delegate",), ("suspend",), ("sign",), ("call", "hurry"), (),
    ("pause", "call"), ("comment",),
)  # fmt: skip
"""What happens beside the steps, in turn; each is a function of happenings.py or colleagues.py."""
BESIDE = (
    Plot(at_once="accepted"),
    Plot(outside="withdraw", told=ASKED),
    Plot(outside="withdraw", told=TOLD),
    Plot(outside="merge"),
    Plot(outside="refer", told=TOLD),
    Plot(outside="refer", told=ASKED, ruling="back"),
    Plot(happenings=("cancel",)),
    Plot(happenings=("move",), method="on_site"),
    Plot(happenings=("send_back",), method="rework"),
    Plot(happenings=("send_back",), serious=True),
    Plot(happenings=("send_back",), verdict="no_quality"),
    Plot(happenings=("sign_after",), method="sorting"),
    Plot(happenings=("take_back",), method="rework"),
)
"""What has nothing to do with how a complaint begins."""


@cache
def every_way() -> tuple[tuple[Plot, ...], ...]:
    """Some turns of plots: each meets all ends, the beginnings change places, and in all turns together all are met."""
    details = Details()
    behind = [[_with_rests(plot, details) for plot in _behind(early, details)] for early in BEGINNINGS]
    turns = []
    for turn in range(TURNS):
        found = [behind[(place + turn) % TURNS][place] for place in range(len(behind[0]))]
        turns.append((*found, *BESIDE) if turn == 0 else tuple(found))
    return tuple(turns)


@dataclass
class Details:
    """What the called processes offer, dealt out so that all of it is met."""

    no_plan: Iterator[tuple[bool, tuple[PlanRound, ...]]] = field(default_factory=lambda: cycle(NO_PLAN))
    no_reply: Iterator[tuple[bool, float, tuple[ReplyRound, ...]]] = field(default_factory=lambda: cycle(NO_REPLY))
    spent: Iterator[tuple[PlanRound, PlanRound]] = field(default_factory=lambda: cycle(SPENT))
    methods: Iterator[Method] = field(default_factory=lambda: cycle(METHODS))
    happenings: Iterator[tuple[str, ...]] = field(default_factory=lambda: cycle(HAPPENINGS))
    _good: Iterator[Shipments] = field(default_factory=lambda: cycle(_shipments(3, bad=False)))
    _bad: Iterator[Shipments] = field(
        default_factory=lambda: cycle([each for number in (1, 2, 3) for each in _shipments(number, bad=True)])
    )

    def shipments(self, *rounds: Literal["good", "bad"]) -> tuple[Shipments, ...]:
        return tuple(next(self._good if each == "good" else self._bad) for each in rounds)


def _shipments(number: int, *, bad: bool) -> list[Shipments]:
    """All ways to hear of the first `number` shipments, the last of which is good or bad."""
    return [Shipments(told, number if bad else 0) for told in product((False, True), repeat=number)]


def _behind(early: Plot, details: Details) -> list[Plot]:
    """Every way on after this beginning."""
    found = [replace(early, verdict="not_valid"), replace(early, verdict="no_quality")]
    for last_word in LAST_WORDS:
        found += _without_success(replace(early, last_word=last_word), details)
    return found + _to_the_archive(early, details)


def _without_success(plot: Plot, details: Details) -> list[Plot]:
    """Rounds run out: of the containment, the plan, the reply, or of plans for another reason, or of asking."""
    never: tuple[Content, ...] = ("never", "never", "never")
    dear, plans = next(details.no_plan)
    signed, told, replies = next(details.no_reply)
    return [
        replace(plot, method="return", returns_refused=ROUNDS),
        replace(plot, dear=dear, plans=plans),
        replace(plot, passed_on=signed, told=told, replies=replies),
        replace(plot, plans=next(details.spent), replies=("cause",)),
        replace(plot, plans=next(details.spent), ineffective=1),
        replace(plot, plans=next(details.spent), shipments=details.shipments("bad")),
        *(replace(plot, plans=next(details.spent), content=("plan",), told=told) for told in (ASKED, TOLD)),
        *(replace(plot, content=never, told=told) for told in (ASKED, TOLD)),
    ]


def _to_the_archive(plot: Plot, details: Details) -> list[Plot]:
    """Satisfied in the end, and all that leads back before it."""
    return [
        replace(plot, told=ASKED, replies=("cause",), ineffective=1, content=("answer",)),
        replace(plot, told=TOLD, content=("plan", "answer"), shipments=details.shipments("bad", "good", "good")),
        replace(
            plot, told=ASKED, passed_on=True, content=("plan",), shipments=details.shipments("bad", "good", "good")
        ),
        replace(plot, told=TOLD, passed_on=True, comes_back=not plot.serious),
    ]


def _with_rests(plot: Plot, details: Details) -> Plot:
    """What the plot leaves open, in turn; and who is to come round three times in a year is not slow."""
    if plot.verdict == "quality" and not plot.shipments and not _ends_before_rollout(plot):
        plot = replace(plot, shipments=details.shipments("good"))
    slow = len(plot.shipments) + plot.ineffective + plot.replies.count("cause")
    return replace(
        plot,
        method=plot.method if plot.returns_refused else next(details.methods),
        told=plot.told if plot.told in (ASKED, TOLD) else ASKED if plot.serious else TOLD,
        happenings=next(details.happenings),
        dear=plot.dear or (plot.serious and len(plot.plans) < ROUNDS),
        alone=True,
        haste=1 + min(slow, 2),
    )


def _ends_before_rollout(plot: Plot) -> bool:
    limits = (plot.plans, plot.replies)
    stopped = len(plot.plans) == 2 and ("cause" in plot.replies or plot.ineffective)
    return bool(stopped or plot.returns_refused == ROUNDS or any(len(each) == ROUNDS for each in limits))
