"""From a case file to what its 8D report shows; the layout is the business of the template in the bundle.

Only what is meant for the customer gets in: the released texts of `eight_d`, facts about measures, and the causes that
customers demand (why made, why not detected; technical and systemic). Never in: costs, minutes, opinions, candidate
causes, risks, the internal description, who is to blame. Field by field this is checked by a test.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

LANGUAGES = ("zh-CN", "en", "both")

_HEADER: Mapping[str, tuple[str, ...]] = {
    "customer": ("name", "plant", "contact", "complaint_no", "supplier_no"),
    "product": (
        "name", "part_no", "customer_part_no", "drawing_index", "batch", "serial", "order_no", "delivered_on", "unit",
        "quantity_delivered", "quantity_defective", "quantity_returned", "warranty",
    ),
}  # fmt: skip
_SECTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    # section of the report -> (group of the case file, its fields)
    "d0": ("containment", ("emergency_action", "effective_on")),
    "d1": ("team", ("leader", "sponsor", "formed_on")),
    "d2": (
        "problem",
        (
            "title", "description", "defect", "kind", "detected_on", "detected_at", "frequency", "history", "effect",
            "others_affected",
        ),
    ),
    "d3": (
        "containment",
        (
            "method", "quantity", "visit_on", "stock_quarantined", "wip_quarantined", "in_transit", "effectiveness",
            "verification", "marking", "clean_delivery", "areas_informed", "not_informed_reason",
        ),
    ),
    "d4": (
        "root_cause",
        ("occurrence", "occurrence_system", "escape", "escape_system", "category", "share", "proof"),
    ),
    "d5": ("plan", ("verified_by", "verification", "verified_on", "acceptance_limit")),
    "d6": (
        "implementation",
        (
            "implemented_on", "valid_from", "trained_on", "trained", "validation_method", "sample", "period",
            "validation_result", "effective", "confirmed_by", "confirmed_on", "containment_lifted_on",
        ),
    ),
    "d7": ("rollout", ()),
    "d8": ("archive", ("closed_on", "accepted_by", "accepted_on", "recognition")),
    "standard": ("implementation.standard", ("document", "revision", "effective_on")),
    "training": ("implementation.training", ("trained", "trained_on", "trainer")),
    "release": ("release", ("reviewed_by", "released_by", "released_on", "gm_decision", "signed_on")),
}  # fmt: skip
_TABLES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    # "section.table" -> (group, array, fields of a row)
    "d1.members": ("team", "members", ("name", "department", "function", "duty")),
    "d2.is_is_not": ("problem", "is_is_not", ("dimension", "is", "is_not", "difference")),
    "d3.actions": (
        "containment",
        "actions",
        ("place", "action", "responsible", "introduced_on", "checked", "nok", "disposition"),
    ),
    "d4.five_why": ("root_cause", "five_why", ("path", "why", "because")),
    "d5.actions": ("plan", "actions", ("action", "against", "responsible", "due_on", "expected_effect")),
    "d6.locations": ("implementation", "locations", ("place", "action", "implemented_on", "quantity", "result")),
    "d7.prevention": (
        "rollout",
        "prevention",
        ("document", "number", "revision", "date", "responsible", "change"),
    ),
    "d7.read_across": ("rollout", "read_across", ("to", "status", "reason")),
    "d7.shipments": ("rollout", "shipments", ("number", "shipped_on", "quantity", "defective", "result")),
}
_PLACE = ("implemented_on", "quantity", "result")
_SHIPMENT = ("number", "shipped_on", "quantity", "defective", "result")
_PARTS: Sequence[tuple[str, Mapping[str, str], str, tuple[str, ...]]] = (
    # "section.table", what the row says of itself, group of the case file that is the row, its fields
    ("d3.held", {"place": "own_stock"}, "quarantine.stock", ("done", "quantity", "disposition")),
    ("d3.held", {"place": "wip"}, "quarantine.wip", ("done", "quantity", "disposition")),
    ("d3.held", {"place": "in_transit"}, "quarantine.transit", ("state", "quantity", "conveyance_no")),
    ("d3.work", {"method": "return"}, "goods_return", ("slip_no", "returned_on", "counted", "verdict", "disposition")),
    ("d3.work", {"method": "rework"}, "rework", ("done_on", "quantity", "ok", "nok")),
    ("d3.work", {"method": "sorting"}, "sorting", ("done_on", "quantity", "ok", "nok", "criterion")),
    ("d3.work", {"method": "on_site"}, "on_site", ("visit_on", "quantity", "nok")),
    ("d6.locations", {"place": "customer_stock"}, "implementation.customer_stock", _PLACE),
    ("d6.locations", {"place": "wip"}, "implementation.wip", _PLACE),
    ("d6.locations", {"place": "own_stock"}, "implementation.own_stock", _PLACE),
    ("d7.shipments", {}, "rollout.shipment_1", _SHIPMENT),
    ("d7.shipments", {}, "rollout.shipment_2", _SHIPMENT),
    ("d7.shipments", {}, "rollout.shipment_3", _SHIPMENT),
)
_RELEASED: Mapping[str, str] = {
    # the released text that stands at the head of a section
    "d2": "problem",
    "d3": "containment",
    "d4": "root_cause",
    "d5": "corrective_action",
    "d6": "implementation",
    "d7": "prevention",
    "d8": "answers",
}


def eight_d_report(case: Mapping[str, Any], number: str, language: str, zone: tzinfo = UTC) -> dict[str, Any]:
    """What the template shows: `number`, `language` ('zh-CN', 'en' or 'both'; anything else is 'both'), head, d0 … d8.

    Each section holds the filled fields of its group under their names, `text` (the released words) and its tables as
    lists of rows; moments become dates in `zone`. `earlier` lists the approved plans and the answered issues of earlier
    rounds. What is not filled is absent; what has an unexpected type is left out, so that any case file works.
    """
    released = _group(case, "eight_d")
    report: dict[str, Any] = {
        "number": number,
        "language": language if language in LANGUAGES else "both",
        "received_on": _date(_group(case, "intake").get("received_at"), zone),
        "reservation": released.get("reservation") is not False,
        "photos": [photo for photo in _list(released.get("photos")) if isinstance(photo, str)],
        **_picked(released, ("number", "title", "kind", "released_by"), prefix="report_"),
    }
    for name, fields in _HEADER.items():
        report[name] = _picked(_group(case, name), fields)
    for section, (group, fields) in _SECTIONS.items():
        report[section] = _picked(_group(case, group), fields)
        text = _text(released.get(_RELEASED.get(section, "")))
        if text:
            report[section]["text"] = text
    for place, (group, array, fields) in _TABLES.items():
        section, table = place.split(".")
        rows = [_picked(row, fields) for row in _list(_group(case, group).get(array)) if isinstance(row, Mapping)]
        report[section][table] = [row for row in rows if row]
    for place, said, group, fields in _PARTS:
        section, table = place.split(".")
        row = _picked(_group(case, group), fields)
        report[section].setdefault(table, []).extend([{**said, **row}] if row else [])
    report["earlier"] = {"plans": _earlier_plans(case, zone), "issues": _earlier_issues(case, zone)}
    return report


def shown_fields() -> frozenset[str]:
    """Dotted paths of all case fields that may reach a customer through the report (for documentation and tests)."""
    paths = {f"{group}.{field}" for group, fields in _HEADER.items() for field in fields}
    paths |= {f"{group}.{field}" for group, fields in _SECTIONS.values() for field in fields}
    paths |= {f"{group}.{array}.{field}" for group, array, fields in _TABLES.values() for field in fields}
    paths |= {f"{group}.{field}" for _, _, group, fields in _PARTS for field in fields}
    paths |= {f"eight_d.{field}" for field in (*_RELEASED.values(), "number", "title", "kind", "released_by", "photos")}
    return frozenset(paths | {"intake.received_at"})


def _earlier_plans(case: Mapping[str, Any], zone: tzinfo) -> list[dict[str, Any]]:
    """Approved plans that another one replaced: what was refused inside the house is nobody else's business."""
    return [
        {**_round(row, zone), **_picked(_group(row, "values.implementation"), ("effective",))}
        for row in _list(case.get("plan_rounds"))
        if str(_group(row, "values.approval").get("decision", "")).startswith("approved")
    ]


def _earlier_issues(case: Mapping[str, Any], zone: tzinfo) -> list[dict[str, Any]]:
    """Issues of the 8D that the customer has answered, with the words he sent them back with."""
    answered = [
        (row, _group(row, "values.answer"))
        for row in _list(case.get("eight_d_rounds"))
        if _group(row, "values.answer").get("result")
    ]
    return [{**_round(row, zone), **_picked(answer, ("result", "text"))} for row, answer in answered]


def _round(row: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    return {**_picked(row, ("number",)), "closed_on": _date(row.get("closed_at"), zone)}


def _group(case: Any, path: str) -> Mapping[str, Any]:
    for name in path.split("."):
        case = case.get(name) if isinstance(case, Mapping) else None
    return case if isinstance(case, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _date(value: Any, zone: tzinfo) -> str:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        return ""
    return (moment.astimezone(zone) if moment.tzinfo else moment).date().isoformat()


def _picked(group: Mapping[str, Any], fields: tuple[str, ...], prefix: str = "") -> dict[str, Any]:
    picked = {}
    for field in fields:
        value = group.get(field)
        if isinstance(value, str):
            value = value.strip()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
            picked[f"{prefix}{field}"] = value
    return picked
