"""What people choose where a form offers choices: the plot decides what matters, habits and dice the rest."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from server.simulation.plots import Shipments

if TYPE_CHECKING:
    from server.simulation.knowledge import Knowledge
    from server.simulation.life import Life


def _plan_round(life: "Life") -> str:
    place = life.done["plan"] - 1
    return life.plot.plans[place] if 0 <= place < len(life.plot.plans) else "good"


def _reply_round(life: "Life") -> str:
    place = life.done["eight_d"] - 1
    return life.plot.replies[place] if 0 <= place < len(life.plot.replies) else "good"


def _content(life: "Life") -> str:
    place = life.done["satisfaction"]
    return life.plot.content[place] if place < len(life.plot.content) else "yes"


def _last_content(life: "Life") -> str:
    place = life.done["satisfaction"] - 1
    return life.plot.content[place] if 0 <= place < len(life.plot.content) else "answer"


def shipments(life: "Knowledge") -> Shipments:
    """The round of shipments that is watched now."""
    place = life.done["rollout"] - 1
    return life.plot.shipments[place] if 0 <= place < len(life.plot.shipments) else Shipments()


def _shipment(number: int) -> Callable[["Life"], str]:
    return lambda life: "bad" if shipments(life).bad == number else "good"


def _answer(life: "Life") -> str:
    if _reply_round(life) in ("text", "cause"):
        return "sent_back"
    return life.rng.choices(("accepted", "conditional", "questions", "no_reply"), (80, 8, 6, 6))[0]


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"


JUDGED: Mapping[str, Callable[["Life"], Any]] = {
    "/immediate/resolved": lambda life: _yes(life.plot.at_once != "no"),
    "/immediate/agreed": lambda life: "yes",
    "/immediate/review": lambda life: "full" if life.plot.at_once == "full" else "accepted",
    "/classification/effect_level": lambda life: "serious" if life.plot.serious else "some",
    "/classification/is_quality": lambda life: _yes(life.plot.verdict == "quality"),
    "/classification/validity": lambda life: {"not_valid": "not_valid", "need": "need"}.get(life.plot.verdict, "valid"),
    "/containment/method": lambda life: life.plot.method,
    "/goods_return/approved": lambda life: _yes(life.done["approve_return"] >= life.plot.returns_refused),
    "/plan/feasible": lambda life: _yes(_plan_round(life) != "infeasible"),
    "/approval/decision": lambda life: "refused" if _plan_round(life) == "refused" else "approved",
    "/release/review": lambda life: "back" if _reply_round(life) == "review" else "ok",
    "/release/decision": lambda life: "back" if _reply_round(life) == "release" else "released",
    "/release/gm_decision": lambda life: "back" if _reply_round(life) == "sign" else "signed",
    "/answer/result": _answer,
    "/answer/back_to": lambda life: "cause" if _reply_round(life) == "cause" else "text",
    "/implementation/effective": lambda life: _yes(life.done["validate"] >= life.plot.ineffective),
    "/rollout/shipment_1/result": _shipment(1),
    "/rollout/shipment_2/result": _shipment(2),
    "/rollout/shipment_3/result": _shipment(3),
    "/closing/satisfied": lambda life: _yes(_content(life) == "yes"),
    "/closing/consent": lambda life: "yes",
    "/reevaluation/next": lambda life: "plan" if _last_content(life) == "plan" else "answer",
    "/exhausted/decision": lambda life: life.plot.last_word,
    "/referral/result": lambda life: life.plot.ruling,
    "/referral/kind": lambda life: life.referred_as,
    "/intake/channel": lambda life: life.channel,
    "/customer/language": lambda life: life.language,
    "/product/unit": lambda life: life.customer.trade.unit,
    "/eight_d/language": lambda life: life.language,
    "/eight_d/kind": lambda life: "final",
}
"""By pointer of the case file: what the complaint's plot says about it."""
LEANING: Mapping[str, Mapping[str, int]] = {
    "/intake/urgency": {"low": 10, "normal": 60, "high": 30},
    "/problem/effect": {"none": 10, "annoyance": 40, "rework": 50},
    "/request/reply_form": {"written": 70, "oral": 30},
    "/quarantine/stock/done": {"yes": 100},
    "/quarantine/wip/done": {"yes": 100},
    "/quarantine/transit/state": {"none": 60, "informed": 25, "stopped": 15},
    "/containment/areas_informed": {"yes": 92, "no": 8},
    "/goods_return/verdict": {"confirmed": 95, "no_trouble_found": 5},
    "/referral/kind": {"statutory_test": 45, "authority": 25, "legal": 12, "developer": 10, "group": 8},
    "/goods_return/refund_released": {"yes": 80, "no": 20},
    "/plan/verified_by": {"trial": 70, "theory": 30},
    "/implementation/*/result": {"ok": 90, "open": 10},
    "/implementation/training/checked": {"yes": 85, "no": 15},
    "/on_site/customer_signed": {"yes": 90, "no": 10},
    "/service/satisfied": {"yes": 70, "partly": 20, "no": 4, "unknown": 6},
    "/validity/customer_accepts": {"yes": 80, "no": 20},
    "/answer/steps/*/verdict": {"accepted": 100},
    "/grading/defect_degree": {"whole_module": 20, "some_components": 45, "auxiliary_part": 35},
}
"""How choices lean that the plot leaves open; one not listed is as likely as the next."""
BAD: Mapping[str, str] = {
    "/immediate/review": "full",
    "/goods_return/approved": "no",
    "/plan/feasible": "no",
    "/approval/decision": "refused",
    "/release/review": "back",
    "/release/decision": "back",
    "/release/gm_decision": "back",
    "/implementation/effective": "no",
    "/rollout/shipment_1/result": "bad",
    "/rollout/shipment_2/result": "bad",
    "/rollout/shipment_3/result": "bad",
    "/closing/satisfied": "no",
    "/reevaluation/next": "plan",
    "/exhausted/decision": "refer",
    "/referral/result": "back",
}
"""The choice after which people explain instead of agreeing."""


def leaning(pointer: str) -> Mapping[str, int] | None:
    """The weights of a choice; `*` stands for one name."""
    if pointer in LEANING:
        return LEANING[pointer]
    head, _, tail = pointer.rpartition("/")
    return LEANING.get(f"{head.rpartition('/')[0]}/*/{tail}")
