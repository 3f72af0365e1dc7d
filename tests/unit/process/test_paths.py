"""The diagrams run: S4's straight path, each end, messages, what comes at any time, each limit, the ways back."""

import random
from typing import Any

import pytest

from server.casework.check_bundle import check_bundle
from server.jobs.registry import load_registry
from tests.unit.process.bundled import BUNDLE, FORMS
from tests.unit.process.driving import Drive
from tests.unit.process.test_complaint_diagram import SENT_BACK
from tests.unit.process.test_connections import ENDS, MESSAGES

Answers = dict[str, dict[str, Any]]

FIELDS: dict[str, Any] = {"customer": {"name": "甲"}, "problem": {"description": "乙"}}
STORY: Answers = {
    "confirm": {"classification": {"is_quality": "yes", "validity": "valid"}},
    "emergency": {"containment": {"method": "none"}},
    "approve_return": {"goods_return": {"approved": "yes"}},
    "plan": {"plan": {"summary": "保压锁定"}},
    "verify_plan": {"plan": {"feasible": "yes"}},
    "approve_plan": {"approval": {"decision": "approved"}},
    "eight_d": {"eight_d": {"d1": "陈静"}},
    "review_eight_d": {"release": {"review": "ok"}},
    "release_eight_d": {"release": {"decision": "released"}},
    "customer_answer": {"answer": {"result": "accepted"}},
    "validate": {"implementation": {"effective": "yes"}},
    "satisfaction": {"closing": {"satisfied": "yes"}},
}
"""What is answered, by element, so that the complaint goes straight to the archive."""
STRAIGHT = [
    "acknowledge", "receive", "record", "Gateway_Immediate", "grading_inputs", "grade", "two_levels", "participants",
    "who_approves", "Gateway_Serious", "confirm", "Gateway_Validity", "cause_side", "team", "meeting",
    "containment_case", "corrective_action_case", "eight_d_reply_case", "Gateway_Reply", "implementation_case",
    "Gateway_Effective", "horizontal_rollout_case", "Gateway_Shipments", "satisfaction", "Gateway_Satisfied",
    "Gateway_Sign", "archive", "send_result", "archive_package", "End_Archived",
]  # fmt: skip
ROUND = {"containment": "emergency", "plan": "plan", "eight_d": "eight_d", "closing": "satisfaction"}
RETURN: Answers = {"emergency": {"containment": {"method": "return"}}}
BAD = {"rollout": {"shipment_1": {"result": "bad"}}}
CAUSE = {"customer_answer": {"answer": {"result": "sent_back", "back_to": "cause"}}}
LIMITS: dict[str, tuple[str, Answers, dict[str, Any]]] = {
    "return refused": ("containment", RETURN | {"approve_return": {"goods_return": {"approved": "no"}}}, {}),
    "plan not feasible": ("plan", {"verify_plan": {"plan": {"feasible": "no"}}}, {}),
    "plan refused": ("plan", {"approve_plan": {"approval": {"decision": "refused"}}}, {}),
    "8D not good enough": ("eight_d", {"review_eight_d": {"release": {"review": "back"}}}, {}),
    "8D not released": ("eight_d", {"release_eight_d": {"release": {"decision": "back"}}}, {}),
    "8D sent back": ("eight_d", {"customer_answer": {"answer": {"result": "sent_back", "back_to": "text"}}}, {}),
    "cause not accepted": ("plan", CAUSE, {"eight_d": 3}),
    "no effect": ("plan", {"validate": {"implementation": {"effective": "no"}}}, {"eight_d": 3}),
    "bad shipment": ("plan", {"shipment_1": BAD}, {"eight_d": 3, "rollout": 3}),
    "not satisfied": ("closing", {"satisfaction": {"closing": {"satisfied": "no"}}}, {}),
}
"""What goes wrong each time: the loop whose limit it meets, the answers, and how far other loops have come by then."""


def go(drive: Drive, answers: Answers, until: str | None = None) -> Drive:
    """Complete what is open, in the order of names, up to an element or the end."""
    for _ in range(200):
        open_now = sorted(drive.tasks)
        if not open_now or until in open_now:
            break
        drive.answer(open_now[0], answers.get(open_now[0], {}))
    assert until is None or until in drive.tasks, f"it never comes to {until}"
    return drive


def drive_to(element_id: str, answers: Answers | None = None) -> Drive:
    return go(Drive(FIELDS), STORY | (answers or {}), element_id)


def test_the_straight_path_goes_through_s4_step_by_step() -> None:
    drive = go(Drive(FIELDS), STORY)
    beside = {"Start_Complaint", "Split_Anytime", "Anytime"}
    assert [name for name in drive.steps("complaint") if name not in beside] == STRAIGHT
    assert drive.instance.end_event == "End_Archived"
    assert drive.case["grading"]["level"] == 5
    assert drive.case["acknowledgement"]["left_out"] == ["customer.email"]
    assert drive.case["rounds"] == {"limit": 3, "containment": 1, "plan": 1, "eight_d": 1, "rollout": 1, "closing": 1}


ENDED: dict[str, tuple[Answers, list[str]]] = {
    "End_ResolvedAtOnce": ({"receive": {"immediate": {"resolved": "yes"}}}, ["review_immediate"]),
    "End_NotValid": ({"confirm": {"classification": {"validity": "not_valid"}}}, ["confirm", "explain_not_valid"]),
    "End_NotQuality": ({"confirm": {"classification": {"is_quality": "no"}}}, ["confirm", "investigate_answer"]),
    "End_Archived": ({}, ["cause_side", "satisfaction", "archive"]),
}


@pytest.mark.parametrize("end", sorted(ENDED))
def test_each_way_out_comes_to_its_end(end: str) -> None:
    answers, steps = ENDED[end]
    drive = go(Drive(FIELDS), STORY | answers)
    assert drive.instance.end_event == end
    assert drive.instance.waits() == []
    assert set(steps) <= {name for _, name in drive.path}


def test_a_need_is_answered_like_what_is_no_quality_problem() -> None:
    drive = go(Drive(FIELDS), STORY | {"confirm": {"classification": {"validity": "need", "is_quality": "yes"}}})
    assert drive.instance.end_event == "End_NotQuality"


def test_the_review_may_ask_for_the_full_way() -> None:
    answers = {"receive": {"immediate": {"resolved": "yes"}}, "review_immediate": {"immediate": {"review": "full"}}}
    assert go(Drive(FIELDS), STORY | answers, "confirm").steps("complaint")[-1] == "Gateway_Serious"


def test_level_one_goes_to_the_superior_first() -> None:
    injury = {"record": {"problem": {"effect": "injury"}}}
    drive = drive_to("assign_person", injury)
    drive.answer("assign_person")
    assert set(drive.tasks) == {"confirm"}


@pytest.mark.parametrize("event", sorted(name for name, (task, *_) in MESSAGES.items() if task))
def test_what_comes_from_outside_ends_the_wait(event: str) -> None:
    task, _, variable = MESSAGES[event]
    drive = Drive(FIELDS)
    if task == "outside_result":
        drive.tell("complaint_referred", {"kind": "police"})
    go(drive, STORY | RETURN, task)
    open_before = set(drive.tasks)
    drive.tell(event, {"name": "王丽"})
    assert drive.tasks.keys() & open_before == open_before - {task}
    assert event not in drive.messages
    place = drive.case
    for name in variable.split("."):
        place = place[name]
    assert place["name"] == "王丽"


@pytest.mark.parametrize(
    "task", ["receive", "confirm", "quarantine_wip", "customer_answer", "train", "shipment_2", "archive"]
)
@pytest.mark.parametrize(
    ("event", "end"), [("complaint_withdrawn", "End_Withdrawn"), ("complaint_merged", "End_Duplicate")]
)
def test_it_may_end_at_any_time(task: str, event: str, end: str) -> None:
    drive = drive_to(task)
    drive.tell(event, {"reason": "拿错了样品"})
    assert drive.instance.completed
    assert drive.instance.end_event == end
    assert drive.instance.waits() == []


def test_the_work_goes_on_while_it_is_referred_and_when_it_comes_back() -> None:
    drive = drive_to("cause_side")
    for _ in range(2):
        drive.tell("complaint_referred", {"kind": "statutory_test"})
        assert set(drive.tasks) == {"cause_side", "refer_outside"}
        drive.answer("refer_outside")
        drive.answer("outside_result", {"referral": {"result": "back"}})
        assert drive.messages == {"complaint_withdrawn", "complaint_merged", "complaint_referred"}
    assert go(drive, STORY).instance.end_event == "End_Archived"


def test_what_is_settled_outside_ends_the_work() -> None:
    drive = drive_to("meeting")
    drive.tell("complaint_referred", {"kind": "authority"})
    drive.answer("refer_outside")
    drive.tell("outside_decided", {"result": "settled"})
    assert drive.instance.end_event == "End_SettledOutside"
    assert drive.instance.waits() == []


@pytest.mark.parametrize("why", sorted(LIMITS))
@pytest.mark.parametrize(("decision", "end"), [("close", "End_ClosedWithRemark"), ("refer", "End_SettledOutside")])
def test_every_loop_has_a_limit_and_then_the_vp_decides(why: str, decision: str, end: str) -> None:
    loop, answers, others = LIMITS[why]
    drive = drive_to("decide_limit", answers)
    assert set(drive.tasks) == {"decide_limit"}
    assert drive.case["rounds"][loop] == 3
    assert len(drive.case[f"{loop}_rounds"]) == 2
    assert drive.case["rounds"].items() >= others.items()
    process = {"closing": "complaint", "plan": "corrective_action", "eight_d": "eight_d_reply"}.get(loop, loop)
    assert drive.steps(process).count(ROUND[loop]) == 3
    go(drive, {"decide_limit": {"exhausted": {"decision": decision, "remark": "三轮无果"}}})
    assert drive.instance.end_event == end


def test_a_bad_shipment_opens_another_round_and_the_next_may_be_good() -> None:
    drive = drive_to("shipment_1")
    drive.tell("shipment_1_reported", {"result": "bad", "remark": "又见缩水"})
    assert set(drive.tasks) == {"plan"}
    assert [row["reason"] for row in drive.case["plan_rounds"]] == ["又见缩水"]
    assert go(drive, STORY).instance.end_event == "End_Archived"
    assert drive.case["rounds"] == {"limit": 3, "containment": 1, "plan": 2, "eight_d": 2, "rollout": 2, "closing": 1}


def test_an_unsatisfied_customer_is_answered_once_more_or_gets_a_new_plan() -> None:
    drive = drive_to("satisfaction")
    drive.tell("satisfaction_told", {"satisfied": "no", "opinions": "还是卡"})
    drive.answer("reevaluate", {"reevaluation": {"next": "answer", "finding": "说明不清"}})
    assert set(drive.tasks) == {"satisfaction"}
    drive.answer("satisfaction", {"closing": {"satisfied": "no"}})
    drive.answer("reevaluate", {"reevaluation": {"next": "plan", "finding": "措施不够"}})
    assert set(drive.tasks) == {"plan"}


def test_the_gm_signs_where_the_table_says_so() -> None:
    drive = drive_to("satisfaction")
    drive.case["approvals"]["closing"] = "gm"
    drive.answer("satisfaction", {"closing": {"satisfied": "yes"}})
    drive.answer("sign_close")
    assert set(drive.tasks) == {"archive"}


@pytest.mark.parametrize(("task", "target"), sorted(SENT_BACK.items()))
def test_work_sent_back_comes_round_again(task: str, target: str) -> None:
    expensive = {"plan": {"plan": {"summary": "换模", "cost": 9_000_000}}}
    drive = drive_to(task, expensive if task == "approve_plan_vp" else {})
    drive.send_back(task, target)
    assert set(drive.tasks) == {target}
    assert drive.messages == {"complaint_withdrawn", "complaint_merged", "complaint_referred"}
    assert go(drive, STORY).instance.end_event == "End_Archived"


@pytest.mark.parametrize("seed", range(20))
def test_any_answers_that_fit_the_forms_reach_an_end(seed: int) -> None:
    chance = random.Random(seed)
    drive = Drive(FIELDS)
    for _ in range(400):
        if not drive.tasks:
            break
        task = chance.choice(sorted(drive.tasks))
        form = drive.tasks[task].properties["formKey"]
        data = fill(FORMS.schema(form), chance)
        assert FORMS.errors(form, data, "en") == []
        drive.answer(task, data)
    assert drive.instance.end_event in ENDS


def test_the_check_finds_nothing() -> None:
    assert check_bundle(BUNDLE, load_registry().topics) == []


def fill(schema: dict[str, Any], chance: random.Random) -> Any:
    """Some value that fits a form's schema, knowing only the rules scripts may rely on."""
    if "oneOf" in schema:
        return chance.choice(schema["oneOf"])["const"]
    if schema["type"] == "object":
        return _fill_object(schema, chance)
    if schema["type"] == "array":
        count = 0 if schema["items"].get("format") == "attachment" else chance.randint(0, min(3, schema["maxItems"]))
        return [fill(schema["items"], chance) for _ in range(count)]
    if schema["type"] == "boolean":
        return chance.random() < 0.5
    if schema["type"] in ("integer", "number"):
        return chance.choice([schema["minimum"], schema["maximum"]])
    formats = {"date": "2026-02-28", "date-time": "2026-02-28T09:30:00+08:00", "email": "a@b.example"}
    length = chance.choice([schema.get("minLength", 0), min(schema.get("maxLength", 20), 20)])
    return formats.get(schema.get("format", ""), "字" * length)


def _fill_object(schema: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    needed = set(schema.get("required", ()))
    fields = {name: inner for name, inner in schema["properties"].items() if not inner.get("readOnly")}
    data = {name: fill(inner, chance) for name, inner in fields.items() if name in needed or chance.random() < 0.5}
    for condition in schema.get("allOf", ()):
        ((name, limit),) = condition["if"]["properties"].items()
        if data.get(name) in limit.get("enum", [limit.get("const")]):
            for extra in condition["then"]["required"]:
                data.setdefault(extra, fill(fields[extra], chance))
    return data
