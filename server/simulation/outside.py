"""What reaches a complaint from outside: customers who answer, carriers who announce, authorities who decide."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.simulation.verdicts import JUDGED, shipments

if TYPE_CHECKING:
    from server.simulation.answers import Pen
    from server.simulation.life import Life


@dataclass(frozen=True)
class Wait:
    """`days`: from when to when it takes until the outside answers; `message`: how it tells by itself."""

    days: tuple[float, float]
    message: str


WAITS: Mapping[str, Wait] = {
    "customer_answer": Wait((0.5, 6), "eight_d.answered"),
    "satisfaction": Wait((0.3, 4), "complaint.satisfied"),
    "return_goods": Wait((2, 11), "goods.returned"),
    "outside_result": Wait((4, 32), "outside.decided"),
    "shipment_1": Wait((3, 14), "shipment.reported"),
    "shipment_2": Wait((3, 14), "shipment.reported"),
    "shipment_3": Wait((3, 14), "shipment.reported"),
}
"""By the step that waits for the outside."""
SHIPMENTS = ("shipment_1", "shipment_2", "shipment_3")


def tells(element: str, life: "Life") -> bool:
    """Whether the outside tells by itself what the step `element` waits for."""
    told = shipments(life).told
    number = SHIPMENTS.index(element) if element in SHIPMENTS else len(told)
    return told[number] if number < len(told) else life.rng.random() < life.plot.told


def told_by_message(element: str, life: "Life", pen: "Pen") -> tuple[str, dict[str, Any]]:
    """(name of the message, its payload) for what the step `element` waits for."""
    return WAITS[element].message, {k: v for k, v in _PAYLOADS[element](life, pen).items() if v is not None}


def _answered(life: "Life", pen: "Pen") -> dict[str, Any]:
    result = pen.value({"oneOf": [{"const": c} for c in ("accepted", "conditional", "questions", "no_reply",
                                                        "sent_back")]}, "/answer/result")  # fmt: skip
    back_to = JUDGED["/answer/back_to"](life) if result == "sent_back" else None
    return {"result": result, "back_to": back_to, "text": pen.value({}, "/answer/text"), "name": life.customer.contact}


def _satisfied(life: "Life", pen: "Pen") -> dict[str, Any]:
    said = pen.value({"oneOf": [{"const": "yes"}, {"const": "no"}]}, "/closing/satisfied")
    return {"satisfied": said, "opinions": pen.value({}, "/closing/opinions"), "name": life.customer.contact}


def _returned(life: "Life", pen: "Pen") -> dict[str, Any]:
    slip = pen.value({}, "/goods_return/slip_no")
    return {"slip_no": slip, "counted": life.matter.bad, "returned_on": life.date_text(0)}


def _decided(life: "Life", pen: "Pen") -> dict[str, Any]:
    said = pen.value({"oneOf": [{"const": "settled"}, {"const": "back"}]}, "/referral/result")
    return {"result": said, "ruling": pen.value({}, "/referral/ruling"), "name": life.customer.contact}


def _shipment(number: int) -> Callable[["Life", "Pen"], dict[str, Any]]:
    def reported(life: "Life", pen: "Pen") -> dict[str, Any]:
        at = f"/rollout/shipment_{number}"
        said = pen.value({"oneOf": [{"const": "good"}, {"const": "bad"}]}, f"{at}/result")
        return {
            "result": said,
            "number": pen.value({}, f"{at}/number"),
            "quantity": life.matter.total,
            "defective": life.matter.bad if said == "bad" else 0,
            "remark": pen.value({}, f"{at}/remark"),
            "name": life.customer.contact,
        }

    return reported


_PAYLOADS: Mapping[str, Callable[["Life", "Pen"], dict[str, Any]]] = {
    "customer_answer": _answered,
    "satisfaction": _satisfied,
    "return_goods": _returned,
    "outside_result": _decided,
    "shipment_1": _shipment(1),
    "shipment_2": _shipment(2),
    "shipment_3": _shipment(3),
}
