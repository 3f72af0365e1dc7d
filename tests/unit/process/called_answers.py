"""What people fill in, step by step, so that a called process goes a certain way."""

from typing import Any

Data = dict[str, Any]

FORMS_FILLED: dict[str, Data] = {
    "emergency": {"containment": {"method": "none", "quantity": 480, "emergency_action": "停止发货，全部重新检验"}},
    "approve_return": {"goods_return": {"approved": "yes"}},
    "return_goods": {"goods_return": {"slip_no": "T-0815", "counted": 479, "received_by": "陈静"}},
    "inspect_return": {"goods_return": {"verdict": "confirmed", "disposition": "scrap", "analysis": "保压不足"}},
    "rework": {"rework": {"quantity": 480, "ok": 471, "nok": 9, "people": "班长带 2 人"}},
    "sorting": {"sorting": {"quantity": 480, "ok": 466, "nok": 14, "criterion": "缩痕深度不超过 0.05 mm"}},
    "on_site": {"on_site": {"done": "更换 12 件，指导调机", "quantity": 480, "nok": 12, "customer_signed": "yes"}},
    "quarantine_stock": {"quarantine": {"stock": {"done": "yes", "quantity": 1200, "place": "成品库 B 区"}}},
    "quarantine_wip": {"quarantine": {"wip": {"done": "yes", "quantity": 300, "place": "注塑车间"}}},
    "quarantine_transit": {"quarantine": {"transit": {"state": "none"}}},
    "confirm_containment": {"containment": {"areas_informed": "yes", "effectiveness": 100}},
    "plan": {"plan": {"summary": "保压时间由 4 秒改为 6 秒，并加压力监控", "cost": 8000}},
    "verify_plan": {"plan": {"verified_by": "trial", "feasible": "yes", "verification": "500 件无缩痕"}},
    "approve_plan": {"approval": {"decision": "approved"}},
    "approve_plan_vp": {"approval": {"decision": "approved"}},
    "eight_d": {"eight_d": {"root_cause": "保压时间不足", "corrective_action": "改为 6 秒并监控"}},
    "review_eight_d": {"release": {"review": "ok", "reviewed_by": "赵敏"}},
    "release_eight_d": {"release": {"decision": "released"}},
    "sign_eight_d": {"release": {"gm_decision": "signed"}},
    "customer_answer": {"answer": {"result": "accepted"}},
    "implement_customer": {"implementation": {"customer_stock": {"result": "ok", "quantity": 480}}},
    "implement_wip": {"implementation": {"wip": {"result": "ok", "quantity": 300}}},
    "implement_stock": {"implementation": {"own_stock": {"result": "open", "quantity": 1200}}},
    "update_standard": {"implementation": {"standard": {"document": "WI-042", "revision": "C"}}},
    "train": {"implementation": {"training": {"trained": "甲班和乙班 14 人", "checked": "yes"}}},
    "validate": {"implementation": {"effective": "yes", "validation_result": "3 批共 9000 件无缩痕"}},
    "rollout": {"rollout": {"lessons": "改模后须重新验证保压"}},
    "shipment_1": {"rollout": {"shipment_1": {"result": "good", "quantity": 500}}},
    "shipment_2": {"rollout": {"shipment_2": {"result": "good", "quantity": 500}}},
    "shipment_3": {"rollout": {"shipment_3": {"result": "none_planned", "remark": "本月无订单"}}},
}
"""What a form holds when nothing else is said below."""

MESSAGES: dict[str, Data] = {
    "goods_returned": {"slip_no": "T-0815", "counted": 480, "returned_on": "2026-11-24"},
    "eight_d_answered": {"result": "accepted", "name": "王丽"},
    "shipment_1_reported": {"result": "good", "number": "L1", "quantity": 500, "defective": 0},
    "shipment_2_reported": {"result": "good", "number": "L2", "quantity": 500, "defective": 0},
    "shipment_3_reported": {"result": "good", "number": "L3", "quantity": 500, "defective": 0},
}
"""Payloads of messages, by boundary event."""


def method(name: str) -> dict[str, Data]:
    return {"emergency": {"containment": {"method": name}}}


def refused_return(rounds: int) -> dict[str, Data]:
    said = {"goods_return": {"approved": "no", "opinion": "现场挑选即可"}}
    return {"approve_return": {**said, "rounds": {"limit": 3, "containment": rounds}}}


REFUSED = {"approval": {"decision": "refused", "opinion": "没有流出对策"}}
SENT_BACK = {"result": "sent_back", "back_to": "text", "text": "缺少流出原因"}
TO_CHANGE = {"customer_answer": {"answer": SENT_BACK}, "eight_d_answered": SENT_BACK}
SMALL, LARGE = ({"plan": {"plan": {"cost": cost}}} for cost in (8_000, 250_000))


def rounds(loop: str, number: int, *tasks: str) -> dict[str, Data]:
    """The server counts rounds in the case file; here whoever answers does."""
    return {task: {"rounds": {"limit": 3, loop: number}} for task in tasks}


PLAN_TASKS = ("verify_plan", "approve_plan", "approve_plan_vp")
REPLY_TASKS = ("review_eight_d", "release_eight_d", "sign_eight_d", "customer_answer", "eight_d_answered")

CHOICES: dict[str, dict[str, Data]] = {
    "Flow_Gateway_Return_approve_return": method("return"),
    "Flow_Gateway_Return_Merge_Containment": {},
    "Flow_Gateway_ReturnApproved_emergency": refused_return(2),
    "Flow_Gateway_ReturnApproved_End_ContainmentLimit": refused_return(3),
    "Flow_Gateway_ReturnApproved_Merge_Containment": {},
    "Flow_Gateway_Method_return_goods": method("return"),
    "Flow_Gateway_Method_rework": method("rework"),
    "Flow_Gateway_Method_sorting": method("sorting"),
    "Flow_Gateway_Method_on_site": method("on_site"),
    "Flow_Gateway_Method_Merge_Method": method("none"),
    "Flow_Gateway_Feasible_Gateway_PlanRounds": {
        "verify_plan": {"plan": {"feasible": "no", "verification": "试模 200 件，仍有缩痕 6 件"}}
    },
    "Flow_Gateway_Feasible_plan_approvals": {},
    "Flow_Gateway_Approver_approve_plan_vp": LARGE,
    "Flow_Gateway_Approver_approve_plan": SMALL,
    "Flow_Gateway_Approved_Gateway_PlanRounds": {"approve_plan": REFUSED, "approve_plan_vp": REFUSED},
    "Flow_Gateway_Approved_End_PlanApproved": {},
    "Flow_Gateway_PlanRounds_plan": rounds("plan", 2, *PLAN_TASKS),
    "Flow_Gateway_PlanRounds_End_PlanLimit": rounds("plan", 3, *PLAN_TASKS),
    "Flow_Gateway_ReviewedReply_Gateway_ReplyRounds": {
        "review_eight_d": {"release": {"review": "back", "review_remark": "没有写在途产品"}}
    },
    "Flow_Gateway_ReviewedReply_release_eight_d": {},
    "Flow_Gateway_Released_Gateway_ReplyRounds": {
        "release_eight_d": {"release": {"decision": "back", "remark": "日期做不到"}}
    },
    "Flow_Gateway_Released_Gateway_GmSigns": {},
    "Flow_Gateway_GmSigns_sign_eight_d": {"eight_d": {"approvals": {"reply": "gm"}}},
    "Flow_Gateway_GmSigns_render_eight_d": {"eight_d": {"approvals": {"reply": "quality"}}},
    "Flow_Gateway_Signed_Gateway_ReplyRounds": {
        "sign_eight_d": {"release": {"gm_decision": "back", "gm_opinion": "先与客户电话沟通"}}
    },
    "Flow_Gateway_Signed_render_eight_d": {},
    "Flow_Gateway_Answered_Gateway_ReplyRounds": TO_CHANGE,
    "Flow_Gateway_Answered_End_Replied": {},
    "Flow_Gateway_ReplyRounds_eight_d": rounds("eight_d", 1, *REPLY_TASKS),
    "Flow_Gateway_ReplyRounds_End_ReplyLimit": rounds("eight_d", 3, *REPLY_TASKS),
    **{f"Flow_Gateway_Shipment{n}_End_BadShipment": {
        f"shipment_{n}": {"rollout": {f"shipment_{n}": {"result": "bad", "defective": 7, "remark": "仍有缩痕"}}},
        f"shipment_{n}_reported": {"result": "bad", "defective": 7},
    } for n in (1, 2, 3)},
    "Flow_Gateway_Shipment1_shipment_2": {},
    "Flow_Gateway_Shipment2_shipment_3": {},
    "Flow_Gateway_Shipment3_End_RolledOut": {},
}  # fmt: skip
"""What must be said, and in which form or message, for a flow out of a gateway to be taken.

`rounds` and `approvals` are no fields of these forms: the server counts, and a table of the main process decides.
"""

CONTRADICTIONS = [
    ("Flow_Gateway_Return_Merge_Containment", "Flow_Gateway_Method_return_goods"),
    ("Flow_Gateway_ReturnApproved_Merge_Containment", "Flow_Gateway_Method_rework"),
    ("Flow_Gateway_ReturnApproved_Merge_Containment", "Flow_Gateway_Method_sorting"),
    ("Flow_Gateway_ReturnApproved_Merge_Containment", "Flow_Gateway_Method_on_site"),
    ("Flow_Gateway_ReturnApproved_Merge_Containment", "Flow_Gateway_Method_Merge_Method"),
]
"""Pairs of flows that exclude each other: both gateways ask for the same answer."""
