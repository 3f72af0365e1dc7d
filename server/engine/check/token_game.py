"""The token game: every marking a net can come to, breadth first, so that the first way to one is a shortest.

Where that is too much, one of the independent nodes is fired at a time (a persistent set, Valmari 1991): since a flow
leads to one node only, firing one never takes anything from another, and every way to get stuck is still found.
As in the engine, what needs nobody happens before anything from outside does; the last entry of a marking is the number
of what gateways have been answered since.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import compress

from server.engine.check.answers import NONE, Answers
from server.engine.check.token_net import NORMAL, InclusiveJoin, Step, TokenNet

Marking = tuple[int, ...]
MAX_TOKENS = 2  # on one place; a third is a flood


@dataclass
class Play:
    """What an exploration found. `came` tells how each marking was first reached; a dict keeps that order.

    target: by place the node a token there waits at; stuck: markings with tokens and no step; twice: (marking before,
    step) of a second token at one end; flooded: (marking before, step) of a third token on one flow; failing: (marking
    before, step) of an error that ends the process; first: by node the marking in which it first fired; outcomes: what
    the process may end with; complete: whether every marking was looked at.
    """

    target: dict[int, str]
    came: dict[Marking, tuple[Marking, Step] | None] = field(default_factory=dict)
    after: dict[Marking, list[tuple[Step, Marking]]] = field(default_factory=dict)
    final: list[Marking] = field(default_factory=list)
    stuck: list[Marking] = field(default_factory=list)
    twice: list[tuple[Marking, Step]] = field(default_factory=list)
    flooded: list[tuple[Marking, Step]] = field(default_factory=list)
    failing: list[tuple[Marking, Step]] = field(default_factory=list)
    first: dict[str, Marking] = field(default_factory=dict)
    outcomes: set[str] = field(default_factory=set)
    complete: bool = True

    def way(self, marking: Marking) -> list[Step]:
        """The steps from the start to `marking`, in order."""
        found: list[Step] = []
        here = self.came[marking]
        while here is not None:
            marking, step = here
            found.append(step)
            here = self.came[marking]
        return found[::-1]

    def is_sound(self) -> bool:
        """Whether every course was looked at and comes to a proper end."""
        return self.complete and not (self.stuck or self.twice or self.flooded) and self.endless() is None

    def endless(self) -> Marking | None:
        """The first marking from which nothing but going on for ever is possible; None when there is none."""
        before: dict[Marking, list[Marking]] = {}
        for marking, nexts in self.after.items():
            for _step, each in nexts:
                before.setdefault(each, []).append(marking)
        told = (*self.failing, *self.twice, *self.flooded)
        good = {*self.final, *self.stuck, *(one for one, _ in told)}
        waiting = list(good)
        while waiting:
            for each in before.get(waiting.pop(), ()):
                if each not in good:
                    good.add(each)
                    waiting.append(each)
        return next((marking for marking in self.came if marking not in good), None)

    def round_from(self, marking: Marking) -> list[Step]:
        """The steps from `marking` on until a marking comes again; for one that never ends."""
        seen = {marking}
        found: list[Step] = []
        while self.after.get(marking):
            step, marking = self.after[marking][0]
            found.append(step)
            if marking in seen:
                break
            seen.add(marking)
        return found


class Game:
    """Plays one net; `cyclic` are the nodes on loops, which a thrifty play must not fire for ever alone."""

    def __init__(self, net: TokenNet, cyclic: frozenset[str]) -> None:
        self.net, self.cyclic = net, cyclic
        self._last = {join.node for join in net.joins}
        self._answers: list[Answers] = [NONE]
        self._number: dict[Answers, int] = {NONE: 0}

    def play(self, limit: int, *, thrifty: bool = False) -> Play:
        """Explore at most `limit` markings; thrifty: only one of the independent nodes at a time."""
        found = Play(self.net.target, came={self._start(): None})
        queue = deque(found.came)
        while queue:
            marking = queue.popleft()
            thrifty = thrifty and not self.net.signals
            steps = self.enabled(marking, stopping=not thrifty)
            if not steps:
                (found.stuck if any(marking[: self.tokens]) else found.final).append(marking)
                if not any(marking[: self.tokens]):
                    found.outcomes.add(NORMAL)
                continue
            for step in self._chosen(steps) if thrifty else steps:
                # An activity that is broken off was there, too.
                found.first.setdefault(self.net.target[step.takes[0]], marking)
                found.first.setdefault(step.node, marking)
                self._fire(found, queue, marking, step)
            if len(found.came) > limit:
                found.complete = False
                return found
        return found

    def trimmed(self, steps: list[Step]) -> list[Step]:
        """The steps without those that the last one, with as much as it then has brought about, does not need."""
        wanted = self._replay(steps)
        for number in reversed(range(len(steps) - 1)):
            fewer = steps[:number] + steps[number + 1 :]
            if self._replay(fewer) == wanted:
                steps = fewer
        return steps

    def _replay(self, steps: list[Step]) -> tuple[int, ...] | None:
        """What stands after the steps where the last one put something; None when they cannot follow one another."""
        marking = self._start()
        for step in steps:
            if step not in self._possible(marking):
                return None
            marking = self._after(marking, step)
        last = steps[-1]
        return tuple(marking[place] for place in (*last.gives, *([self.net.ends[last.node]] if last.ends else [])))

    def _start(self) -> Marking:
        start = [0] * (self.net.size + 1)
        for place in self.net.start:
            start[place] += 1
        return tuple(start)

    def _after(self, marking: Marking, step: Step) -> Marking:
        values = list(marking)
        for place in step.takes:
            values[place] -= 1
        for place in step.empties:
            values[place] = 0
        if step.stops:
            values[: self.tokens] = [0] * self.tokens
        for place, there in step.wakes:
            values[there] += values[place]
            values[place] = 0
        for place in step.gives:
            values[place] += 1
        if step.ends:
            values[self.net.ends[step.node]] += 1
        values[-1] = self._remembered(self._answers[marking[-1]], step)
        after = tuple(values)
        if values[-1] and all(each.waits for each in self._possible(after)):
            return (*values[:-1], 0)
        return after

    def _remembered(self, known: Answers, step: Step) -> int:
        """The number of what is known after a step."""
        if step.waits:
            return 0
        if step.writes is None or step.writes:
            known = self.net.book.without(known, step.writes)
        known |= step.keeps
        if known not in self._number:
            self._number[known] = len(self._answers)
            self._answers.append(known)
        return self._number[known]

    @property
    def tokens(self) -> int:
        """How many of a marking's entries are places; then come arrivals at the ends, last what was answered."""
        return self.net.size - len(self.net.ends)

    def enabled(self, marking: Marking, *, stopping: bool = True) -> list[Step]:
        """Every step that may fire now: those that need nobody, if there are any; stopping: what ends all included."""
        steps = list(self._possible(marking))
        at_once = [step for step in steps if not step.waits and (stopping or not step.stops)]
        return at_once or steps

    def _possible(self, marking: Marking) -> Iterator[Step]:
        """Every step for which the tokens are there and the answers agree."""
        known = self._answers[marking[-1]]
        for place in compress(range(self.tokens), marking):
            for step in self.net.steps_from.get(place, ()):
                if (len(step.takes) == 1 or all(marking[each] for each in step.takes)) and self._agree(known, step):
                    yield step
        for join in self.net.joins:
            yield from (step for step in self._joined(join, marking) if self._agree(known, step))

    def _agree(self, known: Answers, step: Step) -> bool:
        return not step.when or (
            self.net.book.possible(step.when, by_schema=False)
            and (not known or self.net.book.possible(known | step.keeps))
        )

    def _joined(self, join: InclusiveJoin, marking: Marking) -> Iterator[Step]:
        arrived = tuple(place for place in join.incoming if marking[place])
        if not arrived:
            return
        empty = [place for place in join.incoming if not marking[place]]
        may_come = frozenset().union(*(join.reach[place] for place in empty))
        known = frozenset().union(*(join.reach[place] for place in arrived))
        if any(marking[place] for place in may_come - known - set(join.incoming)):
            return
        for choice in join.choices or (Step(join.node, ()),):
            yield replace(choice, takes=arrived)

    def _chosen(self, steps: list[Step]) -> list[Step]:
        """All steps of one node: what stops everything comes last, what waits for others before it, loops in turn.

        An error that an activity lets out takes nothing on: it is always looked at.
        """
        failing = [step for step in steps if step.stops and step.outcome != NORMAL and not step.ends]
        return failing + self._of_one_node([step for step in steps if step not in failing])

    def _of_one_node(self, steps: list[Step]) -> list[Step]:
        quiet = [step for step in steps if not step.stops and step.node not in self._last]
        if not quiet:
            quiet = [step for step in steps if not step.stops]
        if not quiet:
            return steps
        straight = next((step.node for step in quiet if step.node not in self.cyclic), None)
        if straight is None:
            return steps if len({step.node for step in quiet}) > 1 else quiet
        first = next(step for step in quiet if step.node == straight)
        return [step for step in quiet if step.takes[0] == first.takes[0]]

    def _fire(self, found: Play, queue: deque[Marking], marking: Marking, step: Step) -> None:
        if step.stops and step.outcome != NORMAL:
            found.outcomes.add(step.outcome)
            found.failing.append((marking, step))
            return
        after = self._after(marking, step)
        if step.ends and after[self.net.ends[step.node]] > 1:
            found.twice.append((marking, step))
        elif any(after[place] > MAX_TOKENS for place in step.gives):
            found.flooded.append((marking, step))
        else:
            found.after.setdefault(marking, []).append((step, after))
            if after not in found.came:
                found.came[after] = (marking, step)
                queue.append(after)
