"""客户投诉处理流程 (S4), its twelve steps in order: who does what, what goes in, what comes out.

The complaint is the story's: moulded housings with sink marks (story.py). Every other way through is in test_paths.py,
what the kindred procedures add in test_kindred_procedures.py.
"""

import hashlib
import zipfile
from datetime import timedelta
from io import BytesIO
from random import Random
from typing import Any

import pytest

from server.clock import ManualClock
from server.documents.archive import verify_package
from tests.acceptance.procedure import Procedure, choices, fields_of
from tests.acceptance.support.samples import png

MAIL = "wang.li@huayu.example"
NOT_QUALITY = {"classification": {"is_quality": "no", "validity": "valid", "reason": "送货地址写错"}}


def test_step_01_receive(procedure: Procedure) -> None:
    """接到客户投诉. Listen patiently; ask about the customer's losses and how urgent it is."""
    procedure.filed()
    task = procedure.task("receive", "zh-CN")
    assert task["name"] == "接到客户投诉"
    assert task["groups"] == ["sales"]
    assert "耐心" in task["instructions"]
    assert {"/problem/losses", "/intake/urgency"} <= fields_of(task)
    procedure.does("receive")
    assert procedure.case["problem"]["losses"] == "停线两小时"
    assert procedure.case["intake"]["urgency"] == "critical"


def test_step_01_the_customer_is_told_the_number(procedure: Procedure) -> None:
    procedure.filed()
    (mail,) = procedure.mails()
    assert mail["recipient"] == MAIL
    assert procedure.number in mail["subject"] + mail["body"]
    assert "/status/" in mail["body"]


def test_step_01_without_an_address_the_work_goes_on(procedure: Procedure) -> None:
    procedure.filed(customer={"email": None})
    assert procedure.mails() == []
    assert procedure.case["acknowledgement"]["left_out"] == ["customer.email"]
    assert procedure.waiting() == ["receive"]


def test_step_02_record(procedure: Procedure) -> None:
    """记录投诉内容. Key points, data and consequences go into the complaint record; related questions are asked."""
    procedure.filed().up_to("record")
    task = procedure.task("record")
    assert task["groups"] == ["sales"]
    wanted = {"/problem/description", "/problem/consequences", "/problem/detected_on", "/product/batch"}
    assert wanted | {"/product/quantity_defective"} <= fields_of(task)
    procedure.does("record")
    case = procedure.case
    assert case["problem"]["consequences"] == "当日少产 300 台"
    assert case["product"]["quantity_defective"] == 126


def test_step_02_the_record_is_graded(procedure: Procedure) -> None:
    """S20: 18 600 RMB is more than 10 000 and not more than 100 000, hence level 4."""
    procedure.filed().up_to("confirm")
    assert procedure.case["grading"]["level"] == 4
    assert procedure.case["grading"]["reason"] == "cost"


def test_step_02_repeats_count_together(procedure: Procedure) -> None:
    """S20: the cost of repeats is accumulated: six times 18 600 RMB is more than 100 000."""
    for _ in range(6):
        procedure.filed().up_to("confirm")
    assert procedure.case["grading"]["repeat_count"] == 5
    assert procedure.case["grading"]["level"] == 3
    assert procedure.case["grading"]["reason"] == "repeat_cost"


def test_step_03_confirm(procedure: Procedure) -> None:
    """确认投诉内容. Is it a quality problem? Yes: on to step 4."""
    procedure.filed().up_to("confirm")
    task = procedure.task("confirm")
    assert task["groups"] == ["quality"]
    assert choices(task, "/classification/is_quality") == {"yes", "no"}
    assert procedure.tries("confirm", {}).status_code == 422
    procedure.does("confirm")
    assert procedure.waiting() == ["cause_side"]


def test_step_03_too_little_is_known(procedure: Procedure) -> None:
    procedure.filed().up_to("confirm")
    procedure.sends_back("confirm", "batch number is missing")
    assert procedure.waiting() == ["record"]
    procedure.does("record", {"product": {"batch": "A68-260910-2"}})
    assert procedure.waiting() == ["confirm"]


def test_step_03_no_quality_problem(procedure: Procedure) -> None:
    """No: investigate, give an answer, record the service, archive. The end."""
    procedure.filed().up_to("confirm")
    refused = procedure.tries("confirm", {"classification": {"is_quality": "no", "validity": "valid"}})
    assert refused.json["error"]["field"] == "/classification/reason"
    procedure.does("confirm", NOT_QUALITY)
    assert procedure.waiting() == ["investigate_answer"]
    procedure.does("investigate_answer")
    assert procedure.case["service"]["cause"] == "送错地址"
    procedure.does("record_service")
    instance = procedure.instance()
    assert (instance["state"], instance["end_event"]) == ("completed", "End_NotQuality")
    assert procedure.case["service"]["satisfied"] == "yes"
    assert_archived(procedure)


def test_step_03_no_quality_problem_is_answered_by_mail(procedure: Procedure) -> None:
    """A written complaint gets a written reply (S19)."""
    procedure.filed("email").up_to("confirm")
    procedure.does("confirm", NOT_QUALITY)
    procedure.does("investigate_answer", {"service": {"investigation": "x", "answer": "地址已更正。"}})
    assert "地址已更正。" in procedure.mails()[-1]["body"]


@pytest.mark.parametrize("side", ["ours", "customer_processing", "both"])
def test_step_04_cause_side(procedure: Procedure, side: str) -> None:
    """产品品质投诉. Customer's processing or our product: either way we keep helping, there is no exit here."""
    procedure.filed().up_to("cause_side")
    task = procedure.task("cause_side")
    assert {"ours", "customer_processing"} <= choices(task, "/cause/side")
    assert "keep" in task["instructions"].lower() or "go on helping" in task["instructions"]
    procedure.does("cause_side", {"cause": {"side": side, "explanation": "retained samples compared"}})
    assert procedure.case["cause"]["side"] == side
    assert procedure.waiting() == ["team"]


def test_step_04_the_customers_processing_needs_evidence(procedure: Procedure) -> None:
    procedure.filed().up_to("cause_side")
    refused = procedure.tries("cause_side", {"cause": {"side": "customer_processing"}})
    assert (refused.status_code, refused.json["error"]["field"]) == (422, "/cause/explanation")


def test_step_05_team(procedure: Procedure) -> None:
    """成立调查小组. Quality, engineering and production, each with its duty."""
    procedure.filed().up_to("team")
    task = procedure.task("team")
    assert (task["groups"], task["milestone"]) == (["quality"], "D1")
    for duty in ("meeting", "plan and standard", "training"):
        assert duty in task["instructions"]
    procedure.does("team")
    members = procedure.case["team"]["members"]
    assert {row["department"]: row["duty"] for row in members} == {
        "quality": "lead",
        "engineering": "plan",
        "production": "execute",
    }
    assert len({row["id"] for row in members}) == 3


@pytest.mark.parametrize(
    ("cost", "group_set", "departments"), [(6_000_000, "G1", 13), (18_600, "G2", 8), (500, "G3", 5)]
)
def test_step_05_who_takes_part_follows_the_level(
    procedure: Procedure, cost: int, group_set: str, departments: int
) -> None:
    """S20: the lower the number of the level, the more departments take part."""
    procedure.filed().tells(record={"grading": {"cost": cost}}).up_to("confirm")
    participants = procedure.case["participants"]
    assert participants["group_set"] == group_set
    assert len(participants["departments"]) == departments


def test_step_06_meeting(procedure: Procedure) -> None:
    """异常问题开会说明. Quality chairs; the problem is described and its root cause found together: fishbone, 5 Why."""
    procedure.filed().up_to("meeting")
    task = procedure.task("meeting")
    assert (task["groups"], task["milestone"]) == (["quality"], "D4")
    ways = {"occurrence", "occurrence_system", "escape", "escape_system", "candidates", "five_why"}
    assert {"/meeting/chair", "/meeting/minutes"} | {f"/root_cause/{way}" for way in ways} <= fields_of(task)
    assert procedure.tries("meeting", {"meeting": {"chair": "陈静"}}).status_code == 422
    procedure.does("meeting")
    cause = procedure.case["root_cause"]
    assert "保压" in cause["occurrence"]
    assert [row["category"] for row in cause["candidates"]] == ["method"]
    assert [row["path"] for row in cause["five_why"]] == ["made"]


def test_step_07_emergency(procedure: Procedure) -> None:
    """应急处理措施. Return, rework or sorting as the customer asks, or people are sent."""
    procedure.filed().up_to("emergency")
    task = procedure.task("emergency")
    assert (task["groups"], task["milestone"]) == (["production"], "D3")
    assert choices(task, "/containment/method") == {"return", "rework", "sorting", "on_site", "none"}
    for method in ("return", "rework", "sorting"):
        refused = procedure.tries("emergency", {"containment": {"method": method}})
        assert refused.json["error"]["field"] == "/containment/quantity"


QUARANTINE = {"quarantine_stock", "quarantine_wip", "quarantine_transit"}


def test_step_07_quarantine(procedure: Procedure) -> None:
    """All stock, work in process and goods in transit are quarantined at once, by their own people."""
    procedure.filed().up_to("emergency")
    procedure.does("emergency")
    assert set(procedure.waiting()) == QUARANTINE
    lanes = {item["element_id"]: item["groups"] for item in procedure.items()}
    assert lanes == {
        "quarantine_stock": ["production"],
        "quarantine_wip": ["production"],
        "quarantine_transit": ["sales"],
    }
    for step in ("quarantine_wip", "quarantine_transit", "quarantine_stock"):
        procedure.does(step)
    assert procedure.waiting() == ["confirm_containment"]
    quarantine = procedure.case["quarantine"]
    assert (quarantine["stock"]["quantity"], quarantine["wip"]["quantity"]) == (2600, 400)


def by_method(procedure: Procedure, method: str) -> None:
    procedure.filed().tells(emergency={"containment": {"method": method, "quantity": 118}}).up_to("emergency")
    procedure.does("emergency")


@pytest.mark.parametrize("method", ["rework", "sorting"])
def test_step_07_what_was_good_and_bad(procedure: Procedure, method: str) -> None:
    by_method(procedure, method)
    assert set(procedure.waiting()) == {*QUARANTINE, method}
    procedure.does(method)
    found = procedure.case[method]
    assert found["ok"] + found["nok"] == found["quantity"]
    procedure.up_to("confirm_containment")


def test_step_07_rework(procedure: Procedure) -> None:
    by_method(procedure, "rework")
    assert procedure.task("rework")["groups"] == ["production"]
    assert procedure.tries("rework", {"rework": {}}).json["error"]["field"] == "/rework/quantity"


def test_step_07_on_site(procedure: Procedure) -> None:
    """On-site rework → send people; the customer signs for what was done (S30)."""
    by_method(procedure, "on_site")
    task = procedure.task("on_site")
    assert task["groups"] == ["service"]
    assert {"/on_site/people", "/on_site/customer_signed"} <= fields_of(task)
    procedure.does("on_site")
    assert procedure.case["on_site"]["customer_signed"] == "yes"


def test_step_07_return(procedure: Procedure) -> None:
    """The goods come back once the general manager consents (S24), are counted and inspected (S29)."""
    by_method(procedure, "return")
    assert procedure.waiting() == ["approve_return"]
    procedure.does("approve_return")
    assert set(procedure.waiting()) == {*QUARANTINE, "return_goods"}
    procedure.up_to("inspect_return").up_to("confirm_containment")
    assert procedure.case["goods_return"]["disposition"] == "scrap"


def test_step_08_plan(procedure: Procedure) -> None:
    """提出改善方案. Engineering plans; it is verified first or feasible in theory; it counts once the manager has approved."""
    procedure.filed().up_to("plan")
    assert procedure.task("plan")["groups"] == ["engineering"]
    actions = [{"action": "锁定参数", "responsible": "赵强", "due_on": "2026-03-12"}]
    procedure.does("plan", {"plan": {"summary": "锁定工艺参数。", "cost": 6800, "actions": actions}})
    task = procedure.task("verify_plan")
    assert task["groups"] == ["quality"]
    assert choices(task, "/plan/verified_by") == {"trial", "theory"}
    refused = procedure.tries("verify_plan", {"plan": {"feasible": "yes"}})
    assert refused.json["error"]["field"] == "/plan/verified_by"
    procedure.does("verify_plan")
    assert procedure.task("approve_plan")["groups"] == ["management"]
    refused = procedure.tries("approve_plan", procedure.story["approve_plan"], by="quality1")
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "forbidden.task")
    procedure.does("approve_plan")
    assert procedure.waiting() == ["eight_d"]
    (row,) = procedure.case["plan"]["actions"]
    assert (row["responsible"], row["due_on"]) == ("赵强", "2026-03-12")


@pytest.mark.parametrize(("cost", "who"), [(100_000, "approve_plan"), (100_001, "approve_plan_vp")])
def test_step_08_dear_plans_go_to_the_vice_president(procedure: Procedure, cost: int, who: str) -> None:
    procedure.filed().tells(plan={"plan": {"cost": cost}}).up_to("verify_plan")
    procedure.does("verify_plan")
    assert procedure.waiting() == [who]


def test_step_08_a_refused_plan_goes_back(procedure: Procedure) -> None:
    """Refused → back to the plan, with the reason; the first plan stays to be read."""
    procedure.filed().up_to("approve_plan")
    refusal = {"approval": {"decision": "refused", "opinion": "没有证据"}}
    lacking = procedure.tries("approve_plan", {"approval": {"decision": "refused", "opinion": None}})
    assert lacking.json["error"]["field"] == "/approval/opinion"
    procedure.does("approve_plan", refusal)
    assert procedure.waiting() == ["plan"]
    assert procedure.task("plan")["form"]["data"]["plan"]["summary"] == "锁定工艺参数，换料必做首件。"
    (first,) = procedure.case["plan_rounds"]
    assert (first["number"], first["reason"]) == (1, "没有证据")
    procedure.does("plan", {"plan": {"summary": "锁定参数，并试产 500 件。"}})
    procedure.up_to("eight_d")
    case = procedure.case
    assert case["plan_rounds"] == [first]
    assert first["values"]["plan"]["summary"] == "锁定工艺参数，换料必做首件。"
    assert case["plan"]["summary"] == "锁定参数，并试产 500 件。"


def test_step_09_eight_d(procedure: Procedure) -> None:
    """回复客户8D报告. Reviewed, released, sent to the customer as a document; his questions are answered."""
    procedure.filed().up_to("review_eight_d")
    procedure.does("review_eight_d")
    assert procedure.task("release_eight_d")["groups"] == ["management"]
    assert len(procedure.mails()) == 1
    procedure.does("release_eight_d")
    case = procedure.case
    report = procedure.content(case["eight_d"]["document"]["file"])
    assert report.startswith(b"%PDF-")
    mail = procedure.mails()[-1]
    assert mail["recipient"] == MAIL
    assert [one["id"] for one in mail["attachments"]] == [case["eight_d"]["document"]["file"]]
    assert {"/answer/result", "/eight_d/answers", "/answer/steps"} <= fields_of(procedure.task("customer_answer"))
    procedure.does("customer_answer")
    assert procedure.case["answer"]["result"] == "accepted"


@pytest.mark.parametrize("language", ["en", "both"])
def test_step_09_the_report_in_the_customers_language(procedure: Procedure, language: str) -> None:
    procedure.filed().tells(eight_d={"eight_d": {"language": language}}).up_to("customer_answer")
    assert procedure.content(procedure.case["eight_d"]["document"]["file"]).startswith(b"%PDF-")


def test_step_09_sent_back_step_by_step(procedure: Procedure) -> None:
    """The customer accepts D1 to D3 and sends D4 back: the next issue is written, the first stays as it was sent."""
    procedure.filed().up_to("customer_answer")
    first = procedure.case["eight_d"]["document"]["file"]
    rows = [{"step": "D3", "verdict": "accepted"}, {"step": "D4", "verdict": "sent_back", "remark": "缺系统原因"}]
    answer = {"result": "sent_back", "back_to": "text", "text": "D4 请补充", "steps": rows}
    procedure.does("customer_answer", {"answer": answer})
    assert procedure.waiting() == ["eight_d"]
    (issue,) = procedure.case["eight_d_rounds"]
    assert (issue["number"], issue["reason"]) == (1, "D4 请补充")
    assert [row["verdict"] for row in issue["values"]["answer"]["steps"]] == ["accepted", "sent_back"]
    procedure.up_to("customer_answer")
    second = procedure.case["eight_d"]["document"]["file"]
    assert first != second
    assert procedure.content(first).startswith(b"%PDF-")
    assert len([mail for mail in procedure.mails() if mail["attachments"]]) == 2


PLACES = {
    "implement_customer": ["quality"],
    "implement_wip": ["production"],
    "implement_stock": ["production"],
    "update_standard": ["engineering"],
    "train": ["production"],
}


def test_step_10_implement(procedure: Procedure) -> None:
    """实施改善方案. At once at the customer's stock, our work in process and our stock; standard and training beside it."""
    procedure.filed().up_to("implement_customer")
    assert {item["element_id"]: item["groups"] for item in procedure.items()} == PLACES
    for step in reversed(PLACES):
        procedure.does(step)
    done = procedure.case["implementation"]
    assert [done[place]["quantity"] for place in ("customer_stock", "wip", "own_stock")] == [274, 3000, 2536]
    assert done["training"]["trained"] == "注塑三班 24 人"
    assert (done["standard"]["document"], done["standard"]["revision"]) == ("QI-068", "B")


def test_step_10_validate(procedure: Procedure) -> None:
    """Quality tracks whether it works; if it does not, the plan is made again."""
    procedure.filed().up_to("validate")
    task = procedure.task("validate")
    assert (task["groups"], task["milestone"]) == (["quality"], "D6")
    assert procedure.tries("validate", {"implementation": {}}).json["error"]["field"] == "/implementation/effective"
    procedure.does("validate", {"implementation": {"effective": "no", "validation_result": "仍有 3 件"}})
    assert procedure.waiting() == ["plan"]
    (first,) = procedure.case["plan_rounds"]
    assert (first["reason"], first["values"]["implementation"]["effective"]) == ("仍有 3 件", "no")


def test_step_11_rollout(procedure: Procedure) -> None:
    """总结问题水平展开. Lessons, prevention, read-across; then the next three shipments, one after another."""
    procedure.filed().up_to("rollout")
    refused = procedure.tries("rollout", {"rollout": {}})
    assert refused.json["error"]["field"] == "/rollout/lessons"
    assert procedure.task("rollout")["groups"] == ["engineering"]
    prevention = [{"document": "inspection", "number": "QI-068", "revision": "B"}]
    across = [{"to": "A70", "status": "done"}, {"to": "双色线", "status": "not_applicable", "reason": "已锁定"}]
    procedure.does("rollout", {"rollout": {"lessons": "换料即首件", "prevention": prevention, "read_across": across}})
    for step in ("shipment_1", "shipment_2", "shipment_3"):
        assert procedure.waiting() == [step]
        procedure.does(step)
    rollout = procedure.case["rollout"]
    assert [rollout[f"shipment_{number}"]["result"] for number in (1, 2, 3)] == ["good"] * 3
    assert {row["status"] for row in rollout["read_across"]} == {"done", "not_applicable"}
    assert procedure.waiting() == ["satisfaction"]


def test_step_11_a_bad_shipment_opens_another_round(procedure: Procedure) -> None:
    """The remark says why; the rollout of the first round is kept, and the three shipments begin anew."""
    procedure.filed().up_to("shipment_2")
    procedure.does("shipment_2", {"rollout": {"shipment_2": {"result": "bad", "defective": 7, "remark": "缩水 7 件"}}})
    assert procedure.waiting() == ["plan"]
    assert procedure.case["plan_rounds"][0]["reason"] == "缩水 7 件"
    procedure.up_to("shipment_1")
    (first,) = procedure.case["rollout_rounds"]
    assert (first["number"], first["reason"]) == (1, "缩水 7 件")
    assert first["values"]["rollout"]["shipment_2"]["defective"] == 7
    assert "shipment_2" not in procedure.case["rollout"]
    assert procedure.to_the_end()["end_event"] == "End_Archived"


def test_step_12_archive(procedure: Procedure) -> None:
    """客诉备案归档. Report and defect pictures are filed and stay retrievable."""
    name, picture = png(Random(1))
    photo = procedure.with_photo(picture, name)
    procedure.filed().tells(receive={"problem": {"photos": [photo]}})
    instance = procedure.to_the_end()
    assert instance["end_event"] == "End_Archived"
    inside = assert_archived(procedure)
    assert hashlib.sha256(picture).digest() in {hashlib.sha256(content).digest() for content in inside.values()}
    assert any(name.startswith("files/") and content.startswith(b"%PDF-") for name, content in inside.items())
    assert procedure.mails()[-1]["recipient"] == MAIL


@pytest.mark.parametrize("words", ["HQ-2026-0001", "宁波华誉", "缩水"])
def test_step_12_found_again(procedure: Procedure, words: str) -> None:
    procedure.filed().to_the_end()
    found = procedure.admin.get("/complaints", query_string={"q": words, "state": "completed"}).json["items"]
    assert [item["number"] for item in found] == [procedure.number]


def test_everybody_does_his_part(procedure: Procedure) -> None:
    """The whole way, each step by the people of its lane; the history tells it."""
    procedure.filed().to_the_end()
    done = [(event["element_id"], event["actor"]) for event in procedure.history() if event["type"] == "task.completed"]
    assert [step for step, _ in done] == procedure.done
    assert dict(done) == {
        "receive": "sales1",
        "record": "sales1",
        "confirm": "quality1",
        "cause_side": "quality1",
        "team": "quality1",
        "meeting": "quality1",
        "emergency": "production1",
        "quarantine_stock": "production1",
        "quarantine_wip": "production1",
        "quarantine_transit": "sales1",
        "confirm_containment": "quality1",
        "plan": "engineering1",
        "verify_plan": "quality1",
        "approve_plan": "manager",
        "eight_d": "quality1",
        "review_eight_d": "quality1",
        "release_eight_d": "manager",
        "customer_answer": "quality1",
        "implement_customer": "quality1",
        "implement_wip": "production1",
        "implement_stock": "production1",
        "update_standard": "engineering1",
        "train": "production1",
        "validate": "quality1",
        "rollout": "engineering1",
        "shipment_1": "quality1",
        "shipment_2": "quality1",
        "shipment_3": "quality1",
        "satisfaction": "sales1",
        "archive": "quality1",
    }


def test_every_step_has_a_promise(procedure: Procedure, clock: ManualClock) -> None:
    """Whatever is to be done is due some time, not before now."""
    procedure.filed()
    for _ in range(60):
        waiting = procedure.items()
        if not waiting:
            break
        for item in waiting:
            assert item["due_at"], item["element_id"]
            assert item["due_at"] >= f"{clock.now():%Y-%m-%dT%H:%M:%S}", item["element_id"]
        procedure.does(waiting[0]["element_id"])
        clock.advance(timedelta(minutes=1))
    assert procedure.instance()["state"] == "completed"


def assert_archived(procedure: Procedure) -> dict[str, Any]:
    """The package is whole and holds case, history and definition; its parts."""
    package = procedure.case["archive"]["package"]
    data = procedure.content(package["file"])
    assert hashlib.sha256(data).hexdigest() == package["sha256"]
    verified = verify_package(data)
    assert verified.problems == ()
    assert verified.meta["number"] == procedure.number
    with zipfile.ZipFile(BytesIO(data)) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert {"case.json", "history.json", "mails.json", "definition/complaint.bpmn"} <= inside.keys()
    return inside
