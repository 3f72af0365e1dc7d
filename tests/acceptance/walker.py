"""Walks a complaint along one path of the process: each step by a person of its lane, over REST, jobs in between."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from server.domain.bundle import Bundle, bundled_root
from tests.acceptance.paths import Path, Process, processes
from tests.acceptance.procedure import PEOPLE
from tests.acceptance.story import ANYTIME, CHOSEN, FILED, IMPOSSIBLE, SIGNED, STEPS, TOLD, Data, laid_over
from tests.house import drain_jobs
from tests.rest import Api

MOST_STEPS = 200
HEADS: Mapping[str, str] = {
    "plan": "corrective_action",
    "eight_d": "eight_d_reply",
    "emergency": "containment",
    "rollout": "horizontal_rollout",
    "refer_outside": "external_referral",
}
"""Where each round of a called process begins."""
_number = count(1)


@dataclass(frozen=True)
class Route:
    """A path of the main process, and the paths of the called ones, round by round; the last one serves all others.

    `first`: a path that comes at any time and leads back, gone before.
    """

    main: Path
    called: Mapping[str, Sequence[Path]]
    first: Path | None = None


class Map:
    """The bundled process with all its paths that answers can lead along."""

    def __init__(self, bundle: Bundle | None = None) -> None:
        found = bundle or Bundle.from_folder(bundled_root(), "complaint")
        self.processes = processes(data for name, data in found.items() if name.endswith(".bpmn"))
        self.main = self.processes["complaint"]
        self.listed = [path for each in self.processes.values() for path in each.paths()]
        self.possible = [path for path in self.listed if not self._impossible(path)]

    def ways(self, path: Path) -> list[str]:
        """Its deciding flows as `source > target`."""
        return [way(self.processes[path.process], flow) for flow in path.deciding]

    def words(self, path: Path) -> str:
        """The path told in the procedure's terms."""
        told = ", ".join(CHOSEN[each].words for each in self.ways(path))
        return f"{path.process}: {told or 'the only way'} {'– back to' if path.back else '–'} {path.end}"

    def of(self, process: str, *, back: bool = False) -> list[Path]:
        return [path for path in self.possible if path.process == process and path.back is back]

    def _impossible(self, path: Path) -> bool:
        ways = set(self.ways(path))
        return any(one in ways and other in ways for one, other in IMPOSSIBLE)


def way(process: Process, flow: str) -> str:
    """`source > target`, past the gateways that only merge."""
    target = process.target[flow]
    while process.kinds[target] == "exclusiveGateway" and len(process.outgoing[target]) == 1:
        target = process.target[process.outgoing[target][0]]
    return f"{process.source[flow]} > {target}"


@dataclass
class Walk:
    """One complaint on its way. After `run`: `instance` as it ended, `went` the paths of all processes in order."""

    api: Api
    plan: Map
    route: Route
    people: Mapping[str, Api]
    number: str = ""
    twin: str = ""
    main: Path = field(init=False)
    rounds: Counter[str] = field(default_factory=Counter)
    instance: dict[str, Any] = field(default_factory=dict)
    went: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.main = self.route.first or self.route.main

    def run(self) -> "Walk":
        self._file()
        if self.route.first is not None:
            self._outside()
        self.main = self.route.main
        self._outside()
        for _step in range(MOST_STEPS):
            tasks = self.tasks()
            if not tasks:
                break
            for task in tasks:  # open side by side
                self._do(task)
        self.instance = self.api.get(f"/instances/{self.instance['id']}").json
        self.went = list(self._went())
        return self

    def tasks(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.api.get(f"/tasks?case={self.number}").json["items"]
        return items

    def _outside(self) -> None:
        """What comes at any time, up to its end or until the work goes on as if nothing had been."""
        for each in self._ways():
            source, _, event = each.partition(" > ")
            if source == "Anytime":
                name, payload = ANYTIME[event]
                self._send(name, laid_over(payload, {"of": self.twin} if "of" in payload else {}))
        for _step in range(MOST_STEPS):
            tasks = [task for task in self.tasks() if task["definition"] == "external_referral"]
            if not tasks:
                break
            self._do(tasks[0])

    def _file(self) -> None:
        """The complaint; before it another of the same customer, if this one is to be its duplicate."""
        ways = self._ways()
        fields = laid_over(FILED, {"customer": {"name": f"宁波华誉 {next(_number)}"}})
        for _ in range(2 if "Anytime > complaint_merged" in ways else 1):
            body = {"channel": "authority" if ways & SIGNED else "phone", "fields": fields}
            reply = self.people["sales"].post("/complaints", body)
            assert reply.status_code == 201, reply.json
            self.twin, self.number, self.instance = self.number, reply.json["number"], {"id": reply.json["instance_id"]}
            drain_jobs(self.api.context)

    def _ways(self) -> set[str]:
        """What is to be decided now: by the main path, and by the round each called process is in."""
        found = set(self.plan.ways(self.main))
        for process, rounds in self.route.called.items():
            found |= set(self.plan.ways(rounds[min(max(self.rounds[process], 1), len(rounds)) - 1]))
        return found

    def _do(self, task: Mapping[str, Any]) -> None:
        element = task["element_id"]
        self.rounds[HEADS.get(element, element)] += 1
        ways = self._ways()
        data: dict[str, Any] = dict(STEPS[element])
        for each in sorted(ways):
            data = laid_over(data, CHOSEN[each].answers.get(element, {}))
        process = self.plan.processes[task["definition"]]
        for event in process.boundaries.get(element, ()):
            if any(way(process, flow) in ways for flow in process.outgoing[event]):
                name, at, members = TOLD[event]
                for part in at.split("."):
                    data = data[part]
                self._send(name, {member: data[member] for member in members if member in data})
                return
        person = self.people[task["groups"][0]]
        reply = person.post(f"/tasks/{task['id']}/complete", {"data": data})
        assert reply.status_code == 200, (element, reply.json)
        drain_jobs(self.api.context)

    def _send(self, name: str, payload: Data) -> None:
        body = {"name": name, "correlation": {"number": self.number}, "payload": payload}
        reply = self.api.post("/messages", body)
        assert reply.status_code == 200, (name, reply.json)
        drain_jobs(self.api.context)

    def _went(self) -> Iterator[Path]:
        taken: dict[str, list[str]] = defaultdict(list)
        home = {flow: each.id for each in self.plan.processes.values() for flow in each.source}
        for event in self.history():
            for flow in event["data"]["path"] if event["type"] == "instance.advanced" else ():
                if flow in home:
                    taken[home[flow]].append(flow)
        for process, flows in taken.items():
            yield from self.plan.processes[process].walked(flows)

    def history(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while cursor is not None:
            body = self.api.get(f"/instances/{self.instance['id']}/history?limit=1000{cursor}").json
            found += body["items"]
            cursor = f"&cursor={body['next']}" if body["next"] else None
        return found


class Walks:
    """The walks over one house, each taken when it is first asked for."""

    def __init__(self, api: Api, plan: Map) -> None:
        self.api, self.plan = api, plan
        self.people = {group: api.as_(name) for group, name in PEOPLE.items()}
        self.routes = routes(plan)
        self._done: dict[Path, Walk] = {}

    def along(self, main: Path) -> Walk:
        if main not in self._done:
            self._done[main] = Walk(self.api, self.plan, self.routes[main], self.people).run()
        return self._done[main]


def routes(plan: Map) -> dict[Path, Route]:
    """For each path of the main process that ends, which paths of the called processes its walk takes as well."""
    turns: dict[tuple[str, bool, bool], int] = defaultdict(int)

    def some(process: str, *, limit: bool = False, signed: bool | None = None, rounds: int = 1) -> list[Path]:
        ends = [path for path in plan.of(process) if ("Limit" in path.end or "Bad" in path.end) is limit]
        if signed is not None:
            ends = [path for path in ends if ("Gateway_GmSigns > sign_eight_d" in plan.ways(path)) is signed]
        turn = turns[process, limit, bool(signed)]
        turns[process, limit, bool(signed)] += rounds
        return [ends[(turn + each) % len(ends)] for each in range(rounds)]

    def route(main: Path) -> Route:
        ways = set(plan.ways(main))
        met = {plan.main.target[flow] for flow in main.flows}
        called: dict[str, Sequence[Path]] = {}
        if "containment_case" in met:
            called["containment"] = some("containment", limit="containment_limit > decide_limit" in ways)
        if "corrective_action_case" in met:
            called["corrective_action"] = some(
                "corrective_action", limit="corrective_action_limit > decide_limit" in ways
            )
        if "eight_d_reply_case" in met:
            signed = "Gateway_Sign > sign_close" in ways if "Gateway_Sign" in met else None
            called["eight_d_reply"] = some(
                "eight_d_reply", limit="eight_d_reply_limit > decide_limit" in ways, signed=signed
            )
        if "horizontal_rollout_case" in met:
            bad = "Gateway_Shipments > Gateway_PlanAgain" in ways
            called["horizontal_rollout"] = some("horizontal_rollout", limit=bad, rounds=3 if bad else 1)
        if {"referral_last", "referral_case"} & met:
            called["external_referral"] = some("external_referral")
        if {"Gateway_Reevaluated > Gateway_PlanAgain", "Gateway_PlanAgain > decide_limit"} <= ways:
            # Satisfaction would run out of rounds first: one round of the plan is spent before.
            (stands,) = called["corrective_action"]
            refused = next(path for path in plan.of("corrective_action", back=True))
            called["corrective_action"] = [refused, stands]
        around = [path for path in plan.of("complaint", back=True) if "Anytime > complaint_referred" in plan.ways(path)]
        first = around[0] if "Anytime > complaint_referred" in ways else None
        return Route(main, called, first)

    return {main: route(main) for main in plan.of("complaint")}
