"""A loop that begins anew keeps what was, and counts."""

from copy import deepcopy
from typing import Any

from server.domain.application import Loop
from server.domain.rounds import Round, begin_round, is_used_up

NOW = "2026-03-02T01:00:00.000Z"
PLAN = Loop(
    title="改善方案\nPlan",
    keeps=("plan", "approval.decision"),
    clears=("approval", "plan.feasible"),
    reason=("approval.opinion", "plan.verification"),
)


def filled() -> dict[str, Any]:
    return {
        "plan": {"summary": "lock the pressure", "feasible": "no", "actions": [{"id": "a1", "action": "lock"}]},
        "approval": {"decision": "refused", "opinion": "no trial was made"},
        "rounds": {"limit": 3, "plan": 1},
    }


def test_the_first_time_only_the_counter_is_set() -> None:
    case: dict[str, Any] = {}
    assert begin_round(case, "plan", PLAN, 3, NOW) is None
    assert case == {"rounds": {"limit": 3, "plan": 1}}


def test_a_second_round_freezes_the_first_and_clears_what_must_be_asked_again() -> None:
    case = filled()
    assert begin_round(case, "plan", PLAN, 3, NOW) == Round("plan", 2, "no trial was made")
    (first,) = case["plan_rounds"]
    assert first == {
        "number": 1,
        "reason": "no trial was made",
        "closed_at": NOW,
        "values": {
            "plan": {"summary": "lock the pressure", "feasible": "no", "actions": [{"id": "a1", "action": "lock"}]},
            "approval": {"decision": "refused"},
        },
    }
    assert case["plan"] == {"summary": "lock the pressure", "actions": [{"id": "a1", "action": "lock"}]}
    assert "approval" not in case
    assert case["rounds"] == {"limit": 3, "plan": 2}


def test_what_is_frozen_does_not_change_with_the_next_round() -> None:
    case = filled()
    begin_round(case, "plan", PLAN, 3, NOW)
    frozen = deepcopy(case["plan_rounds"])
    case["plan"]["summary"] = "a sensor"
    case["plan"]["actions"][0]["action"] = "fit a sensor"
    assert case["plan_rounds"] == frozen


def test_a_step_that_opens_again_with_nothing_filled_goes_on_in_its_round() -> None:
    case: dict[str, Any] = {"rounds": {"limit": 3, "plan": 1}, "approval": {"opinion": "?"}}
    assert begin_round(case, "plan", PLAN, 3, NOW) is None
    assert case["rounds"]["plan"] == 1
    assert "plan_rounds" not in case


def test_nobody_said_why() -> None:
    case = filled()
    del case["approval"]
    assert begin_round(case, "plan", PLAN, 3, NOW) == Round("plan", 2, "")
    assert "reason" not in case["plan_rounds"][0]


def test_the_limit_of_the_case_stays_when_the_application_gets_another() -> None:
    case = filled()
    begin_round(case, "plan", PLAN, 7, NOW)
    assert case["rounds"]["limit"] == 3


def test_used_up_at_the_limit() -> None:
    assert not is_used_up({"rounds": {"limit": 3, "plan": 2}}, "plan")
    assert is_used_up({"rounds": {"limit": 3, "plan": 3}}, "plan")
    assert is_used_up({"rounds": {"limit": 3, "plan": 4}}, "plan")
    assert not is_used_up({"rounds": {"limit": 3}}, "plan")
    assert not is_used_up({}, "")


def test_what_was_said_on_another_occasion_is_no_reason() -> None:
    """An approval's opinion is the cause of a new round only when the plan was refused."""
    when = {"approval.opinion": ("approval.decision", "refused")}
    loop = Loop("Plan", keeps=("plan",), clears=("approval",), reason=("approval.opinion", "answer.text"), when=when)
    refused = {
        "plan": {"summary": "a"},
        "rounds": {"plan": 1},
        "approval": {"decision": "refused", "opinion": "too dear"},
    }
    assert begin_round(refused, "plan", loop, 3, NOW) == Round("plan", 2, "too dear")
    approved = {
        "plan": {"summary": "a"},
        "rounds": {"plan": 1},
        "approval": {"decision": "approved", "opinion": "good"},
    }
    assert begin_round(approved | {"answer": {"text": "not the cause"}}, "plan", loop, 3, NOW) == Round(
        "plan", 2, "not the cause"
    )
