"""What becomes of a complaint, decided when it comes in, as customers and causes decide it in life.

A plot says only what the people meet and how they judge it; that the complaint then goes a certain way through the
process is the process's doing.
"""

from dataclasses import dataclass
from typing import Literal

Method = Literal["none", "return", "rework", "sorting", "on_site"]
METHODS: tuple[Method, ...] = ("none", "return", "rework", "sorting", "on_site")
PlanRound = Literal["infeasible", "refused", "good"]
ReplyRound = Literal["review", "release", "sign", "text", "cause", "good"]
Content = Literal["answer", "plan", "never", "yes"]
Outside = Literal["", "withdraw", "merge", "refer"]
OUTSIDE: tuple[Outside, ...] = ("", "withdraw", "merge", "refer")
ROUNDS = 3
"""As many as the procedure allows."""


@dataclass(frozen=True)
class Shipments:
    """One round of three shipments that are watched: which are told by the customer himself, where that is known, and
    which one is `bad`, 0 for none.
    """

    told: tuple[bool, ...] = ()
    bad: int = 0


@dataclass(frozen=True)
class Plot:
    """Tuples go round by round: what stands first is met in the first round; when they are used up, all goes well."""

    at_once: Literal["no", "accepted", "full"] = "no"
    serious: bool = False
    verdict: Literal["quality", "not_valid", "need", "no_quality"] = "quality"
    passed_on: bool = False
    """By an authority, which makes the general manager sign."""
    method: Method = "sorting"
    returns_refused: int = 0
    dear: bool = False
    """The plan costs more than a manager may approve."""
    plans: tuple[PlanRound, ...] = ()
    replies: tuple[ReplyRound, ...] = ()
    ineffective: int = 0
    shipments: tuple[Shipments, ...] = ()
    content: tuple[Content, ...] = ()
    """Not content, and what is done about it."""
    last_word: Literal["close", "refer"] = "close"
    ruling: Literal["settled", "back"] = "settled"
    told: float = 0.5
    """How likely the customer tells by himself what else he is asked for."""
    outside: Outside = ""
    outside_after: int = 4
    """After so many steps."""
    happenings: tuple[str, ...] = ()
    comes_back: bool = False
    stops_at: str = ""
    """The step at which everybody leaves it lying; '' for none."""
    alone: bool = False
    """Graded by itself: neither it nor what it repeats costs so much that its level is another."""
    haste: float = 1
    """So many times faster than others it is worked on."""
