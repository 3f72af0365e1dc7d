"""One story for every step of the complaint process, and what must be answered so that it takes a certain way.

The story: moulded housings with sink marks reach the customer's line (S4). `STEPS` are the answers by element that lead
to the archive by the shortest way; `CHOSEN` has, for each flow that decides, its words and what differs from the story.
A flow is written
`source > target`, gateways that only merge left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Data = Mapping[str, Any]

FILED: Data = {
    "customer": {"name": "宁波华誉电器有限公司", "contact": "王丽", "email": "wang.li@huayu.example"},
    "problem": {"title": "外壳缩水", "description": "上料时发现外壳缩水、飞边，装配卡不进去，停线两小时。"},
    "product": {"name": "控制器外壳 A68", "part_no": "A68-02-B", "quantity_defective": 126},
}
STEPS: Mapping[str, Data] = {
    "receive": {
        "intake": {"urgency": "critical"},
        "problem": {"losses": "停线两小时"},
        "immediate": {"resolved": "no"},
    },
    "record": {
        "problem": {"consequences": "当日少产 300 台", "kind": "zero_km", "detected_on": "2026-03-01"},
        "product": {"batch": "A68-260910-2", "quantity_delivered": 4000, "unit": "piece"},
        "grading": {"cost": 18600},
        "classification": {"effect_level": "some"},
    },
    "review_immediate": {"immediate": {"review": "accepted", "review_remark": "已与客户核实。"}},
    "assign_person": {
        "assignment": {"person": "quality1", "instruction": "两日内到客户现场", "solution_by": "2026-03-05"}
    },
    "confirm": {
        "classification": {"is_quality": "yes", "kind": "product", "validity": "valid", "reason": "复测超差。"}
    },
    "explain_not_valid": {"validity": {"explanation": "来件不是我司产品。", "basis": "批号、模具号均不符。"}},
    "investigate_answer": {"service": {"investigation": "现场查看", "cause": "送错地址", "answer": "地址已更正。"}},
    "record_service": {"service": {"kind": "phone", "record": "已电话说明", "satisfied": "yes"}},
    "cause_side": {"cause": {"side": "ours", "explanation": "留样同样缩水。", "responsible": "production"}},
    "team": {
        "team": {
            "leader": "陈静",
            "members": [
                {"name": "陈静", "department": "quality", "duty": "lead"},
                {"name": "赵强", "department": "engineering", "duty": "plan"},
                {"name": "孙伟", "department": "production", "duty": "execute"},
            ],
        }
    },
    "meeting": {
        "meeting": {"held_on": "2026-03-02", "chair": "陈静", "minutes": "换料后保压被调低。"},
        "root_cause": {
            "candidates": [{"category": "method", "cause": "保压过低", "verdict": "confirmed"}],
            "five_why": [{"path": "made", "why": "为什么缩水？", "because": "保压不足"}],
            "occurrence": "换料后保压由 55 MPa 降到 38 MPa。",
            "occurrence_system": "参数没有权限锁定。",
            "escape": "换料后未重做首件检验。",
            "escape_system": "检验规范未把换料列为首件条件。",
        },
    },
    "emergency": {"containment": {"method": "none", "emergency_action": "停用 2 号机", "effective_on": "2026-03-02"}},
    "approve_return": {"goods_return": {"approved": "yes", "opinion": "同意退货。"}},
    "quarantine_stock": {"quarantine": {"stock": {"done": "yes", "quantity": 2600, "place": "A3 库位"}}},
    "quarantine_wip": {"quarantine": {"wip": {"done": "yes", "quantity": 400, "place": "2 号机旁"}}},
    "quarantine_transit": {"quarantine": {"transit": {"state": "none"}}},
    "return_goods": {"goods_return": {"slip_no": "TH-0031", "returned_on": "2026-03-04", "counted": 118}},
    "inspect_return": {
        "goods_return": {
            "confirming": "quality",
            "confirming_opinion": "卡扣缩水",
            "analysis": "厚壁处补缩不足",
            "verdict": "confirmed",
            "disposition": "scrap",
            "refund_released": "yes",
        }
    },
    "rework": {"rework": {"done_on": "2026-03-03", "people": "孙伟", "quantity": 118, "ok": 110, "nok": 8}},
    "sorting": {"sorting": {"done_on": "2026-03-03", "people": "孙伟", "quantity": 3720, "ok": 3602, "nok": 118}},
    "on_site": {
        "on_site": {
            "people": "孙伟",
            "visit_on": "2026-03-03",
            "findings": "卡扣缩水",
            "done": "挑选、修边",
            "quantity": 3720,
            "nok": 118,
            "customer_signed": "yes",
            "time_spent": 6,
        }
    },
    "confirm_containment": {
        "containment": {"areas_informed": "yes", "effectiveness": 100, "verification": "再抽 200 件，不良为零。"}
    },
    "plan": {"plan": {"summary": "锁定工艺参数，换料必做首件。", "cost": 6800}},
    "verify_plan": {"plan": {"verified_by": "trial", "verification": "试产 500 件，缩水 0。", "feasible": "yes"}},
    "approve_plan": {"approval": {"decision": "approved", "opinion": "同意。"}},
    "approve_plan_vp": {"approval": {"decision": "approved", "opinion": "同意，费用列入本季度。"}},
    "eight_d": {
        "eight_d": {
            "title": "A68 外壳缩水 8D",
            "kind": "final",
            "language": "zh-CN",
            "problem": "卡扣处缩水，4000 件中 126 件。",
            "containment": "库存、在制品已隔离。",
            "root_cause": "换料后保压设定偏低。",
            "corrective_action": "参数权限锁定。",
            "implementation": "3 月 20 日前完成。",
            "prevention": "A70、A72 同步修订检验规范。",
        }
    },
    "review_eight_d": {"release": {"review": "ok", "reviewed_by": "周敏"}},
    "release_eight_d": {"release": {"decision": "released", "released_by": "刘经理"}},
    "sign_eight_d": {"release": {"gm_decision": "signed", "gm_opinion": "同意回复。"}},
    "customer_answer": {"answer": {"result": "accepted", "text": "8D 接受。", "answered_by": "王丽"}},
    "implement_customer": {
        "implementation": {"customer_stock": {"quantity": 274, "result": "ok", "remark": "补货替换"}}
    },
    "implement_wip": {"implementation": {"wip": {"quantity": 3000, "result": "ok", "remark": "按锁定参数生产"}}},
    "implement_stock": {"implementation": {"own_stock": {"quantity": 2536, "result": "ok", "remark": "通止规全检"}}},
    "update_standard": {"implementation": {"standard": {"document": "QI-068", "revision": "B"}}},
    "train": {
        "implementation": {"training": {"trained_on": "2026-03-16", "trained": "注塑三班 24 人", "checked": "yes"}}
    },
    "validate": {"implementation": {"effective": "yes", "validation_result": "375 件不良 0。"}},
    "rollout": {"rollout": {"lessons": "换料等同重新开机，必须首件确认。"}},
    "shipment_1": {"rollout": {"shipment_1": {"number": "SH-1", "quantity": 500, "defective": 0, "result": "good"}}},
    "shipment_2": {"rollout": {"shipment_2": {"number": "SH-2", "quantity": 500, "defective": 0, "result": "good"}}},
    "shipment_3": {"rollout": {"shipment_3": {"number": "SH-3", "quantity": 500, "defective": 0, "result": "good"}}},
    "satisfaction": {"closing": {"satisfied": "yes", "consent": "yes", "opinions": "处理及时。", "told_by": "王丽"}},
    "reevaluate": {"reevaluation": {"finding": "补货晚了两天", "next": "answer", "answer": "已补发并致歉。"}},
    "sign_close": {"closing": {"gm_opinion": "同意结案。"}},
    "archive": {"archive": {"summary": "参数锁定后未再发生。", "closed_on": "2026-03-30"}},
    "decide_limit": {"exhausted": {"decision": "close", "remark": "多轮未果，经分管副总决定结案。"}},
    "refer_outside": {"referral": {"kind": "statutory_test", "reason": "对结果有争议", "to": "市质检院"}},
    "outside_result": {"referral": {"result": "settled", "ruling": "产品合格，双方认可。"}},
}


@dataclass(frozen=True)
class Choice:
    """`words` tell the way in the procedure's terms; `answers` are laid over the story, by element."""

    words: str
    answers: Mapping[str, Data] = field(default_factory=dict)


def way(words: str, **answers: Data) -> Choice:
    return Choice(words, answers)


CHOSEN: Mapping[str, Choice] = {
    "Gateway_Immediate > review_immediate": way(
        "settled on the spot (S14)",
        receive={"immediate": {"resolved": "yes", "solution": "当场补货。", "agreed": "yes"}},
    ),
    "Gateway_Immediate > grading_inputs": way("not settled on the spot"),
    "Gateway_Reviewed > grading_inputs": way(
        "quality wants the whole procedure",
        review_immediate={"immediate": {"review": "full", "review_remark": "要查原因"}},
    ),
    "Gateway_Reviewed > archive_immediate": way("quality takes note"),
    "Gateway_Serious > assign_person": way(
        "level 1, a person is named (S13)", record={"classification": {"effect_level": "serious"}}
    ),
    "Gateway_Serious > confirm": way("level 2"),
    "Gateway_Validity > explain_not_valid": way(
        "not valid (S10)",
        confirm={"classification": {"validity": "not_valid", "not_valid_kind": "not_ours", "is_quality": "no"}},
    ),
    "Gateway_Validity > non_quality_case": way(
        "no quality problem", confirm={"classification": {"is_quality": "no", "reason": "地址写错"}}
    ),
    "Gateway_Validity > cause_side": way("a quality problem"),
    "containment_limit > decide_limit": way("no containment was allowed"),
    "corrective_action_limit > decide_limit": way("no plan was approved"),
    "eight_d_reply_limit > decide_limit": way("no 8D reply stood"),
    "containment_case > corrective_action_case": way("contained"),
    "corrective_action_case > eight_d_reply_case": way("plan approved"),
    "eight_d_reply_case > Gateway_Reply": way("8D replied"),
    "Gateway_Reply > Gateway_PlanAgain": way(
        "the customer doubts the cause",
        customer_answer={"answer": {"result": "sent_back", "back_to": "cause", "text": "原因不成立"}},
    ),
    "Gateway_Reply > implementation_case": way("the customer does not doubt the cause"),
    "Gateway_Effective > Gateway_PlanAgain": way(
        "not effective", validate={"implementation": {"effective": "no", "validation_result": "仍有 3 件缩水"}}
    ),
    "Gateway_Effective > horizontal_rollout_case": way("effective"),
    "Gateway_Shipments > Gateway_PlanAgain": way("a bad shipment"),
    "Gateway_Shipments > satisfaction": way("no bad shipment"),
    "Gateway_PlanAgain > corrective_action_case": way("plan again"),
    "Gateway_PlanAgain > decide_limit": way("no round is left"),
    "satisfaction > Gateway_Satisfied": way("asked by us"),
    "satisfaction_told > Gateway_Satisfied": way("told by the customer"),
    "Gateway_Satisfied > reevaluate": way(
        "not satisfied, looked at again (S11)", satisfaction={"closing": {"satisfied": "no", "opinions": "仍不满意"}}
    ),
    "Gateway_Satisfied > decide_limit": way(
        "never satisfied, up (S25)", satisfaction={"closing": {"satisfied": "no", "opinions": "仍不满意"}}
    ),
    "Gateway_Satisfied > Gateway_Sign": way("satisfied"),
    "Gateway_Reevaluated > Gateway_PlanAgain": way(
        "another plan is wanted", reevaluate={"reevaluation": {"finding": "措施不够", "next": "plan"}}
    ),
    "Gateway_Reevaluated > send_reevaluation": way("answered again"),
    "Gateway_Sign > sign_close": way("the general manager signs (S6)"),
    "Gateway_Sign > archive": way("no signature needed"),
    "Gateway_Exhausted > referral_last": way(
        "referred outside", decide_limit={"exhausted": {"decision": "refer", "remark": "请法定机构判定"}}
    ),
    "Gateway_Exhausted > send_remark": way("closed with a remark"),
    "Anytime > complaint_withdrawn": way("withdrawn by the customer"),
    "Anytime > complaint_merged": way("a duplicate"),
    "Anytime > complaint_referred": way("referred while under way (S21)"),
    "Gateway_Referred > send_settled": way("settled outside"),
    "Gateway_Referred > Anytime": way(
        "comes back to us", outside_result={"referral": {"result": "back", "ruling": "不予受理"}}
    ),
    # External referral
    "outside_result > End_Referral": way("we ask for the result"),
    "outside_decided > End_Referral": way("the result is told"),
    # Containment
    "Gateway_Return > approve_return": way("return", emergency={"containment": {"method": "return", "quantity": 118}}),
    "Gateway_Return > Split_Containment": way("no return"),
    "Gateway_ReturnApproved > emergency": way(
        "consent refused (S24)", approve_return={"goods_return": {"approved": "no", "opinion": "现场返工即可"}}
    ),
    "Gateway_ReturnApproved > End_ContainmentLimit": way(
        "consent refused for the last time",
        approve_return={"goods_return": {"approved": "no", "opinion": "现场返工即可"}},
    ),
    "Gateway_ReturnApproved > Split_Containment": way("consent given"),
    "Gateway_Method > return_goods": way("goods come back"),
    "Gateway_Method > rework": way("reworked", emergency={"containment": {"method": "rework", "quantity": 118}}),
    "Gateway_Method > sorting": way("sorted", emergency={"containment": {"method": "sorting", "quantity": 3720}}),
    "Gateway_Method > on_site": way("people sent", emergency={"containment": {"method": "on_site", "quantity": 3720}}),
    "Gateway_Method > Join_Containment": way("quarantine alone"),
    "return_goods > inspect_return": way("counted by sales"),
    "goods_returned > inspect_return": way("announced by the carrier"),
    # Corrective action
    "Gateway_Feasible > Gateway_PlanRounds": way(
        "not feasible", verify_plan={"plan": {"feasible": "no", "verification": "试产仍缩水", "verified_by": "trial"}}
    ),
    "Gateway_Feasible > plan_approvals": way("feasible"),
    "Gateway_Approver > approve_plan_vp": way("the vice president decides", plan={"plan": {"cost": 2_000_000}}),
    "Gateway_Approver > approve_plan": way("the manager decides"),
    "Gateway_Approved > Gateway_PlanRounds": way(
        "refused",
        approve_plan={"approval": {"decision": "refused", "opinion": "没有验证"}},
        approve_plan_vp={"approval": {"decision": "refused", "opinion": "没有验证"}},
    ),
    "Gateway_Approved > End_PlanApproved": way("approved"),
    "Gateway_PlanRounds > plan": way("planned again"),
    "Gateway_PlanRounds > End_PlanLimit": way("no round is left"),
    # 8D reply
    "Gateway_ReviewedReply > Gateway_ReplyRounds": way(
        "back from review", review_eight_d={"release": {"review": "back", "review_remark": "D4 不完整"}}
    ),
    "Gateway_ReviewedReply > release_eight_d": way("reviewed"),
    "Gateway_Released > Gateway_ReplyRounds": way(
        "not released", release_eight_d={"release": {"decision": "back", "remark": "措辞"}}
    ),
    "Gateway_Released > Gateway_GmSigns": way("released"),
    "Gateway_GmSigns > sign_eight_d": way("to be signed (S19)"),
    "Gateway_GmSigns > render_eight_d": way("no signature needed"),
    "Gateway_Signed > Gateway_ReplyRounds": way(
        "not signed", sign_eight_d={"release": {"gm_decision": "back", "gm_opinion": "请补充数据"}}
    ),
    "Gateway_Signed > render_eight_d": way("signed"),
    "customer_answer > Gateway_Answered": way("answer entered by us"),
    "eight_d_answered > Gateway_Answered": way("answered by the customer himself"),
    "Gateway_Answered > Gateway_ReplyRounds": way(
        "text sent back", customer_answer={"answer": {"result": "sent_back", "back_to": "text", "text": "请补 D7"}}
    ),
    "Gateway_Answered > End_Replied": way("accepted"),
    "Gateway_ReplyRounds > eight_d": way("written again"),
    "Gateway_ReplyRounds > End_ReplyLimit": way("no round is left"),
    # Horizontal rollout
    **{
        f"{source} > Gateway_Shipment{number}": way(f"shipment {number} {words}")
        for number in (1, 2, 3)
        for source, words in ((f"shipment_{number}", "looked at"), (f"shipment_{number}_reported", "reported"))
    },
    **{
        f"Gateway_Shipment{number} > End_BadShipment": Choice(
            "bad",
            {
                f"shipment_{number}": {
                    "rollout": {f"shipment_{number}": {"result": "bad", "defective": 7, "remark": "缩水"}}
                }
            },
        )
        for number in (1, 2, 3)
    },
    "Gateway_Shipment1 > shipment_2": way("good"),
    "Gateway_Shipment2 > shipment_3": way("good"),
    "Gateway_Shipment3 > End_RolledOut": way("good"),
}
SIGNED = {"Gateway_Sign > sign_close", "Gateway_GmSigns > sign_eight_d"}
"""What an authority passes on to us is signed by the general manager, reply and settlement, whatever its level."""
IMPOSSIBLE: Mapping[tuple[str, str], str] = {
    **{
        ("Gateway_Return > approve_return", f"Gateway_Method > {other}"): "what is returned is not treated otherwise"
        for other in ("rework", "sorting", "on_site", "Join_Containment")
    },
    (
        "Gateway_Return > Split_Containment",
        "Gateway_Method > return_goods",
    ): "nothing is returned without being asked for",
}
"""Pairs of flows that one path cannot take, and why: both depend on the same answer."""
SHIPPED = ("number", "quantity", "defective", "result")
TOLD: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "satisfaction_told": ("complaint.satisfied", "closing", ("satisfied", "opinions")),
    "outside_decided": ("outside.decided", "referral", ("result", "ruling")),
    "goods_returned": ("goods.returned", "goods_return", ("slip_no", "counted", "returned_on")),
    "eight_d_answered": ("eight_d.answered", "answer", ("result", "text", "back_to")),
    "shipment_1_reported": ("shipment.reported", "rollout.shipment_1", SHIPPED),
    "shipment_2_reported": ("shipment.reported", "rollout.shipment_2", SHIPPED),
    "shipment_3_reported": ("shipment.reported", "rollout.shipment_3", SHIPPED),
}
"""By boundary event: the message from outside, and which of the step's answers it brings."""
ANYTIME: Mapping[str, tuple[str, Data]] = {
    "complaint_withdrawn": ("complaint.withdrawn", {"reason": "误会", "name": "王丽"}),
    "complaint_merged": ("complaint.merged", {"of": "HQ-2026-0001", "reason": "同一批货"}),
    "complaint_referred": ("complaint.referred", {"kind": "authority", "reason": "市监局来函"}),
}
"""Messages that may reach a complaint at any time, by the event that waits for them."""


def laid_over(story: Data, more: Data) -> dict[str, Any]:
    """`story` with the members of `more`, groups merged."""
    found = dict(story)
    for name, value in more.items():
        both = isinstance(value, Mapping) and isinstance(found.get(name), Mapping)
        found[name] = laid_over(found[name], value) if both else value
    return found
