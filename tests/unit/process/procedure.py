"""The ways of the procedure, written down by hand: what follows what, and when; the drawings are held against this.

One chain a line. Behind a gateway: `? condition` for a flow that is chosen by one, `*` for the default. Gateways that only
bring flows together are the drawing's own affair and do not stand here.
"""

from itertools import pairwise

WAYS = {
    "complaint": """
Start_Complaint > Split_Anytime > acknowledge > receive > record > Gateway_Immediate
Gateway_Immediate > review_immediate ? immediate.resolved == "yes"
Gateway_Immediate > grading_inputs *
review_immediate > Gateway_Reviewed
Gateway_Reviewed > grading_inputs ? immediate.review == "full"
Gateway_Reviewed > archive_immediate *
archive_immediate > End_ResolvedAtOnce
grading_inputs > grade > two_levels > participants > who_approves > Gateway_Serious
Gateway_Serious > assign_person ? grading.two_level == 1
Gateway_Serious > confirm *
assign_person > confirm > Gateway_Validity
Gateway_Validity > explain_not_valid ? classification.validity == "not_valid"
Gateway_Validity > non_quality_case ? classification.validity == "need" or classification.is_quality == "no"
Gateway_Validity > cause_side *
explain_not_valid > send_explanation > archive_not_valid > End_NotValid
non_quality_case > End_NotQuality
cause_side > team > meeting > containment_case > corrective_action_case > eight_d_reply_case > Gateway_Reply
Gateway_Reply > Gateway_PlanAgain ? answer.result == "sent_back" and answer.back_to == "cause"
Gateway_Reply > implementation_case *
implementation_case > Gateway_Effective
Gateway_Effective > Gateway_PlanAgain ? implementation.effective == "no"
Gateway_Effective > horizontal_rollout_case *
horizontal_rollout_case > Gateway_Shipments
Gateway_Shipments > Gateway_PlanAgain ? rollout.shipment_1.result == "bad" or rollout.shipment_2.result == "bad" \
or rollout.shipment_3.result == "bad"
Gateway_Shipments > satisfaction *
Gateway_PlanAgain > corrective_action_case ? rounds.plan < rounds.limit
Gateway_PlanAgain > decide_limit *
containment_limit > decide_limit
corrective_action_limit > decide_limit
eight_d_reply_limit > decide_limit
satisfaction > Gateway_Satisfied
satisfaction_told > Gateway_Satisfied
Gateway_Satisfied > reevaluate ? closing.satisfied == "no" and rounds.closing < rounds.limit
Gateway_Satisfied > decide_limit ? closing.satisfied == "no"
Gateway_Satisfied > Gateway_Sign *
reevaluate > Gateway_Reevaluated
Gateway_Reevaluated > Gateway_PlanAgain ? reevaluation.next == "plan"
Gateway_Reevaluated > send_reevaluation *
send_reevaluation > satisfaction
Gateway_Sign > sign_close ? approvals.closing == "gm"
Gateway_Sign > archive *
sign_close > archive > send_result > archive_package > End_Archived
decide_limit > Gateway_Exhausted
Gateway_Exhausted > referral_last ? exhausted.decision == "refer"
Gateway_Exhausted > send_remark *
referral_last > send_settled
send_remark > archive_remark > End_ClosedWithRemark
Split_Anytime > Anytime > complaint_withdrawn > send_withdrawal > archive_withdrawn > End_Withdrawn
Anytime > complaint_merged > send_merged > archive_merged > End_Duplicate
Anytime > complaint_referred > referral_case > Gateway_Referred
Gateway_Referred > send_settled ? referral.result == "settled"
Gateway_Referred > Anytime *
send_settled > archive_settled > End_SettledOutside
""",
    "non_quality": """
Start_NonQuality > investigate_answer > send_answer > record_service > archive_service > End_Answered
""",
    "external_referral": """
Start_Referral > refer_outside > outside_result > End_Referral
outside_decided > End_Referral
""",
    "containment": """
Start_Containment > emergency > Gateway_Return
Gateway_Return > approve_return ? containment.method == "return"
Gateway_Return > Split_Containment *
approve_return > Gateway_ReturnApproved
Gateway_ReturnApproved > emergency ? goods_return.approved == "no" and rounds.containment < rounds.limit
Gateway_ReturnApproved > End_ContainmentLimit ? goods_return.approved == "no"
Gateway_ReturnApproved > Split_Containment *
Split_Containment > quarantine_stock > Join_Containment
Split_Containment > quarantine_wip > Join_Containment
Split_Containment > quarantine_transit > Join_Containment
Split_Containment > Gateway_Method
Gateway_Method > return_goods ? containment.method == "return"
Gateway_Method > rework ? containment.method == "rework"
Gateway_Method > sorting ? containment.method == "sorting"
Gateway_Method > on_site ? containment.method == "on_site"
Gateway_Method > Join_Containment *
return_goods > inspect_return > Join_Containment
goods_returned > inspect_return
rework > Join_Containment
sorting > Join_Containment
on_site > Join_Containment
Join_Containment > confirm_containment > End_Contained
""",
    "corrective_action": """
Start_Plan > plan > verify_plan > Gateway_Feasible
Gateway_Feasible > Gateway_PlanRounds ? plan.feasible == "no"
Gateway_Feasible > plan_approvals *
plan_approvals > Gateway_Approver
Gateway_Approver > approve_plan_vp ? approvals.plan == "vp"
Gateway_Approver > approve_plan *
approve_plan_vp > Gateway_Approved
approve_plan > Gateway_Approved
Gateway_Approved > Gateway_PlanRounds ? approval.decision == "refused"
Gateway_Approved > End_PlanApproved *
Gateway_PlanRounds > plan ? rounds.plan < rounds.limit
Gateway_PlanRounds > End_PlanLimit *
""",
    "eight_d_reply": """
Start_Reply > eight_d > review_eight_d > Gateway_ReviewedReply
Gateway_ReviewedReply > Gateway_ReplyRounds ? release.review == "back"
Gateway_ReviewedReply > release_eight_d *
release_eight_d > Gateway_Released
Gateway_Released > Gateway_ReplyRounds ? release.decision == "back"
Gateway_Released > Gateway_GmSigns *
Gateway_GmSigns > sign_eight_d ? approvals.reply == "gm"
Gateway_GmSigns > render_eight_d *
sign_eight_d > Gateway_Signed
Gateway_Signed > Gateway_ReplyRounds ? release.gm_decision == "back"
Gateway_Signed > render_eight_d *
render_eight_d > send_eight_d > customer_answer > Gateway_Answered
eight_d_answered > Gateway_Answered
Gateway_Answered > Gateway_ReplyRounds ? answer.result == "sent_back" and answer.back_to != "cause"
Gateway_Answered > End_Replied *
Gateway_ReplyRounds > eight_d ? rounds.eight_d < rounds.limit
Gateway_ReplyRounds > End_ReplyLimit *
""",
    "implementation": """
Start_Implementation > Split_Implementation > implement_customer > Join_Implementation
Split_Implementation > implement_wip > Join_Implementation
Split_Implementation > implement_stock > Join_Implementation
Split_Implementation > update_standard > Join_Implementation
Split_Implementation > train > Join_Implementation
Join_Implementation > validate > End_Implemented
""",
    "horizontal_rollout": """
Start_Rollout > rollout > shipment_1 > Gateway_Shipment1
shipment_1_reported > Gateway_Shipment1
Gateway_Shipment1 > End_BadShipment ? rollout.shipment_1.result == "bad"
Gateway_Shipment1 > shipment_2 *
shipment_2 > Gateway_Shipment2
shipment_2_reported > Gateway_Shipment2
Gateway_Shipment2 > End_BadShipment ? rollout.shipment_2.result == "bad"
Gateway_Shipment2 > shipment_3 *
shipment_3 > Gateway_Shipment3
shipment_3_reported > Gateway_Shipment3
Gateway_Shipment3 > End_BadShipment ? rollout.shipment_3.result == "bad"
Gateway_Shipment3 > End_RolledOut *
""",
}
DEFAULT = "*"


def written(process: str) -> dict[tuple[str, str], str]:
    """The flows of a process as written above: source and target → condition, DEFAULT, or '' for a plain flow."""
    found: dict[tuple[str, str], str] = {}
    for line in WAYS[process].strip().splitlines():
        chain, _, condition = line.partition(" ? ")
        names = chain.removesuffix(" *").split(" > ")
        when = condition or (DEFAULT if chain.endswith(" *") else "")
        for pair in pairwise(names):
            assert found.get(pair, when) == when
            found[pair] = when
    return found
