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
    "archive.summary", "archive.opinions", "grading.cost", "grading.level", "classification.reason", "team.members.phone",
}  # fmt: skip


def marked(schema: dict[str, Any], path: str = "") -> Any:
    """A value for every field of the schema that says where it comes from."""
    if schema["type"] == "object":
        return {name: marked(field, f"{path}.{name}" if path else name) for name, field in schema["properties"].items()}
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
    st.sampled_from(["members", "actions", "five_why", "photos", "description", "text", "prevention", "leader"]),
    JSON | ROWS,
)


@given(st.dictionaries(st.sampled_from(sorted(SCHEMA["properties"])), GROUP | JSON))
def test_any_case_file_gives_a_report_of_strings_and_numbers(case: dict[str, Any]) -> None:
    report = eight_d_report(case, "KS-1", "both")
    json.dumps(report)
    for section in ("customer", "product", "d0", "d8"):
        assert all(isinstance(value, str | int | float) for value in report[section].values())
