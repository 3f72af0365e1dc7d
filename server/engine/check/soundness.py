"""Soundness: whether every case that follows the diagram comes to a proper end (K801 to K807).

Each process and sub-process is played by itself; what it calls counts as one step with the outcomes its own play found.
A finding carries the shortest run that shows it.
"""

from collections.abc import Iterator

from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.graph import loops, reachable
from server.engine.check.model import Node, Scope
from server.engine.check.structure import begins
from server.engine.check.token_game import Game, Play
from server.engine.check.token_net import ANY_ERROR, NORMAL, Step, has_side_events, token_net
from server.i18n import N_

WHOLE = 1_500  # markings of a complete play; beyond it a thrifty one
THRIFTY = 20_000
_JOINS = ("parallelGateway", "inclusiveGateway")


def check_soundness(context: Context) -> Iterator[Finding]:
    """The findings of every executable process and its sub-processes."""
    games = _Games(context)
    for scope in context.scopes():
        if _plays(scope):
            yield from _Report(context, scope, games).findings()


def _plays(scope: Scope) -> bool:
    top = scope
    while top.parent is not None:
        if top.element.get("triggeredByEvent") == "true" or top.element.tag.endswith("adHocSubProcess"):
            return False
        top = top.parent
    return top.executable and bool(begins(scope)) and bool(scope.of_kind("endEvent"))


class _Games:
    """Plays of scopes, each made once; a process that calls itself counts as one that ends normally."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._plays: dict[int, Play | None] = {}

    def game(self, scope: Scope, *, side_events: bool = False) -> tuple[Game, Play]:
        """The game of a scope, played."""
        game = Game(token_net(scope, self.outcomes, side_events=side_events), _cyclic(scope))
        whole = game.play(WHOLE)
        return game, whole if whole.complete else game.play(THRIFTY, thrifty=True)

    def outcomes(self, node: Node) -> frozenset[str]:
        """What an activity may end with."""
        inner = node.inner
        if node.kind == "callActivity":
            inner = self._context.processes.get(node.element.get("calledElement", ""))
        # A single task may be given an error from outside; what a process inside throws is drawn in it.
        return frozenset({NORMAL, ANY_ERROR}) if inner is None else self._of_scope(inner)

    def _of_scope(self, scope: Scope) -> frozenset[str]:
        key = id(scope)
        if key not in self._plays:
            self._plays[key] = None
            self._plays[key] = self.game(scope)[1] if _plays(scope) else None
        play = self._plays[key]
        # What is wrong inside is told there, and not once more as what can never follow it here.
        found = set(play.outcomes) if play is not None and play.is_sound() else {NORMAL}
        if any(node.kind in ("serviceTask", "sendTask", "callActivity") for node in scope.nodes.values()):
            found.add(ANY_ERROR)
        return frozenset(found)


class _Report:
    """The findings of one scope."""

    def __init__(self, context: Context, scope: Scope, games: _Games) -> None:
        self.context, self.scope, self.games = context, scope, games

    def findings(self) -> Iterator[Finding]:
        self.game, play = self.games.game(self.scope)
        if not play.complete:
            yield self._too_large()
        yield from self._stuck(play)
        yield from self._twice(play)
        yield from self._endless(play)
        fired, stuck = set(play.first), bool(play.stuck)
        if has_side_events(self.scope):
            _game, more = self.games.game(self.scope, side_events=True)
            fired |= set(more.first)
            if not stuck:
                yield from self._stuck(more)
            stuck = stuck or bool(more.stuck)
        if play.complete:
            yield from self._dead(play, fired)

    def _stuck(self, play: Play) -> Iterator[Finding]:
        """One finding for each join that waits in vain, the shortest run of each."""
        told: set[str] = set()
        for marking in play.stuck:
            held = self._held(play, marking)
            joins = [name for name in held if self._is_join(name)] or held
            name = joins[0]
            if name in told:
                continue
            told.add(name)
            place = self.scope.nodes[name].place
            run = self._run(play.way(marking))
            ended = [step for step in play.way(marking) if step.ends]
            if ended:
                message = N_("An end is reached while work still waits at {id}, which can never go on.")
                code = "K802"
            else:
                message = N_("The case can get stuck at {id}: it waits for a branch on which nothing comes any more.")
                code = "K801"
            fix = N_("Join with the kind of gateway that split: exclusive with exclusive, parallel with parallel.")
            yield self.context.finding(code, place, message, fix, counterexample=run, id=name)

    def _twice(self, play: Play) -> Iterator[Finding]:
        told: set[str] = set()
        for marking, step in play.twice:
            if step.node not in told:
                told.add(step.node)
                message = N_(
                    "The end {id} can be reached twice in one case: what was split in parallel was not joined."
                )
                fix = N_("Join the parallel branches with a parallel gateway before they come together.")
                run = self._run(self.game.trimmed([*play.way(marking), step]))
                place = self.scope.nodes[step.node].place
                yield self.context.finding("K803", place, message, fix, counterexample=run, id=step.node)
        if play.flooded and not play.twice:
            marking, step = play.flooded[0]
            message = N_("Work can pile up behind {id}: each turn of the loop starts more of it.")
            fix = N_("Put the parallel part, from split to join, into a sub-process of its own.")
            run = self._run(self.game.trimmed([*play.way(marking), step]))
            place = self.scope.nodes[step.node].place
            yield self.context.finding("K806", place, message, fix, counterexample=run, id=step.node)

    def _endless(self, play: Play) -> Iterator[Finding]:
        marking = play.endless() if play.complete else None
        if marking is None:
            return
        run = self._run([*play.way(marking), *play.round_from(marking)])
        held = self._held(play, marking)
        name = held[0] if held else run[-1]
        message = N_("From {id} on no end can be reached any more: the case goes round for ever.")
        fix = N_("Draw a way out of the loop to an end event.")
        place = self.scope.nodes[name].place
        yield self.context.finding("K805", place, message, fix, counterexample=run, id=name)

    def _dead(self, play: Play, fired: set[str]) -> Iterator[Finding]:
        """What the flows lead to and no run ever comes to; what lies behind a stuck join is told there."""
        blocked = [name for marking in play.stuck for name in self._held(play, marking)]
        behind = reachable(self.scope, blocked) if blocked else set()
        within = reachable(self.scope, [node.id for node in begins(self.scope)])
        for name in within - fired - behind:
            node = self.scope.nodes[name]
            before = next((flow.source for flow in node.incoming if flow.source in fired), None)
            before = before or (node.element.get("attachedToRef") if node.kind == "boundaryEvent" else None)
            if before is None:
                continue
            message = N_("{id} can never happen, whatever is done before it.")
            fix = N_("Look at what comes before {before}: it can never take this way.")
            run = [*self._run(play.way(play.first[before])), before] if before in play.first else []
            yield self.context.finding("K804", node.place, message, fix, counterexample=run, id=name, before=before)

    def _too_large(self) -> Finding:
        message = N_("The process {id} has too many courses to look at all of them.")
        fix = N_("Put parts of it into called processes, which are looked at one by one.")
        return self.context.finding("K807", self.scope.place, message, fix, id=self.scope.id)

    def _held(self, play: Play, marking: tuple[int, ...]) -> list[str]:
        """The nodes at which the tokens of a marking wait."""
        return [play.target[place] for place, count in enumerate(marking) if count and place in play.target]

    def _is_join(self, name: str) -> bool:
        node = self.scope.nodes[name]
        return node.kind in _JOINS and len(node.incoming) > 1

    def _run(self, steps: list[Step]) -> list[str]:
        """Ids of the nodes that fired, led by what leads to the sub-process it happens in."""
        run = _fired(steps)
        scope = self.scope
        while scope.parent is not None:
            game, outer = self.games.game(scope.parent)
            # The sub-process is still open when the fault shows: what fires it last is not yet part of the run.
            if scope.id in outer.first:
                there = [*outer.way(outer.first[scope.id]), *_next(game, outer, scope.id)]
                run = [*_fired(game.trimmed(there)[:-1]), scope.id, *run]
            scope = scope.parent
        return run


def _fired(steps: list[Step]) -> list[str]:
    return [step.node for step in steps if step.node]


def _next(game: Game, play: Play, node: str) -> list[Step]:
    """The step by which the activity `node` is done, or broken off, where it first may be."""
    return [step for step in game.enabled(play.first[node]) if play.target[step.takes[0]] == node][:1]


def _cyclic(scope: Scope) -> frozenset[str]:
    return frozenset(name for part in loops(scope) for name in part)
