"""Plays a counterexample with the engine itself: people, workers and messages do what the run says, nothing else."""

from datetime import UTC, datetime
from typing import Any

from server.clock import ManualClock
from server.engine import Environment, ProcessDefinition, ProcessInstance, Wait
from tests.unit.check.soundness.sketch import ERROR, Sketch

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Replay:
    """`run` are element ids in firing order; `aim` is where what is not fired any more should end up."""

    def __init__(self, definition: ProcessDefinition, sketches: list[Sketch], run: list[str], aim: str) -> None:
        self.sketches, self.aim = sketches, aim
        self.case: dict[str, Any] = {}
        self.path: list[str] = []
        environment = Environment(clock=ManualClock(NOW), known_names=frozenset({"choice"}))
        self.choose(run)
        self.instance = ProcessInstance.start(definition, self.case, environment)
        self.look()
        for position, name in enumerate(run):
            self.choose(run[position + 1 :])
            self.does(name, run[position + 1 :])

    def does(self, name: str, rest: list[str]) -> None:
        """What happens at an element; what the engine does by itself needs nobody."""
        if name[0] == "t":
            self.instance.complete_user_task(self.wait("user_task", name).task_id)
        elif name[0] == "w" and not self.is_broken_off(name, rest):
            self.instance.complete_job(self.wait("job", name).task_id, None)
        elif name[0] in "mbn":
            self.instance.deliver_message(self.wait("message", name).task_id, None)
        elif name[0] == "r" and self.host(name)[0] == "w":
            assert self.instance.throw_error(self.wait("job", self.host(name)).task_id, ERROR)
        elif name[0] == "c" and not self.is_broken_off(name, rest):
            self.call(name, fails=False)
        elif name[0] == "r":
            self.call(self.host(name), fails=True)
        else:
            return
        self.look()

    def is_broken_off(self, name: str, rest: list[str]) -> bool:
        return bool(rest) and rest[0][0] in "br" and self.host(rest[0]) == name

    def host(self, event: str) -> str:
        return next(sketch.hosts[event] for sketch in self.sketches if event in sketch.hosts)

    def call(self, name: str, *, fails: bool) -> None:
        """Everything inside a called process, to a good or a bad end."""
        inner = [sketch for sketch in self.sketches if name not in sketch.nodes]
        for sketch in inner:
            for gateway in (one for one in sketch.nodes if one[0] == "x" and len(sketch.targets(one)) > 1):
                wanted = [one for one in sketch.targets(gateway) if (one[0] == "E") == fails]
                self.case["choice"][gateway] = (wanted or sketch.targets(gateway))[0]
        for _turn in range(50):
            own = [each for each in self.instance.waits() if any(each.element_id in one.nodes for one in inner)]
            if not own or not any(each.element_id == name for each in self.instance.waits() if each.kind == "call"):
                return
            self.finish(own[0])

    def finish(self, wait: Wait) -> None:
        """Whatever is waited for, happens."""
        if wait.kind == "user_task":
            self.instance.complete_user_task(wait.task_id)
        elif wait.kind == "job":
            self.instance.complete_job(wait.task_id, None)
        else:
            self.instance.deliver_message(wait.task_id, None)

    def wait(self, kind: str, element: str) -> Wait:
        found = [each for each in self.instance.waits() if (each.kind, each.element_id) == (kind, element)]
        assert found, f"nothing waits at {element}: {[each.element_id for each in self.instance.waits()]}"
        return found[0]

    def choose(self, rest: list[str]) -> None:
        """Every gateway's choice when it fires next, by what fires behind it."""
        choice: dict[str, Any] = {}
        for sketch in self.sketches:
            for gateway in (one for one in sketch.nodes if one[0] in "xo" and len(sketch.targets(one)) > 1):
                choice[gateway] = self.chosen(sketch, gateway, rest)
        self.case["choice"] = choice

    def chosen(self, sketch: Sketch, gateway: str, rest: list[str]) -> Any:
        targets = sketch.targets(gateway)
        behind = rest[rest.index(gateway) + 1 :] if gateway in rest else []
        if gateway in behind and gateway[0] == "x":
            behind = [*behind[: behind.index(gateway)], *behind]
        taken = [one for one in behind if one in targets]
        if gateway[0] == "o":
            return list(dict.fromkeys([*taken, *([self.aim] if self.aim in targets else [])]))
        return taken[0] if taken else self.aim if self.aim in targets else targets[-1]

    def look(self) -> None:
        """Keep what has fired; the engine tells it for one advance or for all since it was loaded."""
        self.path = [element for _process, element in self.instance.path()]
