"""What becomes of a complaint, decided when it comes in, as customers and causes decide it in life.

A plot says only what the people meet and how they judge it; that the complaint then goes a certain way through the
process is the process's doing.
"""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Literal

Method = Literal["none", "return", "rework", "sorting", "on_site"]
METHODS: tuple[Method, ...] = ("none", "return", "rework", "sorting", "on_site")
PlanRound = Literal["infeasible", "refused", "good"]
ReplyRound = Literal["review", "release", "sign", "text", "cause", "good"]
ONCE_MORE: tuple[ReplyRound, ...] = ("release", "text", "review", "text")
"""Why a reply is written again where the plot does not say."""
Content = Literal["answer", "plan", "never", "yes"]
Outside = Literal["", "withdraw", "merge", "refer"]
OUTSIDE: tuple[Outside, ...] = ("", "withdraw", "merge", "refer")
ROUNDS = 3
"""As many as the procedure allows."""


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
    shipments: tuple[int, ...] = ()
    """Which of the three next shipments is bad, rollout by rollout; 0: none."""
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


EARLY = (
    Plot(),
    Plot(serious=True),
    Plot(at_once="full"),
    Plot(at_once="full", serious=True),
)
"""How a complaint may begin."""
HAPPENINGS: tuple[tuple[str, ...], ...] = (
    (), ("pause",), (), ("amend",), ("suspend",), (), ("call",), ("send_back",), (), ("pause", "call"), (),
)  # fmt: skip
"""What happens beside the steps of rare complaints, in turn; each is a function of happenings.py or of life.py."""
LAST_WORDS: tuple[tuple[Literal["close", "refer"], Literal["settled", "back"]], ...] = (
    ("close", "settled"),
    ("refer", "settled"),
)


def rare_ones(turn: int) -> list[Plot]:
    """One plot for each way a complaint may end; how it begins, and what called processes offer, goes round by turns.

    As many turns as there are beginnings, and every way through the main process was there.
    """
    found = [Plot(at_once="accepted"), Plot(outside="withdraw"), Plot(outside="merge"),
             Plot(outside="refer"), Plot(outside="refer", ruling="back")]  # fmt: skip
    ends = len(_behind(EARLY[0]))
    found += [_behind(EARLY[(place + turn) % len(EARLY)])[place] for place in range(ends)]
    varied = [_varied(plot, place + turn) for place, plot in enumerate(found)]
    varied.append(Plot(happenings=("cancel",)))
    bad = [place for place, plot in enumerate(varied) if plot.shipments]
    for nth, place in enumerate(bad):
        varied[place] = replace(varied[place], shipments=(1 + (nth + turn) % 3,))
    return varied


def _behind(early: Plot) -> list[Plot]:
    """Every way on after this beginning."""
    found = [replace(early, verdict="not_valid"), replace(early, verdict="no_quality")]
    for last_word, ruling in LAST_WORDS:
        found += _without_success(replace(early, last_word=last_word, ruling=ruling))
    return found + _once_more(early) + _asked_at_the_end(early)


def _without_success(plot: Plot) -> list[Plot]:
    """Rounds run out: of the containment, the plan, the reply, or of plans for another reason."""
    spent: tuple[PlanRound, ...] = ("refused", "refused")
    never: tuple[Content, ...] = ("never", "never", "never")
    return [
        replace(plot, method="return", returns_refused=ROUNDS),
        replace(plot, plans=("infeasible", "refused", "refused")),
        replace(plot, replies=("text", "review", "release")),
        replace(plot, replies=("text", "sign", "release"), passed_on=True),
        replace(plot, plans=spent, replies=("cause",)),
        replace(plot, plans=spent, ineffective=1),
        replace(plot, plans=spent, shipments=(1,)),
        replace(plot, plans=spent, content=("plan",), told=0.0),
        replace(plot, plans=spent, content=("plan",), told=1.0),
        replace(plot, content=never, told=0.0),
        replace(plot, content=never, told=1.0),
    ]


def _once_more(plot: Plot) -> list[Plot]:
    return [replace(plot, replies=("cause",)), replace(plot, ineffective=1), replace(plot, shipments=(2,))]


def _asked_at_the_end(plot: Plot) -> list[Plot]:
    found = []
    for told in (0.0, 1.0):
        found += [
            replace(plot, told=told, content=("plan",)),
            replace(plot, told=told, content=("answer",)),
            replace(plot, told=told),
            replace(plot, told=told, passed_on=True, replies=("sign",)),
        ]
    return found


def _turned(rounds: tuple[Any, ...], turn: int) -> tuple[Any, ...]:
    """The same rounds, another one last."""
    place = turn % len(rounds)
    return rounds[place:] + rounds[:place]


def _varied(plot: Plot, turn: int) -> Plot:
    """What the called processes offer, in turn, where the plot leaves it open."""
    method = plot.method if plot.returns_refused else METHODS[turn % len(METHODS)]
    refused = plot.returns_refused or int(method == "return" and turn % 10 == 6)
    plans, replies = plot.plans, plot.replies
    if len(plans) == ROUNDS:
        plans = _turned(plans, turn)
    if len(replies) == ROUNDS:
        replies = _turned(("text", "sign", "release") if plot.passed_on else ("text", "review", "release"), turn)
    elif not replies and turn % 3 == 1:
        replies = (ONCE_MORE[turn // 3 % len(ONCE_MORE)],)
    happenings = () if plot.outside else HAPPENINGS[turn % len(HAPPENINGS)]
    # What ends well comes back in turn, too.
    again = turn % 2 == 0 and plot.plans == () and plot.at_once != "accepted" and plot.last_word == "close"
    return replace(
        plot,
        method=method,
        returns_refused=refused,
        plans=plans,
        replies=replies,
        dear=turn % 7 == 3,
        happenings=happenings,
        comes_back=again,
    )


@dataclass
class Fates:
    """Plots for a year: one of `every` is a rare one, each in its turn, so that a long year has them all."""

    rng: Random
    every: int = 6
    _left: list[Plot] = field(default_factory=list)
    _count: int = 0
    _turn: int = 0

    def next(self) -> Plot:
        self._count += 1
        return self._rare() if self._count % self.every == 0 else self._with_happenings(self._common())

    def _rare(self) -> Plot:
        if not self._left:
            self._left = rare_ones(self._turn)
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
            shipments=(rng.randint(1, 3),) if rng.random() < 0.05 else (),
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
        found = tuple(name for name, chance in chances.items() if self.rng.random() < chance)
        return replace(plot, happenings=found)
