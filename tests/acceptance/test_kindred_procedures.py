"""What the procedures beside S4 ask for, each by its number in docs/procedures.md.

The complaint is the story's: moulded housings with sink marks (story.py). A test says what is different.
"""

import pytest

from tests.acceptance.procedure import Procedure, choices, fields_of

CHANNELS = ("phone", "email", "web", "api", "visit", "letter", "fax", "field", "internal", "authority")
SERIOUS = {"classification": {"effect_level": "serious"}}
NOT_SATISFIED = {"closing": {"satisfied": "no", "opinions": "补货太慢"}}


@pytest.mark.parametrize("channel", CHANNELS)
def test_s01_every_channel_makes_a_complaint_file(procedure: Procedure, channel: str) -> None:
    """S1, S18, S38: whichever way it comes, it gets a number, a file and an acknowledgement."""
    procedure.filed(channel)
    assert procedure.case["intake"]["channel"] == channel
    assert procedure.case["intake"]["received_at"]
    assert [mail["recipient"] for mail in procedure.mails()] == ["wang.li@huayu.example"]


def test_s02_what_comes_back_after_the_archive_is_followed(procedure: Procedure) -> None:
    """A recurrence opens a successor that is linked both ways; what is archived stays as it is."""
    procedure.filed().to_the_end()
    first, archived = procedure.number, procedure.case
    answer = procedure.asks("recurrence", reason="同样的缩水又来了", by="sales1")
    procedure.number, procedure.instance_id = answer["number"], answer["instance_id"]
    assert procedure.number != first
    assert procedure.case["successor"]["of"] == first
    assert procedure.case["product"]["part_no"] == archived["product"]["part_no"]
    assert {"kind": "successor_of", "number": first} in links(procedure)
    procedure.up_to("confirm")
    assert procedure.case["grading"]["repeat_count"] == 1
    second, procedure.number = procedure.number, first
    assert {"kind": "has_successor", "number": second} in links(procedure)
    assert procedure.case == archived
    assert procedure.detail()["state"] == "completed"


def links(procedure: Procedure) -> list[dict[str, str]]:
    return [{"kind": link["kind"], "number": link["number"]} for link in procedure.detail()["links"]]


def test_s02_nothing_comes_back_while_it_is_under_way(procedure: Procedure) -> None:
    procedure.filed()
    reply = procedure.admin.post(f"/complaints/{procedure.number}/recurrence", {"reason": "again"})
    assert (reply.status_code, reply.json["error"]["code"]) == (409, "instance.open")


def test_s03_nothing_is_closed_before_the_customer_was_asked(procedure: Procedure) -> None:
    """S3, S36: the way to the archive leads past the question whether he is satisfied."""
    procedure.filed().up_to("satisfaction")
    assert procedure.task("satisfaction")["groups"] == ["sales"]
    assert procedure.tries("satisfaction", {"closing": {"consent": "yes"}}).status_code == 422
    procedure.does("satisfaction", {"closing": {"satisfied": "yes", "consent": "yes"}})
    assert procedure.waiting() == ["archive"]
    columns = procedure.admin.get("/complaints").json["items"]
    assert [item["number"] for item in columns] == [procedure.number]


def test_s03_the_customer_says_it_himself(procedure: Procedure) -> None:
    procedure.filed().up_to("satisfaction")
    procedure.tells_us("complaint.satisfied", satisfied="yes", opinions="处理及时", name="王丽")
    closing = procedure.case["closing"]
    assert (closing["satisfied"], closing["opinions"], closing["name"]) == ("yes", "处理及时", "王丽")
    assert procedure.waiting() == ["archive"]


def test_s05_responsibility_is_traced(procedure: Procedure) -> None:
    procedure.filed().up_to("cause_side")
    assert {"quality", "production", "external"} <= choices(procedure.task("cause_side"), "/cause/responsible")
    cause = {"side": "supplier", "responsible": "purchasing", "confirmed_with_customer": "yes"}
    procedure.does("cause_side", {"cause": cause})
    assert procedure.case["cause"] == cause


@pytest.mark.parametrize(
    ("level", "channel", "signed"),
    [("level 2", "phone", True), ("level 3", "phone", False), ("level 3", "authority", True)],
)
def test_s06_the_general_manager_reads_and_signs(procedure: Procedure, level: str, channel: str, signed: bool) -> None:
    """Levels 1 and 2, and whatever an authority passes on."""
    cost = {"level 2": 1_000_001, "level 3": 1_000_000}[level]
    procedure.filed(channel).tells(record={"grading": {"cost": cost}}).up_to("satisfaction")
    procedure.does("satisfaction")
    assert procedure.waiting() == (["sign_close"] if signed else ["archive"])
    if signed:
        assert procedure.task("sign_close")["groups"] == ["gm"]
        assert procedure.tries("sign_close", {}).status_code == 422
        procedure.does("sign_close", {"closing": {"gm_opinion": "同意结案。"}})
        assert procedure.case["closing"]["gm_opinion"] == "同意结案。"
        assert procedure.waiting() == ["archive"]


def test_s07_compensation_is_agreed_and_kept(procedure: Procedure) -> None:
    """S7, S27: what the customer asks for at the start, and what was agreed at the end."""
    procedure.filed(request={"kind": "compensation", "text": "赔停线损失"}).up_to("satisfaction")
    procedure.does(
        "satisfaction", {"closing": {"satisfied": "partly", "consent": "yes", "compensation": "扣款 3000 元"}}
    )
    case = procedure.case
    assert (case["request"]["kind"], case["closing"]["compensation"]) == ("compensation", "扣款 3000 元")
    assert procedure.waiting() == ["archive"]


@pytest.mark.parametrize("kind", ["unreasonable", "malicious", "not_ours", "no_evidence"])
def test_s10_not_valid_is_explained_and_archived(procedure: Procedure, kind: str) -> None:
    """S10, S21, S32: no complaint is dropped without a word; the explanation goes out and stays on record."""
    procedure.filed().up_to("confirm")
    classification = {"is_quality": "no", "validity": "not_valid", "not_valid_kind": kind, "reason": "批号不符"}
    procedure.does("confirm", {"classification": classification})
    assert procedure.task("explain_not_valid")["groups"] == ["sales"]
    assert procedure.tries("explain_not_valid", {"validity": {}}).status_code == 422
    procedure.does("explain_not_valid", {"validity": {"explanation": "来件不是我司产品。", "basis": "模具号不符"}})
    assert procedure.instance()["end_event"] == "End_NotValid"
    case = procedure.case
    assert (case["closing_mail"]["outcome"], case["closing_mail"]["sent"]) == ("not_valid", True)
    assert "来件不是我司产品。" in procedure.mails()[-1]["body"]
    assert case["archive"]["package"]["file"]


def test_s11_not_satisfied_is_evaluated_again_and_answered(procedure: Procedure) -> None:
    procedure.filed().up_to("satisfaction")
    procedure.does("satisfaction", NOT_SATISFIED)
    assert procedure.task("reevaluate")["groups"] == ["quality"]
    procedure.does(
        "reevaluate", {"reevaluation": {"finding": "补货晚了两天", "next": "answer", "answer": "已补发并致歉。"}}
    )
    assert "已补发并致歉。" in procedure.mails()[-1]["body"]
    assert procedure.waiting() == ["satisfaction"]
    (first,) = procedure.case["closing_rounds"]
    assert (first["number"], first["reason"]) == (1, "补货太慢")
    procedure.does("satisfaction", {"closing": {"satisfied": "yes"}})
    assert procedure.waiting() == ["archive"]


def test_s11_a_finding_may_ask_for_another_plan(procedure: Procedure) -> None:
    procedure.filed().up_to("satisfaction")
    procedure.does("satisfaction", NOT_SATISFIED)
    procedure.does("reevaluate", {"reevaluation": {"finding": "措施不够", "next": "plan"}})
    assert procedure.waiting() == ["plan"]
    assert procedure.case["plan_rounds"][0]["reason"] == "措施不够"


@pytest.mark.parametrize("kind", ["service", "delivery", "consultation", "suggestion"])
def test_s12_service_complaints_are_answered_apart(procedure: Procedure, kind: str) -> None:
    """S12, S43: what is no matter of the product is investigated, answered and archived on a way of its own."""
    procedure.filed().up_to("confirm")
    procedure.does(
        "confirm", {"classification": {"is_quality": "no", "validity": "valid", "kind": kind, "reason": "服务"}}
    )
    assert procedure.waiting() == ["investigate_answer"]
    assert procedure.to_the_end()["end_event"] == "End_NotQuality"
    assert procedure.case["classification"]["kind"] == kind


@pytest.mark.parametrize(("effect", "level"), [("serious", 1), ("some", 2)])
def test_s13_level_1_gets_its_person_at_once(procedure: Procedure, effect: str, level: int) -> None:
    procedure.filed().tells(record={"classification": {"effect_level": effect}}).up_to("record")
    procedure.does("record")
    assert procedure.case["grading"]["two_level"] == level
    assert procedure.waiting() == (["assign_person"] if level == 1 else ["confirm"])
    if level == 1:
        assert procedure.task("assign_person")["groups"] == ["management"]
        procedure.does("assign_person")
        assert procedure.case["assignment"]["person"] == "quality1"
        assert procedure.waiting() == ["confirm"]


def test_s13_the_effect_is_evaluated_before_the_archive(procedure: Procedure) -> None:
    procedure.filed().up_to("archive")
    assert "/archive/effect_evaluation" in fields_of(procedure.task("archive"))


SETTLED = {"immediate": {"resolved": "yes", "solution": "当场补货。", "agreed": "yes"}}


def test_s14_settled_on_the_spot_is_still_recorded(procedure: Procedure) -> None:
    """S14, S17, S18: whoever hears it settles it; it is recorded, looked at by quality and archived."""
    procedure.filed().tells(receive=SETTLED, record=SETTLED).up_to("review_immediate")
    assert procedure.task("review_immediate")["groups"] == ["quality"]
    procedure.does("review_immediate", {"immediate": {"review": "accepted"}})
    assert procedure.instance()["end_event"] == "End_ResolvedAtOnce"
    case = procedure.case
    assert (case["immediate"]["solution"], case["archive"]["package"]["file"] != "") == ("当场补货。", True)
    assert procedure.done == ["receive", "record", "review_immediate"]


def test_s17_quality_may_want_the_whole_procedure(procedure: Procedure) -> None:
    procedure.filed().tells(receive=SETTLED, record=SETTLED).up_to("review_immediate")
    procedure.does("review_immediate", {"immediate": {"review": "full", "review_remark": "同批还有 4000 件"}})
    assert procedure.waiting() == ["confirm"]
    assert procedure.case["grading"]["level"] == 4


@pytest.mark.parametrize(("reply_form", "signed"), [("written", True), (None, True), ("oral", False)])
def test_s19_the_written_answer_is_signed(procedure: Procedure, reply_form: str | None, signed: bool) -> None:
    """A serious complaint is answered in writing over both signatures, unless an answer by word of mouth was agreed."""
    procedure.filed().tells(
        receive={"request": {"reply_form": reply_form}}, record={"grading": {"cost": 1_000_001}}
    ).up_to("release_eight_d")
    procedure.does("release_eight_d")
    assert procedure.waiting() == (["sign_eight_d"] if signed else ["customer_answer"])
    if signed:
        assert procedure.task("sign_eight_d")["groups"] == ["gm"]
        assert not [mail for mail in procedure.mails() if mail["attachments"]]
        procedure.does("sign_eight_d")
        assert procedure.waiting() == ["customer_answer"]
    assert len([mail for mail in procedure.mails() if mail["attachments"]]) == 1
    assert procedure.case["eight_d"]["document"]["file"]


@pytest.mark.parametrize("kind", ["help", "consulting", "venting"])
def test_s20_a_need_is_no_complaint(procedure: Procedure, kind: str) -> None:
    """Even where the product is concerned, a need is investigated and answered, not put through the 8D."""
    procedure.filed().up_to("confirm")
    procedure.does("confirm", {"classification": {"is_quality": "yes", "validity": "need", "need_kind": kind}})
    assert procedure.waiting() == ["investigate_answer"]
    procedure.does("investigate_answer", {"service": {"investigation": "x", "answer": "y", "handled_by": "joint"}})
    assert procedure.case["service"]["handled_by"] == "joint"


def test_s21_to_the_authority_and_back(procedure: Procedure) -> None:
    """While it is under way it may be referred outside; if it comes back, the work goes on where it was."""
    procedure.filed().up_to("team")
    procedure.asks("refer", kind="authority", reason="市监局来函")
    assert set(procedure.waiting()) == {"team", "refer_outside"}
    procedure.does("refer_outside", {"referral": {"kind": "authority", "reason": "市监局来函", "facts": "见附件"}})
    procedure.does("outside_result", {"referral": {"result": "back", "ruling": "不予受理"}})
    assert procedure.waiting() == ["team"]
    procedure.asks("refer", kind="legal", reason="客户起诉")
    procedure.does("refer_outside", {"referral": {"kind": "legal", "reason": "客户起诉"}})
    procedure.tells_us("outside.decided", result="settled", ruling="调解结案", name="区法院", decided_on="2026-03-30")
    assert procedure.instance()["end_event"] == "End_SettledOutside"
    assert procedure.case["referral"]["ruling"] == "调解结案"
    assert procedure.case["closing_mail"]["outcome"] == "referred"


def test_s21_the_customer_withdraws(procedure: Procedure) -> None:
    procedure.filed().up_to("meeting")
    procedure.asks("withdraw", reason="误会", name="王丽", by="sales1")
    instance = procedure.instance()
    assert (instance["state"], instance["end_event"]) == ("completed", "End_Withdrawn")
    assert procedure.waiting() == []
    assert procedure.case["withdrawal"]["reason"] == "误会"


def test_s22_a_duplicate_is_handled_once(procedure: Procedure) -> None:
    first = procedure.filed().number
    procedure.filed()
    procedure.asks("merge", of=first, reason="同一批货，同一客户")
    assert procedure.instance()["end_event"] == "End_Duplicate"
    assert {"kind": "duplicate_of", "number": first} in links(procedure)
    second, procedure.number = procedure.number, first
    assert {"kind": "has_duplicate", "number": second} in links(procedure)
    assert procedure.waiting() == ["receive"]


def test_s24_a_return_needs_the_general_manager(procedure: Procedure) -> None:
    procedure.filed().tells(emergency={"containment": {"method": "return", "quantity": 118}}).up_to("approve_return")
    assert procedure.task("approve_return")["groups"] == ["gm"]
    refused = procedure.tries("approve_return", {"goods_return": {"approved": "yes"}}, by="quality1")
    assert refused.status_code == 403
    procedure.does("approve_return", {"goods_return": {"approved": "no", "opinion": "现场返工即可"}})
    assert procedure.waiting() == ["emergency"]
    procedure.does("emergency", {"containment": {"method": "rework", "quantity": 118}})
    assert "rework" in procedure.waiting()
    assert procedure.case["containment_rounds"][0]["values"]["goods_return"]["approved"] == "no"


def test_s25_still_not_satisfied_goes_up(procedure: Procedure) -> None:
    """After the third refusal the vice president decides, and closes it with his remark."""
    procedure.filed().tells(satisfaction=NOT_SATISFIED).up_to("decide_limit")
    assert procedure.done.count("satisfaction") == 3
    assert procedure.task("decide_limit")["groups"] == ["vp"]
    procedure.does("decide_limit", {"exhausted": {"decision": "close", "remark": "多次协商未果"}})
    assert procedure.instance()["end_event"] == "End_ClosedWithRemark"
    case = procedure.case
    assert (case["closing_mail"]["outcome"], case["exhausted"]["remark"]) == ("closed_with_remark", "多次协商未果")


def test_s26_warranty_is_recorded(procedure: Procedure) -> None:
    procedure.filed().up_to("record")
    assert choices(procedure.task("record"), "/product/warranty") == {"in", "out", "unknown"}
    procedure.does("record", {"product": {"warranty": "out", "purchased_on": "2023-01-05"}})
    assert procedure.case["product"]["warranty"] == "out"


def test_s28_time_spent_is_kept(procedure: Procedure) -> None:
    procedure.filed().tells(emergency={"containment": {"method": "on_site"}}).up_to("on_site")
    procedure.does("on_site", {"on_site": {"done": "挑选", "time_spent": 6.5}})
    assert procedure.case["on_site"]["time_spent"] == 6.5


def test_s29_what_comes_back_is_counted_and_inspected(procedure: Procedure) -> None:
    """S29, S34: slip, count, opinion of the confirming department, failure analysis; a refund only with the slip."""
    procedure.filed().tells(emergency={"containment": {"method": "return", "quantity": 118}}).up_to("return_goods")
    assert procedure.tries("return_goods", {"goods_return": {"counted": 117}}).status_code == 422
    procedure.does("return_goods", {"goods_return": {"slip_no": "TH-0031", "counted": 117}})
    task = procedure.task("inspect_return")
    assert choices(task, "/goods_return/confirming") == {"quality", "standard", "delivery"}
    refused = procedure.tries(
        "inspect_return", {"goods_return": {"verdict": "confirmed", "slip_no": None, "refund_released": "yes"}}
    )
    assert refused.json["error"]["field"] == "/goods_return/slip_no"
    found = {"verdict": "confirmed", "confirming": "quality", "analysis": "厚壁处补缩不足", "refund_released": "yes"}
    procedure.does("inspect_return", {"goods_return": found})
    returned = procedure.case["goods_return"]
    assert (returned["counted"], returned["analysis"], returned["slip_no"]) == (117, "厚壁处补缩不足", "TH-0031")


def test_s29_the_carrier_announces_the_return(procedure: Procedure) -> None:
    procedure.filed().tells(emergency={"containment": {"method": "return", "quantity": 118}}).up_to("return_goods")
    procedure.tells_us("goods.returned", slip_no="TH-0032", counted=118, returned_on="2026-03-04")
    assert "inspect_return" in procedure.waiting()
    assert procedure.case["goods_return"]["approved"] == "yes"
    assert procedure.case["goods_return"]["slip_no"] == "TH-0032"


def test_s35_the_statutory_test_settles_it(procedure: Procedure) -> None:
    procedure.filed().up_to("cause_side")
    procedure.asks("refer", kind="statutory_test", reason="对结果有争议")
    assert procedure.task("refer_outside")["groups"] == ["management"]
    procedure.does("refer_outside")
    assert procedure.task("outside_result")["groups"] == ["quality"]
    procedure.does("outside_result", {"referral": {"result": "settled", "ruling": "产品合格"}})
    assert procedure.instance()["end_event"] == "End_SettledOutside"
    assert procedure.case["referral"]["ruling"] == "产品合格"


def test_s37_nobody_reads_without_a_right(procedure: Procedure) -> None:
    """S13, S37: complaints are no public matter."""
    procedure.filed()
    stranger = procedure.admin.as_(None)
    for url in ("/complaints", f"/complaints/{procedure.number}", f"/instances/{procedure.instance_id}/history"):
        assert stranger.get(url).status_code == 401
