"""What of a case file reaches the customer in the 8D report, field by field."""

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.eight_d import eight_d_report, shown_fields

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "forms/complaint/case.schema.json").read_text("utf-8"))
INTERNAL = {
    "customer.phone", "customer.email", "problem.our_description", "problem.losses", "meeting.minutes", "cause.explanation",
    "cause.responsible", "containment.cost", "plan.cost", "plan.summary", "plan.actions.risk", "plan.alternatives",
    "approval.opinion", "approval.conditions", "root_cause.candidates.cause", "rollout.lessons", "archive.cost",
    "archive.summary", "archive.opinions", "release.review_remark", "release.remark", "release.gm_opinion",
    "goods_return.opinion", "goods_return.analysis", "quarantine.stock.place", "rework.people", "on_site.findings",
    "implementation.wip.remark", "rollout.shipment_1.remark", "closing.opinions", "closing.compensation",
    "reevaluation.finding", "exhausted.remark", "validity.explanation", "plan_rounds.reason", "eight_d_rounds.reason",
    "participants.ranks", "assignment.person", "grading.cost", "grading.level", "classification.reason", "team.members.phone",
}  # fmt: skip


def marked(schema: dict[str, Any], path: str = "") -> Any:
    """A value for every field of the schema that says where it comes from."""
    if schema["type"] == "object":
        return {
            name: marked(field, f"{path}.{name}" if path else name)
            for name, field in schema.get("properties", {}).items()
        }
    return [marked(schema["items"], path)] if schema["type"] == "array" else f"<{path}>"


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def test_exactly_the_released_fields_are_shown() -> None:
    case = marked(SCHEMA)
    report = eight_d_report(case, "KS-1", "both")
    shown = {text.strip("<>") for text in texts(report) if text.startswith("<")}
    # A moment becomes a date and a marker is none.
    assert shown == shown_fields() - {"intake.received_at"}
    assert not shown & INTERNAL
    fields = {text.strip("<>") for text in texts(case)}
    assert fields >= INTERNAL
    assert fields >= shown_fields()


def test_the_day_of_receipt_is_the_sites_day() -> None:
    case = {"intake": {"received_at": "2026-03-02T23:30:00Z"}}
    assert eight_d_report(case, "KS-1", "en", UTC)["received_on"] == "2026-03-02"
    assert eight_d_report(case, "KS-1", "en", ZoneInfo("Asia/Shanghai"))["received_on"] == "2026-03-03"
    assert eight_d_report({"intake": {"received_at": "soon"}}, "KS-1", "en")["received_on"] == ""


def test_what_is_not_filled_is_absent() -> None:
    report = eight_d_report(
        {"product": {"batch": "  ", "name": None, "quantity_defective": 0}, "team": {"members": [{}, {"name": "A"}]}},
        "KS-1",
        "en",
    )
    assert report["product"] == {"quantity_defective": 0}
    assert report["d1"] == {"members": [{"name": "A"}]}


def test_what_was_done_at_each_place_becomes_a_row() -> None:
    case = {
        "quarantine": {"stock": {"done": "yes", "quantity": 120}, "wip": {}, "transit": {"state": "none"}},
        "sorting": {"quantity": 4000, "ok": 3874, "nok": 126, "people": "two of ours"},
        "implementation": {
            "locations": [{"id": "1", "place": "supplier", "result": "ok"}],
            "wip": {"result": "ok", "remark": "ours"},
        },
        "rollout": {"shipment_1": {"number": "DN-1", "result": "good"}, "shipment_3": {"result": "none_planned"}},
    }
    report = eight_d_report(case, "KS-1", "en")
    assert report["d3"]["held"] == [
        {"place": "own_stock", "done": "yes", "quantity": 120},
        {"place": "in_transit", "state": "none"},
    ]
    assert report["d3"]["work"] == [{"method": "sorting", "quantity": 4000, "ok": 3874, "nok": 126}]
    assert report["d6"]["locations"] == [{"place": "supplier", "result": "ok"}, {"place": "wip", "result": "ok"}]
    assert report["d7"]["shipments"] == [{"number": "DN-1", "result": "good"}, {"result": "none_planned"}]


def test_earlier_rounds_tell_what_the_customer_knows_and_no_more() -> None:
    refused = {"approval": {"decision": "refused", "opinion": "too dear"}}
    failed = {
        "approval": {"decision": "approved"},
        "implementation": {"effective": "no", "validation_result": "3 of 125"},
    }
    bounced = {"release": {"review": "back", "review_remark": "our reviewer"}}
    sent_back = {"answer": {"result": "sent_back", "text": "no proof in D4", "answered_by": "Ms Petersen"}}
    at = {"closed_at": "2026-03-02T23:30:00Z"}
    case = {
        "plan_rounds": [{"number": 1, "values": refused, **at}, {"number": 2, "values": failed, **at}],
        "eight_d_rounds": [
            {"number": 1, "reason": "our reviewer", "values": bounced, **at},
            {"number": 2, "reason": "no proof in D4", "values": sent_back, **at},
        ],
    }
    assert eight_d_report(case, "KS-1", "en", ZoneInfo("Asia/Shanghai"))["earlier"] == {
        "plans": [{"number": 2, "closed_on": "2026-03-03", "effective": "no"}],
        "issues": [{"number": 2, "closed_on": "2026-03-03", "result": "sent_back", "text": "no proof in D4"}],
    }
    assert eight_d_report({"plan_rounds": [{}, 3], "eight_d_rounds": "x"}, "KS-1", "en")["earlier"] == {
        "plans": [],
        "issues": [],
    }


def test_the_reservation_stands_unless_it_is_taken_out() -> None:
    assert eight_d_report({}, "KS-1", "en")["reservation"]
    assert eight_d_report({"eight_d": {"reservation": True}}, "KS-1", "en")["reservation"]
    assert not eight_d_report({"eight_d": {"reservation": False}}, "KS-1", "en")["reservation"]


@pytest.mark.parametrize(("wanted", "language"), [("zh-CN", "zh-CN"), ("en", "en"), ("both", "both"), ("fr", "both")])
def test_languages(wanted: str, language: str) -> None:
    assert eight_d_report({}, "KS-1", wanted)["language"] == language


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["name", "place", "action", "why", "id"]), JSON, max_size=4), max_size=3
)
GROUP = st.dictionaries(
    st.sampled_from(
        ["members", "actions", "five_why", "photos", "description", "text", "prevention", "leader", "stock", "values"]
    ),
    JSON | ROWS,
)


@given(st.dictionaries(st.sampled_from(sorted(SCHEMA["properties"])), GROUP | JSON))
def test_any_case_file_gives_a_report_of_strings_and_numbers(case: dict[str, Any]) -> None:
    report = eight_d_report(case, "KS-1", "both")
    json.dumps(report)
    for section in ("customer", "product", "d0", "d8"):
        assert all(isinstance(value, str | int | float) for value in report[section].values())
