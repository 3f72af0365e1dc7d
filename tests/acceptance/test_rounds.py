"""Every loop of the procedure has an end: three rounds, then the vice president decides, and only between ways out.

Earlier rounds are kept with number, reason and values as they stood, and nothing changes them afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.acceptance.procedure import Procedure, choices
from tests.acceptance.story import Data

LIMIT = 3
REFUSED = {"approval": {"decision": "refused", "opinion": "没有验证"}}


@dataclass(frozen=True)
class Loop:
    """`name` of the loop; its rounds begin at `head`; `answers` lead back each time, for `reason`.

    `told`: where `head` writes what differs from round to round. `counts`: rounds of other loops it goes through.
    """

    name: str
    head: str
    told: str
    reason: str
    answers: Mapping[str, Data]
    channel: str = "phone"
    counts: Mapping[str, int] = field(default_factory=dict)


LOOPS = {
    "a return the general manager refuses (S24)": Loop(
        "containment",
        "emergency",
        "containment.emergency_action",
        "现场返工即可",
        {
            "emergency": {"containment": {"method": "return", "quantity": 118}},
            "approve_return": {"goods_return": {"approved": "no", "opinion": "现场返工即可"}},
        },
    ),
    "a plan that is not feasible": Loop(
        "plan",
        "plan",
        "plan.summary",
        "试产仍缩水",
        {"verify_plan": {"plan": {"verified_by": "trial", "feasible": "no", "verification": "试产仍缩水"}}},
    ),
    "a plan the manager refuses": Loop("plan", "plan", "plan.summary", "没有验证", {"approve_plan": REFUSED}),
    "a plan the vice president refuses": Loop(
        "plan",
        "plan",
        "plan.summary",
        "没有验证",
        {"plan": {"plan": {"cost": 100_001}}, "approve_plan_vp": REFUSED},
    ),
    "a cause the customer doubts": Loop(
        "plan",
        "plan",
        "plan.summary",
        "原因不成立",
        {"customer_answer": {"answer": {"result": "sent_back", "back_to": "cause", "text": "原因不成立"}}},
        counts={"eight_d": 3},
    ),
    "a plan that did not work": Loop(
        "plan",
        "plan",
        "plan.summary",
        "仍有 3 件",
        {"validate": {"implementation": {"effective": "no", "validation_result": "仍有 3 件"}}},
        counts={"eight_d": 3},
    ),
    "a bad shipment": Loop(
        "plan",
        "plan",
        "plan.summary",
        "缩水 7 件",
        {"shipment_3": {"rollout": {"shipment_3": {"result": "bad", "remark": "缩水 7 件"}}}},
        counts={"eight_d": 3, "rollout": 3},
    ),
    "a report quality does not pass": Loop(
        "eight_d",
        "eight_d",
        "eight_d.title",
        "D4 不完整",
        {"review_eight_d": {"release": {"review": "back", "review_remark": "D4 不完整"}}},
    ),
    "a report the manager does not release": Loop(
        "eight_d",
        "eight_d",
        "eight_d.title",
        "措辞",
        {"release_eight_d": {"release": {"decision": "back", "remark": "措辞"}}},
    ),
    "a report the general manager does not sign (S19)": Loop(
        "eight_d",
        "eight_d",
        "eight_d.title",
        "请补充数据",
        {"sign_eight_d": {"release": {"gm_decision": "back", "gm_opinion": "请补充数据"}}},
        channel="authority",
    ),
    "a report the customer sends back": Loop(
        "eight_d",
        "eight_d",
        "eight_d.title",
        "请补 D7",
        {"customer_answer": {"answer": {"result": "sent_back", "back_to": "text", "text": "请补 D7"}}},
    ),
    "a customer who is not satisfied (S11)": Loop(
        "closing",
        "satisfaction",
        "closing.compensation",
        "仍不满意",
        {"satisfaction": {"closing": {"satisfied": "no", "opinions": "仍不满意"}}},
    ),
}


def nested(path: str, value: str) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


def at(data: Any, path: str) -> Any:
    for name in path.split("."):
        data = data[name]
    return data


class Frozen:
    """Watches that what was once kept as a round never changes, and that rounds are only added."""

    def __init__(self) -> None:
        self.seen: dict[str, list[Any]] = {}

    def look(self, case: Mapping[str, Any]) -> None:
        for name, rows in case.items():
            if name.endswith("_rounds"):
                before = self.seen.get(name, [])
                assert rows[: len(before)] == before, name
                self.seen[name] = rows
        assert set(self.seen) <= set(case)


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_the_third_round_is_the_last(procedure: Procedure, loop: Loop) -> None:
    procedure.filed(loop.channel).tells(**loop.answers)
    frozen = Frozen()
    for number in range(1, LIMIT + 1):
        procedure.tells(**{loop.head: nested(loop.told, f"round {number}")}).up_to(loop.head)
        assert procedure.case["rounds"][loop.name] == number
        procedure.does(loop.head)
        for _ in range(40):
            frozen.look(procedure.case)
            waiting = procedure.waiting()
            if loop.head in waiting or "decide_limit" in waiting:
                break
            procedure.does(waiting[0])
    assert procedure.waiting() == ["decide_limit"]
    case = procedure.case
    rows = case[f"{loop.name}_rounds"]
    assert [(row["number"], row["reason"]) for row in rows] == [(1, loop.reason), (2, loop.reason)]
    assert [at(row["values"], loop.told) for row in rows] == ["round 1", "round 2"]
    assert [bool(row["closed_at"]) for row in rows] == [True, True]
    assert len({row["id"] for row in rows}) == 2
    assert at(case, loop.told) == "round 3"
    assert case["rounds"]["limit"] == LIMIT
    assert {name: case["rounds"][name] for name in loop.counts} == dict(loop.counts)
    only_ways_out(procedure)
    assert procedure.to_the_end()["end_event"] == "End_ClosedWithRemark"
    frozen.look(procedure.case)
    assert procedure.done.count(loop.head) == LIMIT


def only_ways_out(procedure: Procedure) -> None:
    """The vice president may close with a remark or refer outside; going round again is not offered, nor going back."""
    task = procedure.task("decide_limit")
    assert task["groups"] == ["vp"]
    assert choices(task, "/exhausted/decision") == {"close", "refer"}
    assert procedure.tries("decide_limit", {"exhausted": {"decision": "close"}}).status_code == 422
    again = procedure.tries("decide_limit", {"exhausted": {"decision": "again", "remark": "x"}})
    assert again.status_code == 422


def test_the_vice_president_refers_outside(procedure: Procedure) -> None:
    procedure.filed().tells(
        approve_plan=REFUSED, decide_limit={"exhausted": {"decision": "refer", "remark": "请法定机构判定"}}
    )
    assert procedure.up_to("refer_outside").to_the_end()["end_event"] == "End_SettledOutside"


def test_rounds_are_counted_over_the_whole_case(procedure: Procedure) -> None:
    """Refused once, not effective once: the third plan is the last, wherever the first two failed."""
    procedure.filed().up_to("approve_plan")
    procedure.does("approve_plan", REFUSED)
    procedure.up_to("validate")
    procedure.does("validate", {"implementation": {"effective": "no", "validation_result": "仍有 3 件"}})
    assert procedure.case["rounds"]["plan"] == 3
    procedure.up_to("approve_plan")
    procedure.does("approve_plan", REFUSED)
    assert procedure.waiting() == ["decide_limit"]
    assert [row["reason"] for row in procedure.case["plan_rounds"]] == ["没有验证", "仍有 3 件"]


def test_rounds_are_nobodys_to_write(procedure: Procedure) -> None:
    procedure.filed().up_to("approve_plan")
    procedure.does("approve_plan", REFUSED)
    before = procedure.case
    for data in ({"rounds": {"plan": 1}}, {"plan_rounds": []}, {"plan_rounds": [{"number": 9}]}):
        body = {"reason": "again", "data": data}
        refused = procedure.admin.call("PATCH", f"/complaints/{procedure.number}", body)
        assert refused.status_code == 422, refused.json
    assert procedure.case == before
