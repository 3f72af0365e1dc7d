"""客户投诉处理流程 (S4), its twelve steps in order: who does what, what goes in, what comes out.

The complaints are the demo's: moulded housings with sink marks, a water bill that doubled, modules cracked in transit.
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

HOUSING = "housing-sink-marks"
WATER_BILL = "meter-reading"
MODULES = "micro-cracks-transport"


def test_step_01_receive(procedure: Procedure) -> None:
    """接到客户投诉. Listen patiently; ask about the customer's losses and how urgent it is."""
    procedure.filed(HOUSING)
    task = procedure.task("receive", "zh-CN")
    assert task["name"] == "接到客户投诉"
    assert task["groups"] == ["sales"]
    assert "耐心" in task["instructions"]
    assert {"/problem/losses", "/intake/urgency"} <= fields_of(task)
    procedure.does("receive")
    assert procedure.case["problem"]["losses"].startswith("停线两小时")
    assert procedure.case["intake"]["urgency"] == "critical"


def test_step_01_the_customer_is_told_the_number(procedure: Procedure) -> None:
    procedure.filed(HOUSING)
    (mail,) = procedure.mails()
    assert mail["recipient"] == "wang.li@huayu.example"
    assert procedure.number in mail["subject"] + mail["body"]
    assert "/status/" in mail["body"]


def test_step_01_without_an_address_the_work_goes_on(procedure: Procedure) -> None:
    procedure.filed(WATER_BILL)
    assert procedure.mails() == []
    assert procedure.case["acknowledgement"]["left_out"] == ["customer.email"]
    assert procedure.waiting() == ["receive"]


def test_step_02_record(procedure: Procedure) -> None:
    """记录投诉内容. Key points, data and consequences go into the complaint record; related questions are asked."""
    procedure.filed(HOUSING).up_to("record")
    task = procedure.task("record")
    assert task["groups"] == ["sales"]
    wanted = {"/problem/description", "/problem/consequences", "/problem/detected_on", "/product/batch"}
    assert wanted | {"/product/quantity_defective"} <= fields_of(task)
    procedure.does("record")
    case = procedure.case
    assert case["problem"]["consequences"] == "客户停线两小时,当日少产 300 台。"
    assert case["product"]["quantity_defective"] == 126


def test_step_02_the_record_is_graded(procedure: Procedure) -> None:
    """S20: 18 600 RMB is more than 10 000 and not more than 100 000, hence level 4."""
    procedure.filed(HOUSING).up_to("confirm")
    assert procedure.case["grading"]["level"] == 4
    assert procedure.case["grading"]["reason"] == "cost"


def test_step_02_repeats_count_together(procedure: Procedure) -> None:
    """S20: the cost of repeats is accumulated: six times 18 600 RMB is more than 100 000."""
    for _ in range(6):
        procedure.filed(HOUSING).up_to("confirm")
    assert procedure.case["grading"]["repeat_count"] == 5
    assert procedure.case["grading"]["level"] == 3
    assert procedure.case["grading"]["reason"] == "repeat_cost"


def test_step_03_confirm(procedure: Procedure) -> None:
    """确认投诉内容. Is it a quality problem? Yes: on to step 4."""
    procedure.filed(HOUSING).up_to("confirm")
    task = procedure.task("confirm")
    assert task["groups"] == ["quality"]
    assert choices(task, "/classification/is_quality") == {"yes", "no"}
    assert procedure.tries("confirm", {}).status_code == 422
    procedure.does("confirm")
    assert procedure.waiting() == ["cause_side"]


def test_step_03_too_little_is_known(procedure: Procedure) -> None:
    procedure.filed(HOUSING).up_to("confirm")
    procedure.sends_back("confirm", "batch number is missing")
    assert procedure.waiting() == ["record"]
    procedure.does("record", {"product": {"batch": "A68-260910-2"}})
    assert procedure.waiting() == ["confirm"]


def test_step_03_no_quality_problem(procedure: Procedure) -> None:
    """No: investigate, give an answer, record the service, archive. The end."""
    procedure.filed(WATER_BILL).up_to("confirm")
    refused = procedure.tries("confirm", {"classification": {"is_quality": "no"}})
    assert refused.json["error"]["field"] == "/classification/reason"
    procedure.does("confirm")
    assert procedure.waiting() == ["investigate_answer"]
    procedure.does("investigate_answer")
    assert procedure.case["service"]["cause"] == "户内马桶漏水。"
    procedure.does("record_service")
    instance = procedure.instance()
    assert (instance["state"], instance["end_event"]) == ("completed", "End_NotQuality")
    assert procedure.case["service"]["satisfied"] == "yes"
    assert_archived(procedure)


def test_step_03_no_quality_problem_is_answered_by_mail(procedure: Procedure) -> None:
    """A written complaint gets a written reply (S19)."""
    procedure.filed(HOUSING).up_to("confirm")
    procedure.does("confirm", {"classification": {"is_quality": "no", "reason": "wrong delivery address"}})
    procedure.does("investigate_answer", {"service": {"investigation": "x", "answer": "地址已更正。"}})
    assert "地址已更正。" in procedure.mails()[-1]["body"]


@pytest.mark.parametrize("side", ["ours", "customer_processing", "both"])
def test_step_04_cause_side(procedure: Procedure, side: str) -> None:
    """产品品质投诉. Customer's processing or our product: either way we keep helping, there is no exit here."""
    procedure.filed(HOUSING).up_to("cause_side")
    task = procedure.task("cause_side")
    assert {"ours", "customer_processing"} <= choices(task, "/cause/side")
    assert "keep" in task["instructions"].lower() or "go on helping" in task["instructions"]
    procedure.does("cause_side", {"cause": {"side": side, "explanation": "retained samples compared"}})
    assert procedure.case["cause"]["side"] == side
    assert procedure.waiting() == ["team"]


def test_step_04_the_customers_processing_needs_evidence(procedure: Procedure) -> None:
    procedure.filed(HOUSING).up_to("cause_side")
    refused = procedure.tries("cause_side", {"cause": {"side": "customer_processing"}})
    assert (refused.status_code, refused.json["error"]["field"]) == (422, "/cause/explanation")


def test_step_05_team(procedure: Procedure) -> None:
    """成立调查小组. Quality, engineering and production, each with its duty."""
    procedure.filed(HOUSING).up_to("team")
    task = procedure.task("team")
    assert (task["groups"], task["milestone"]) == (["quality"], "D1")
    for duty in ("meetings", "plans the improvement", "trains"):
        assert duty in task["instructions"]
    procedure.does("team")
    members = procedure.case["team"]["members"]
    assert {row["department"]: row["duty"] for row in members} == {
        "quality": "lead",
        "engineering": "plan",
        "production": "execute",
    }
    assert len({row["id"] for row in members}) == 3


def test_step_06_meeting(procedure: Procedure) -> None:
    """异常问题开会说明. Quality chairs; the problem is described and its root cause found together."""
    procedure.filed(HOUSING).up_to("meeting")
    task = procedure.task("meeting")
    assert task["groups"] == ["quality"]
    assert {"/meeting/chair", "/meeting/minutes", "/root_cause/occurrence", "/root_cause/escape"} <= fields_of(task)
    assert procedure.tries("meeting", {"meeting": {"chair": "陈静"}}).status_code == 422
    procedure.does("meeting")
    cause = procedure.case["root_cause"]
    assert "保压" in cause["occurrence"]
    assert [row["path"] for row in cause["five_why"]] == ["made", "made", "not_detected", "system"]


@pytest.mark.parametrize(
    ("method", "also"),
    [
        ("return", {"quantity": 10}),
        ("rework", {"quantity": 10}),
        ("sorting", {"quantity": 10}),
        ("on_site", {"people": "孙伟"}),
    ],
)
def test_step_07_emergency(procedure: Procedure, method: str, also: dict[str, Any]) -> None:
    """应急处理措施. Return, rework or sorting as the customer asks; on-site rework sends people; stock and WIP are quarantined."""
    procedure.filed(HOUSING).up_to("emergency")
    task = procedure.task("emergency")
    assert (task["groups"], task["milestone"]) == (["production"], "D3")
    assert choices(task, "/containment/method") >= {"return", "rework", "sorting", "on_site"}
    quarantined = {"stock_quarantined": "yes", "wip_quarantined": "yes"}
    lacking = procedure.tries("emergency", {"containment": {"method": method} | quarantined})
    assert lacking.json["error"]["field"] == f"/containment/{next(iter(also))}"
    for name in quarantined:
        without = {key: value for key, value in quarantined.items() if key != name}
        refused = procedure.tries("emergency", {"containment": {"method": method} | also | without})
        assert refused.json["error"]["field"] == f"/containment/{name}"
    procedure.does("emergency", {"containment": {"method": method} | also | quarantined})
    assert procedure.case["containment"]["method"] == method


def test_step_07_what_was_done_where(procedure: Procedure) -> None:
    procedure.filed(HOUSING).up_to("plan")
    places = {row["place"]: row["nok"] for row in procedure.case["containment"]["actions"]}
    assert places == {"customer_stock": 118, "own_stock": 64, "wip": 31}


def test_step_08_plan(procedure: Procedure) -> None:
    """提出改善方案. Engineering plans, verified first or feasible in theory; it counts once the manager has approved."""
    procedure.filed(HOUSING).up_to("plan")
    task = procedure.task("plan")
    assert task["groups"] == ["engineering"]
    assert choices(task, "/plan/verified_by") >= {"trial", "theory"}
    refused = procedure.tries("plan", {"plan": {"summary": "lock the parameters"}})
    assert refused.json["error"]["field"] == "/plan/verified_by"
    procedure.does("plan")
    approval = procedure.task("approve_plan")
    assert approval["groups"] == ["management"]
    refused = procedure.tries("approve_plan", procedure.story["approve_plan"], by="quality1")
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "forbidden.task")
    procedure.does("approve_plan")
    assert procedure.waiting() == ["eight_d"]


def test_step_08_a_refused_plan_goes_back(procedure: Procedure) -> None:
    procedure.filed(HOUSING).up_to("approve_plan")
    first = procedure.case["plan"]["summary"]
    procedure.sends_back("approve_plan", "no proof that it works")
    assert procedure.waiting() == ["plan"]
    assert procedure.task("plan")["form"]["data"]["plan"]["summary"] == first
    procedure.does("plan", {"plan": {"summary": "lock the parameters, and a trial of 500 pieces"}})
    procedure.does("approve_plan")
    assert procedure.waiting() == ["eight_d"]
    reasons = [event["data"]["reason"] for event in procedure.history() if event["type"] == "task.sent_back"]
    assert reasons == ["no proof that it works"]


def test_step_09_eight_d(procedure: Procedure) -> None:
    """回复客户8D报告. The 8D report goes to the customer as a document; his questions are answered."""
    procedure.filed(HOUSING).up_to("customer_answer")
    case = procedure.case
    report = procedure.content(case["eight_d"]["document"]["file"])
    assert report.startswith(b"%PDF-")
    mail = procedure.mails()[-1]
    assert mail["recipient"] == "wang.li@huayu.example"
    assert [one["id"] for one in mail["attachments"]] == [case["eight_d"]["document"]["file"]]
    assert {"/answer/result", "/eight_d/answers"} <= fields_of(procedure.task("customer_answer"))
    procedure.does("customer_answer")
    assert procedure.case["answer"]["result"] == "accepted"
    assert procedure.waiting() == ["implement"]


def test_step_09_the_report_in_both_languages(procedure: Procedure) -> None:
    procedure.filed(MODULES).up_to("customer_answer")
    assert procedure.content(procedure.case["eight_d"]["document"]["file"]).startswith(b"%PDF-")
    procedure.does("customer_answer")
    assert procedure.case["answer"]["result"] == "conditional"


def test_step_10_implement(procedure: Procedure) -> None:
    """实施改善方案. At once to the customer's stock, our WIP and our stock; it is tracked whether it works."""
    procedure.filed(HOUSING).up_to("implement")
    task = procedure.task("implement")
    assert {"/implementation/effective", "/implementation/trained"} <= fields_of(task)
    assert procedure.tries("implement", {"implementation": {}}).json["error"]["field"] == "/implementation/effective"
    procedure.does("implement")
    places = [row["place"] for row in procedure.case["implementation"]["locations"]]
    assert places == ["customer_stock", "wip", "own_stock"]


def test_step_11_rollout(procedure: Procedure) -> None:
    """总结问题水平展开. Lessons, prevention, read-across; the next three shipments are tracked."""
    procedure.filed(HOUSING).up_to("rollout")
    refused = procedure.tries("rollout", {"rollout": {}})
    assert refused.json["error"]["field"] == "/rollout/lessons"
    assert "three shipments" in procedure.task("rollout")["instructions"]
    procedure.does("rollout")
    rollout = procedure.case["rollout"]
    assert [row["result"] for row in rollout["shipments"]] == ["good", "good", "good"]
    assert {row["status"] for row in rollout["read_across"]} == {"done", "not_applicable"}


def test_step_12_archive(procedure: Procedure) -> None:
    """客诉备案归档. Report and defect pictures are filed and stay retrievable."""
    name, picture = png(Random(1))
    photo = procedure.with_photo(picture, name)
    procedure.filed(HOUSING)
    procedure.does("receive", procedure.story["receive"] | {"problem": {"photos": [photo]}})
    story = list(procedure.story)
    for step in story[story.index("record") :]:
        procedure.does(step)
    instance = procedure.instance()
    assert (instance["state"], instance["end_event"]) == ("completed", "End_Archived")
    inside = assert_archived(procedure)
    assert hashlib.sha256(picture).digest() in {hashlib.sha256(content).digest() for content in inside.values()}
    assert any(name.startswith("files/") and content.startswith(b"%PDF-") for name, content in inside.items())
    assert procedure.mails()[-1]["recipient"] == "wang.li@huayu.example"


@pytest.mark.parametrize("words", ["HQ-2026-0001", "宁波华誉", "缩水"])
def test_step_12_found_again(procedure: Procedure, words: str) -> None:
    procedure.filed(HOUSING).up_to("archive")
    procedure.does("archive")
    found = procedure.admin.get("/complaints", query_string={"q": words, "state": "completed"}).json["items"]
    assert [item["number"] for item in found] == [procedure.number]


def test_everybody_does_his_part(procedure: Procedure) -> None:
    """The whole way, each step by the people of its lane; the history tells it."""
    procedure.filed(HOUSING).up_to("archive")
    procedure.does("archive")
    done = [(event["element_id"], event["actor"]) for event in procedure.history() if event["type"] == "task.completed"]
    assert done == [
        ("receive", "sales1"),
        ("record", "sales1"),
        ("confirm", "quality1"),
        ("cause_side", "quality1"),
        ("team", "quality1"),
        ("meeting", "quality1"),
        ("emergency", "production1"),
        ("plan", "engineering1"),
        ("approve_plan", "manager"),
        ("eight_d", "quality1"),
        ("customer_answer", "quality1"),
        ("implement", "engineering1"),
        ("rollout", "engineering1"),
        ("archive", "quality1"),
    ]


def test_every_step_has_a_promise(procedure: Procedure, clock: ManualClock) -> None:
    """Each user task is due in working time: filed on Monday at nine, to be received by eleven."""
    procedure.filed(HOUSING)
    assert procedure.task("receive")["due_at"].startswith("2026-03-02T03:00:00")
    for step in procedure.story:
        clock.advance(timedelta(minutes=1))
        assert procedure.task(step)["due_at"], step
        procedure.does(step)


def assert_archived(procedure: Procedure) -> dict[str, bytes]:
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
