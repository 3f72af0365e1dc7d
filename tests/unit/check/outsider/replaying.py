"""Plays a counterexample with the engine on any drawing: only what it names happens; fields are tried at random."""

from random import Random
from typing import Any

from server.clock import ManualClock
from server.engine import BudgetExceeded, Environment, ProcessFault, ProcessInstance, Wait, parse_definition
from server.engine.check import Finding
from tests.unit.check.outsider.drive import EXTERNAL, LIMITS, NAMES, Drawing, shuffle, step
from tests.unit.check.outsider.writer import prefix
from tests.unit.check.soundness.replay import NOW

TRIES = 150
TURNS = 40


class Lost(Exception):
    """This try did not follow the run: other values of the fields may."""


def shows_the_fault(files: dict[str, bytes], finding: Finding, start: str) -> bool:
    """Whether some try follows the run and comes to what the finding says."""
    return any(_Try(files, finding, start, seed).shows() for seed in range(TRIES))


class _Try:
    def __init__(self, files: dict[str, bytes], finding: Finding, start: str, seed: int) -> None:
        self.files, self.finding, self.start = files, finding, start
        self.rng, self.drawing = Random(seed), Drawing(files)
        self.run = list(finding.counterexample)
        self.case: dict[str, Any] = {}

    def shows(self) -> bool:
        try:
            self.follow()
        except Lost:
            return False
        except BudgetExceeded:
            return self.finding.code in ("K217", "K805")
        except ProcessFault as fault:
            return (self.finding.code, "nobody catches" in str(fault)) == ("K808", True)
        return self.arrived()

    def follow(self) -> None:
        environment = Environment(clock=ManualClock(NOW), known_names=NAMES)
        self.ask(0)
        self.instance = ProcessInstance.start(parse_definition(self.files, self.start), self.case, environment, LIMITS)
        for position, name in enumerate(self.run):
            self.does(position, name)

    def ask(self, position: int) -> None:
        """Fields at random, and every plain choice as the rest of the run takes it."""
        shuffle(self.case, self.drawing, self.rng)
        rest = [*self.run[position:], self.finding.element]
        for gateway, targets in self.drawing.targets.items():
            behind = rest[rest.index(gateway) + 1 :] if gateway in rest else rest
            taken = [name for name in behind if name in targets]
            if taken and self.drawing.kinds.get(gateway) == "inclusiveGateway":
                self.case["choice"][gateway] = list(dict.fromkeys(taken))
            elif taken:
                self.case["choice"][gateway] = taken[0]

    def does(self, position: int, name: str) -> None:
        kind, following = prefix(name), self.run[position + 1 : position + 2]
        self.ask(position + 1)
        if kind in ("SP", "TR", "CA"):
            if not (following and self.inside(following[0])):
                self.finish(name)
        elif kind in ("BE", "BX", "BK") and self.waits(self.host(name)):
            if not self.instance.throw_error(
                self.waits(self.host(name))[0].task_id, self.rng.choice(self.drawing.codes)
            ):
                raise Lost
        elif kind in ("BE", "BX", "BK"):
            self.finish(name)
        elif kind in ("U", "M", "T", "RC", "CM", "CT", "CC", "W", "BM", "BT", "BC"):
            if kind in ("CC", "BC"):
                self.case["ready"] = True
                self.instance.reevaluate()
            if name not in self.path() and not self.waits(name):
                raise Lost
            for wait in self.waits(name):
                if any(each.task_id == wait.task_id for each in self.instance.waits()):
                    self.happens(wait)

    def happens(self, wait: Wait) -> None:
        if wait.kind == "job":
            self.instance.complete_job(wait.task_id, None)
        else:
            step(self.instance, wait, self.drawing, self.rng)

    def waits(self, name: str) -> list[Wait]:
        return [each for each in self.instance.waits() if each.element_id == name and each.kind in EXTERNAL]

    def host(self, event: str) -> str:
        return self.drawing.hosts[event]

    def inside(self, name: str) -> bool:
        """Whether an element stands in a process of its own or in a sub-process that is open now."""
        return any(element == name for _process, element in self.instance.path()) or bool(self.waits(name))

    def finish(self, name: str) -> None:
        """Whatever happens inside an activity until it, or the event at its border, is done."""
        before = self.path().count(name)
        for _ in range(TURNS):
            border = [event for event, host in self.drawing.hosts.items() if host == name]
            if self.path().count(name) > before or name in self.path()[-6:] or set(border) & set(self.path()):
                return
            inner = [
                each for each in self.instance.waits() if each.kind in EXTERNAL and each.element_id not in self.run
            ]
            if not inner:
                raise Lost
            shuffle(self.case, self.drawing, self.rng)
            step(self.instance, self.rng.choice(inner), self.drawing, self.rng)
        raise Lost

    def path(self) -> list[str]:
        return [element for _process, element in self.instance.path()]

    def arrived(self) -> bool:
        code, element = self.finding.code, str(self.finding.element)
        open_now = [wait for wait in self.instance.waits() if wait.kind in EXTERNAL]
        ended = any(self.drawing.kinds.get(name) == "endEvent" for name in self.path())
        if code in ("K801", "K802"):
            return not self.instance.completed and not open_now and (ended or code == "K801")
        if code == "K803":
            return self.path().count(element) >= 2
        if code == "K804":
            return element not in self.path()
        if code == "K805":
            return self.never_ends()
        return code == "K806" and len(open_now) >= 3

    def never_ends(self) -> bool:
        for _ in range(TURNS):
            if self.instance.completed:
                return False
            shuffle(self.case, self.drawing, self.rng)
            step(
                self.instance,
                self.rng.choice([w for w in self.instance.waits() if w.kind in EXTERNAL]),
                self.drawing,
                self.rng,
            )
        return True
