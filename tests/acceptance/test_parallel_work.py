"""Several people fill the branches of one case at once, in every order: nobody's values are overwritten.

The branches are those of the real containment and implementation; a small process of the test's own leads to them.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from server.app import create_app
from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.publish_version import PublishVersion
from server.domain.bundle import Bundle, bundled_root
from tests.bpmn_builder import boundary, call, document, end, error_definition, exclusive, process, start
from tests.house import token_of
from tests.rest import Api

MAIN = document(
    process(
        "complaint",
        start(),
        exclusive("which"),
        call("contain", "containment"),
        boundary("limit", "contain", error_definition()),
        call("implement", "implementation"),
        end(),
        flows=[
            "start > which",
            "which > contain if intake.channel == 'phone'",
            "which > implement default",
            "contain > end",
            "limit > end",
            "implement > end",
        ],
    )
)
AT_ONCE = "visit"
"""The channel that leads to the implementation; a complaint by phone leads to the containment."""
FILLED: Mapping[str, Mapping[str, Any]] = {
    "emergency": {"containment": {"method": "rework", "emergency_action": "stop", "quantity": 10}},
    "quarantine_stock": {"quarantine": {"stock": {"done": "yes"}}},
    "quarantine_wip": {"quarantine": {"wip": {"done": "yes"}}},
    "quarantine_transit": {"quarantine": {"transit": {"state": "informed"}}},
    "rework": {"rework": {"done_on": "2026-03-02", "quantity": 10, "ok": 9, "nok": 1}},
    "implement_customer": {"implementation": {"customer_stock": {"result": "ok"}}},
    "implement_wip": {"implementation": {"wip": {"result": "ok"}}},
    "implement_stock": {"implementation": {"own_stock": {"result": "ok"}}},
    "update_standard": {"implementation": {"standard": {"document": "WI-7"}}},
    "train": {"implementation": {"training": {"trained": "shift A", "checked": "yes"}}},
}
"""What every completion carries besides the values that are played with."""
FREE: Mapping[str, tuple[str, ...]] = {
    "quarantine_stock": ("quarantine.stock.place", "quarantine.stock.remark"),
    "quarantine_wip": ("quarantine.wip.place", "quarantine.wip.remark"),
    "quarantine_transit": ("quarantine.transit.conveyance_no", "quarantine.transit.remark"),
    "rework": ("rework.people", "rework.where"),
    "implement_customer": ("implementation.customer_stock.remark",),
    "implement_wip": ("implementation.wip.remark",),
    "implement_stock": ("implementation.own_stock.remark",),
    "update_standard": ("implementation.standard.revision",),
    "train": ("implementation.training.trainer",),
}
"""The fields people fill, by step."""


@pytest.fixture(scope="module")
def api(shared_house: Context) -> Api:
    bundled = Bundle.from_folder(bundled_root(), "complaint")
    files = {name: data for name, data in bundled.items() if name != "deadlines.dmn"} | {"complaint.bpmn": MAIN}
    shared_house.execute(PublishVersion(actor=SYSTEM, bundle=Bundle(files).to_zip(), note="for a test"))
    return Api(shared_house, create_app(shared_house), token_of(shared_house, "admin"))


@dataclass
class Hand:
    """What one person saw of one step when he loaded it; `stale` are the fields others changed since."""

    step: str
    revision: int | None = None
    stale: set[str] = field(default_factory=set)


class Branches:
    """A case whose branches wait, what its file must hold, and who looks at which step."""

    def __init__(self, api: Api, channel: str) -> None:
        self.api = api
        self.number = str(api.post("/complaints", {"channel": channel, "fields": LITTLE}).json["number"])
        if channel != AT_ONCE:
            self.send("emergency", "complete", FILLED["emergency"])
        self.hands = {(step, person): Hand(step) for step in sorted(self.tasks()) for person in range(2)}
        self.ids = self.tasks()
        self.holds: dict[str, str] = {}
        self.drafts: dict[str, dict[str, Any]] = {}
        self.done: set[str] = set()

    def tasks(self) -> dict[str, str]:
        items = self.api.get(f"/tasks?case={self.number}").json["items"]
        return {item["element_id"]: item["id"] for item in items}

    def send(self, step: str, verb: str, data: Mapping[str, Any], revision: int | None = None) -> str | None:
        """The code of the refusal, None when it was taken."""
        ids = getattr(self, "ids", None) or self.tasks()
        body = {"data": data} | ({} if revision is None else {"revision": revision})
        reply = self.api.post(f"/tasks/{ids[step]}/{verb}", body)
        return None if reply.status_code == 200 else str(reply.json["error"]["code"])

    def act(self, hand: Hand, verb: str, values: Mapping[str, str], with_revision: bool) -> None:
        """One move of one person, and what must come of it."""
        if verb == "load":
            detail = self.api.get(f"/tasks/{self.ids[hand.step]}").json
            hand.revision, hand.stale = detail["revision"], set()
            return
        revision = hand.revision if with_revision else None
        differ = {name for name, value in values.items() if self.holds.get(name) != value}
        if verb == "amend":
            body = {"reason": "misheard", "data": merged({}, values)}
            assert self.api.patch(f"/complaints/{self.number}", body).status_code == 200
            self._stands(values, differ)
            return
        data = merged(FILLED[hand.step] if verb == "complete" else {}, values)
        code = self.send(hand.step, verb, data, revision)
        if hand.step in self.done:
            assert code == "task.not_open"
        elif verb == "draft":
            assert code is None
            self.drafts[hand.step] = data
        elif revision is not None and differ & hand.stale:
            assert code == "case.changed"
        else:
            assert code is None
            self._stands(values, differ)
            self.done.add(hand.step)
            self.drafts.pop(hand.step, None)

    def _stands(self, values: Mapping[str, str], differ: set[str]) -> None:
        self.holds |= values
        for other in self.hands.values():
            other.stale |= differ

    def check(self) -> None:
        case = self.api.get(f"/complaints/{self.number}").json["case"]
        assert {name: at(case, name) for name in self.holds} == self.holds
        for step in self.done:
            assert contains(case, FILLED[step])
        for step, data in self.drafts.items():
            assert self.api.get(f"/tasks/{self.ids[step]}").json["draft"]["data"] == data


LITTLE = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}


def merged(base: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    found = {name: merged(inner, {}) if isinstance(inner, Mapping) else inner for name, inner in base.items()}
    for name, value in values.items():
        here = found
        *groups, last = name.split(".")
        for group in groups:
            here = here.setdefault(group, {})
        here[last] = value
    return found


def at(case: Any, name: str) -> Any:
    for part in name.split("."):
        case = case.get(part, {})
    return case


def contains(case: Any, part: Any) -> bool:
    if isinstance(part, Mapping):
        return isinstance(case, Mapping) and all(contains(case.get(name), inner) for name, inner in part.items())
    return bool(case == part)


NO_SHRINKING = [phase for phase in Phase if phase is not Phase.shrink]
"""A failing order is short enough as it is; each one costs a case."""
MOVES = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from(["load", "load", "draft", "amend", "complete"]),
        st.lists(st.sampled_from("abc"), min_size=2, max_size=2),
        st.booleans(),
    ),
    max_size=20,
)


@pytest.mark.parametrize(("channel", "branches"), [("phone", 4), (AT_ONCE, 5)])
def test_every_order_keeps_everybodys_values(api: Api, channel: str, branches: int) -> None:
    """Two people at each branch load, draft and complete, with the revision they saw or without; others amend."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
    @given(moves=MOVES, order=st.permutations(range(branches)))
    def play(moves: list[tuple[int, str, list[str], bool]], order: list[int]) -> None:
        case = Branches(api, channel)
        hands = list(case.hands.values())
        assert len(hands) == 2 * branches
        for which, verb, letters, with_revision in moves:
            hand = hands[which % len(hands)]
            values = dict(zip(FREE[hand.step], letters, strict=False))
            case.act(hand, verb, values, with_revision)
        case.check()
        for place in order:
            hand = hands[2 * place]
            if hand.step not in case.done:
                case.act(hand, "complete", dict.fromkeys(FREE[hand.step], "last"), False)
        assert len(case.done) == branches
        case.check()

    play()


@pytest.mark.parametrize("with_revision", [True, False])
@pytest.mark.parametrize(("channel", "branches"), [("phone", 4), (AT_ONCE, 5)])
def test_all_at_the_same_moment(api: Api, channel: str, branches: int, with_revision: bool) -> None:
    """A person for each branch, each in a thread of his own; who is told to try again does."""
    for _ in range(4):
        case = Branches(api, channel)
        steps = list(case.ids)
        assert len(steps) == branches
        gate = threading.Barrier(branches)

        def work(step: str, case: Branches = case, gate: threading.Barrier = gate) -> None:
            gate.wait()
            for verb in ("draft", "complete"):
                values = dict.fromkeys(FREE[step], f"{step} {verb}")
                data = merged(FILLED[step] if verb == "complete" else {}, values)
                for _attempt in range(30):
                    revision = case.api.get(f"/tasks/{case.ids[step]}").json["revision"] if with_revision else None
                    code = case.send(step, verb, data, revision)
                    if code is None:
                        break
                    assert code == "case.conflict"
                assert code is None

        with ThreadPoolExecutor(branches) as pool:
            list(pool.map(work, steps))
        case.holds = {name: f"{step} complete" for step in steps for name in FREE[step]}
        case.done = set(steps)
        case.check()
        following = "confirm_containment" if channel != AT_ONCE else "validate"
        assert list(case.tasks()) == [following]
