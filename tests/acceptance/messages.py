"""What reaches complaints of the bundled application from outside, and where the driver's dice may lean to."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.acceptance.driver import Message, Mood, Outside


def telling(name: str, payload: Mapping[str, Any]) -> Message:
    """The message `name` for the complaint of a task."""

    def body(task: Mapping[str, Any]) -> dict[str, Any]:
        return {"name": name, "correlation": {"number": task["case_number"]}, "payload": dict(payload)}

    return body


SHIPPED = {"number": "SH-1 🙂", "quantity": 500, "defective": 0, "result": "good", "name": "<b>n</b>"}
MESSAGES: Mapping[str, Message] = {
    "customer_answer": telling("eight_d.answered", {"result": "accepted", "text": "<b>fine</b> 🙂"}),
    "satisfaction": telling("complaint.satisfied", {"satisfied": "yes", "opinions": "<b>thanks</b>", "name": "王丽"}),
    "return_goods": telling("goods.returned", {"slip_no": "TH-1", "counted": 7, "returned_on": "2026-03-04"}),
    "outside_result": telling("outside.decided", {"result": "settled", "ruling": "调解", "name": "市监局"}),
    "shipment_1": telling("shipment.reported", SHIPPED),
    "shipment_2": telling("shipment.reported", SHIPPED),
    "shipment_3": telling("shipment.reported", SHIPPED),
}
"""By the element of the user task that they end."""


def either(verb: str, name: str, payload: Mapping[str, Any]) -> Outside:
    """By the command for it, or as the message behind it; every other complaint."""

    def call(number: str, _others: Sequence[str]) -> tuple[str, dict[str, Any]]:
        if int(number[-1]) % 2:
            return "/messages", {"name": name, "correlation": {"number": number}, "payload": dict(payload)}
        return f"/complaints/{number}/{verb}", dict(payload)

    return call


def merge(number: str, others: Sequence[str]) -> tuple[str, dict[str, Any]] | None:
    """Into the first complaint that was filed, which is never merged itself."""
    if number == others[0]:
        return None
    return f"/complaints/{number}/merge", {"of": others[0], "reason": "the same goods", "confirm": True}


OUTSIDE: Mapping[str, Outside] = {
    "withdraw": either("withdraw", "complaint.withdrawn", {"reason": "a misunderstanding"}),
    "refer": either("refer", "complaint.referred", {"kind": "authority", "reason": "a letter came"}),
    "merge": merge,
}
_NOT_AT_ONCE = {"/immediate/resolved": "no"}
_COMPLAINT = _NOT_AT_ONCE | {"/classification/validity": "valid", "/classification/is_quality": "yes"}
_SMOOTH = _COMPLAINT | {
    "/goods_return/approved": "yes",
    "/plan/feasible": "yes",
    "/approval/decision": "approved",
    "/release/review": "ok",
    "/release/decision": "released",
    "/release/gm_decision": "signed",
    "/answer/result": "accepted",
    "/implementation/effective": "yes",
    "/rollout/shipment_1/result": "good",
    "/rollout/shipment_2/result": "good",
    "/rollout/shipment_3/result": "good",
    "/closing/satisfied": "yes",
}
AIMS: Mapping[str, Mood] = {
    "End_Archived": Mood("smooth", _SMOOTH),
    "End_NotQuality": Mood("no quality problem", _NOT_AT_ONCE | {"/classification/validity": "need"}),
    "End_NotValid": Mood("not valid", _NOT_AT_ONCE | {"/classification/validity": "not_valid"}),
    "End_ResolvedAtOnce": Mood("at once", {"/immediate/resolved": "yes", "/immediate/review": "accepted"}),
    "End_ClosedWithRemark": Mood("no way on", _COMPLAINT | {"/plan/feasible": "no", "/exhausted/decision": "close"}),
    "End_Withdrawn": Mood("withdrawn", _SMOOTH, "withdraw"),
    "End_Duplicate": Mood("a duplicate", _SMOOTH, "merge"),
    "End_SettledOutside": Mood("settled outside", _SMOOTH | {"/referral/result": "settled"}, "refer"),
}
"""Where a complaint in such a mood mostly ends."""
ANY = Mood("any")
QUARREL = Mood("a quarrel", _COMPLAINT)
MOODS = (*AIMS.values(), ANY, QUARREL, QUARREL)
"""What a random complaint is like."""
