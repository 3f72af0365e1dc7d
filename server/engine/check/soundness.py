"""Soundness: whether every case that follows the diagram comes to a proper end (K801 to K808).

Each process and sub-process is played by itself; what it calls counts as one step with the outcomes its own play found.
A finding carries the shortest run that shows it.
"""

from collections.abc import Iterator, Sequence

from server.engine.check.answers import AnswerBook
from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.graph import loops, reachable
from server.engine.check.model import Node, Scope, text_of
from server.engine.check.raising import Raising
from server.engine.check.structure import begins
from server.engine.check.token_game import Game, Play
from server.engine.check.token_net import ANY_ERROR, NORMAL, Step, Surroundings, side_events, token_net
from server.i18n import N_

WHOLE = 1_500  # markings of a complete play; beyond it a thrifty one
THRIFTY = 20_000
MOST = 8_000_000  # entries of all markings of a thrifty play together
CROWDED = 300  # ways out of one node that nobody draws; each would be a course of its own
_RAISING = ("serviceTask", "callActivity", "subProcess", "transaction")
_JOINS = ("parallelGateway", "inclusiveGateway")


def check_soundness(context: Context) -> Iterator[Finding]:
    """The findings of every executable process and its sub-processes."""
    games = _Games(context)
    for scope in context.scopes():
        if _plays(scope):
            yield from _Report(context, scope, games).findings()
        elif _is_crowded(scope):
            yield _Report(context, scope, games).too_large()


def _is_crowded(scope: Scope) -> bool:
    return any(len(node.outgoing) > CROWDED for node in scope.nodes.values())


def _plays(scope: Scope) -> bool:
    if _is_crowded(scope):
        return False
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
        self.raising = Raising(context)
        self._ends: dict[int, frozenset[str]] = {}
        self._books: dict[int, AnswerBook] = {}

    def game(self, scope: Scope, *, side: bool = False, after: Node | None = None) -> tuple[Game, Play]:
        """The game of a scope, played; side: with non-interrupting events; after: only what such an event starts."""
        if id(scope) not in self._books:
            self._books[id(scope)] = AnswerBook(scope, self._context.case_schema)
        around = Surroundings(self.outcomes, self.writes, self.raising, self._books[id(scope)])
        game = Game(token_net(scope, around, side_events=side, after=after), _cyclic(scope))
        whole = game.play(WHOLE)
        limit = min(THRIFTY, MOST // game.net.size)
        return game, whole if whole.complete else game.play(limit, thrifty=True)

    def writes(self, node: Node) -> frozenset[str] | None:
        """The fields a business rule task writes; None where nobody knows."""
        table = self._context.decisions.get(text_of(node.extension("calledDecisionId")))
        if table is None or table.table is None:
            return None
        return frozenset(output.get("name") or "" for output in table.outputs)

    def outcomes(self, node: Node) -> frozenset[str]:
        """What an activity may end with."""
        inner = self.inside(node)
        if inner is not None:
            return self._of_scope(inner)
        # A worker may raise any error; of what nobody can raise at a single task another rule warns (K253).
        return frozenset({NORMAL, ANY_ERROR})

    def inside(self, node: Node) -> Scope | None:
        """The sub-process or called process behind an activity, as far as it is here."""
        if node.kind == "callActivity":
            return self._context.processes.get(node.element.get("calledElement", ""))
        return node.inner

    def _of_scope(self, scope: Scope) -> frozenset[str]:
        key = id(scope)
        if key not in self._ends:
            self._ends[key] = frozenset({NORMAL})
            play = self.game(scope)[1] if _plays(scope) else None
            # What is wrong inside is told there, and not once more as what can never follow it here.
            found = set(play.outcomes) if play is not None and play.is_sound() else {NORMAL}
            if any(ANY_ERROR in self.outcomes(node) for node in scope.of_kind(*_RAISING)):
                found.add(ANY_ERROR)
            self._ends[key] = frozenset(found)
        return self._ends[key]

    def error_inside(self, node: Node, code: str) -> list[str]:
        """A run inside an activity, and in what that calls, that ends with the error; empty where none is known."""
        scope = self.inside(node)
        if scope is None or not _plays(scope):
            return []
        _game, play = self.game(scope)
        for marking, step in play.failing:
            if step.outcome == code:
                before = [*_fired(play.way(marking)), step.node]
                return before if step.ends else [*before, *self.error_inside(scope.nodes[step.node], code)]
        return []


class _Report:
    """The findings of one scope."""

    def __init__(self, context: Context, scope: Scope, games: _Games) -> None:
        self.context, self.scope, self.games = context, scope, games

    def findings(self) -> Iterator[Finding]:
        game, play = self.games.game(self.scope)
        if not play.complete:
            yield self.too_large()
        yield from self._stuck(play)
        yield from self._twice(game, play)
        yield from self._endless(play)
        yield from self._uncaught(play)
        fired, stuck = set(play.first), bool(play.stuck)
        if side_events(self.scope):
            _game, more = self.games.game(self.scope, side=True)
            fired |= set(more.first)
            if not more.complete:
                fired |= reachable(self.scope, [event.id for event in side_events(self.scope)])
            if play.is_sound():
                yield from self._aside(more)
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
            # Where the last gateway of the run led to is told, so that the run alone says which way it went.
            last = {play.target[place] for step in play.way(marking)[-1:] for place in step.gives}
            joins.sort(key=lambda name: name not in last)
            name = next((name for name in held if self._is_signalled(name)), joins[0])
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
            if self._is_signalled(name):
                message = N_("The case can get stuck at {id}: the signal it waits for is not sent any more.")
                fix = N_("Wait for a message or a user task instead, or send the signal only once {id} waits.")
            yield self.context.finding(code, place, message, fix, counterexample=run, id=name)

    def _aside(self, more: Play) -> Iterator[Finding]:
        """What goes wrong in the flows of non-interrupting events alone, whatever happens beside them."""
        for event in side_events(self.scope):
            host = event.element.get("attachedToRef", "")
            if event.id in more.first and host in more.first:
                lead = [*_fired(more.way(more.first[host])), event.id]
                game, play = self.games.game(self.scope, after=event)
                yield from self._twice(game, play, lead)
                yield from self._endless(play, lead)

    def _uncaught(self, play: Play) -> Iterator[Finding]:
        """Errors that leave an activity of a process which nothing calls: the engine stops there with a fault."""
        called = {node.element.get("calledElement") for node in self.context.nodes("callActivity")}
        if self.scope.parent is not None or self.scope.id in called:
            return
        told: set[tuple[str, str]] = set()
        for marking, step in play.failing:
            if step.ends or (step.node, step.outcome) in told:
                continue
            told.add((step.node, step.outcome))
            node = self.scope.nodes[step.node]
            message = N_(
                "The error “{error}” can come out of {id}, and nobody catches it: the case stops with a fault."
            )
            fix = N_("Draw an error event with this code at the border of {id}, and say there what happens then.")
            run = [*self._run([*play.way(marking), step]), *self.games.error_inside(node, step.outcome)]
            yield self.context.finding(
                "K808", node.place, message, fix, counterexample=run, id=node.id, error=step.outcome
            )

    def _twice(self, game: Game, play: Play, lead: Sequence[str] = ()) -> Iterator[Finding]:
        told: set[str] = set()
        for marking, step in play.twice:
            if step.node not in told:
                told.add(step.node)
                message = N_(
                    "The end {id} can be reached twice in one case: what was split in parallel was not joined."
                )
                fix = N_("Join the parallel branches with a parallel gateway before they come together.")
                run = self._run(game.trimmed([*play.way(marking), step]), lead)
                place = self.scope.nodes[step.node].place
                yield self.context.finding("K803", place, message, fix, counterexample=run, id=step.node)
        if play.flooded and not play.twice:
            marking, step = play.flooded[0]
            message = N_("Work can pile up behind {id}: each turn of the loop starts more of it.")
            fix = N_("Put the parallel part, from split to join, into a sub-process of its own.")
            run = self._run(game.trimmed([*play.way(marking), step]), lead)
            place = self.scope.nodes[step.node].place
            yield self.context.finding("K806", place, message, fix, counterexample=run, id=step.node)

    def _endless(self, play: Play, lead: Sequence[str] = ()) -> Iterator[Finding]:
        marking = play.endless() if play.complete else None
        if marking is None:
            return
        run = self._run([*play.way(marking), *play.round_from(marking)], lead)
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
            if node.kind == "boundaryEvent":
                fix = N_("Nothing in {before} brings it about: remove it, or draw what does.")
            run = [*self._run(play.way(play.first[before])), before] if before in play.first else []
            yield self.context.finding("K804", node.place, message, fix, counterexample=run, id=name, before=before)

    def too_large(self) -> Finding:
        message = N_("The process {id} has too many courses to look at all of them.")
        fix = N_("Put parts of it into called processes, which are looked at one by one.")
        return self.context.finding("K807", self.scope.place, message, fix, id=self.scope.id)

    def _held(self, play: Play, marking: tuple[int, ...]) -> list[str]:
        """The nodes at which the tokens of a marking wait."""
        return [play.target[place] for place, count in enumerate(marking) if count and place in play.target]

    def _is_join(self, name: str) -> bool:
        node = self.scope.nodes[name]
        return node.kind in _JOINS and len(node.incoming) > 1

    def _is_signalled(self, name: str) -> bool:
        """Whether a node waits for a signal that comes from this very process, if at all."""
        return self.games.raising.sent_here_alone(self.scope.nodes[name]) is not None

    def _run(self, steps: list[Step], lead: Sequence[str] = ()) -> list[str]:
        """Ids of the nodes that fired, led by what leads to the sub-process it happens in."""
        run = [*lead, *_fired(steps)]
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
