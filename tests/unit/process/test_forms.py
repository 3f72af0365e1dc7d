"""Each form is a short view on the case schema that a script knowing only the rules can fill."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from server.domain.forms import KEYWORDS
from tests.unit.process.bundled import BUNDLE, FORMS, subschemas

KEYS = FORMS.keys()
each_form = pytest.mark.parametrize("key", KEYS)
REFERENCE = re.compile(r"case\.schema\.json#(/properties/[a-z0-9_]+)+")


# What no form asks for: written by the filing, brought by messages from outside, left from earlier versions.
FILED = {"/intake/channel", "/intake/received_at"}
BROUGHT_BY_MESSAGES = {
    *("/answer/name", "/closing/name", "/closing/text"),
    *("/withdrawal/reason", "/withdrawal/name", "/withdrawal/at", "/duplicate/of", "/duplicate/reason"),
}
OF_EARLIER_VERSIONS = {
    *("/containment/stock_quarantined", "/containment/wip_quarantined", "/containment/in_transit"),
    *("/containment/people", "/containment/visit_on"),
    *("/implementation/locations", "/implementation/trained", "/implementation/trained_on"),
    *("/rollout/shipments", "/archive/satisfied", "/archive/opinions", "/eight_d/released_by"),
}
LONG = {"file": 16, "receive": 12, "record": 23, "meeting": 13}
PARALLEL = [
    *(
        ["quarantine_stock", "quarantine_wip", "quarantine_transit", *at_the_customer]
        for at_the_customer in (["return_goods"], ["inspect_return"], ["rework"], ["sorting"], ["on_site"])
    ),
    ["implement_customer", "implement_wip", "implement_stock", "update_standard", "train"],
]


def raw(key: str) -> Any:
    return json.loads(BUNDLE[f"forms/{key}.json"])


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


def leaves(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in schema.get("properties", {}).items():
        if inner.get("type") == "object":
            yield from leaves(inner, f"{path}/{name}")
        else:
            yield f"{path}/{name}", inner


@each_form
def test_every_leaf_is_a_reference_into_the_case_schema(key: str) -> None:
    for path, leaf in leaves(raw(key)["schema"]):
        assert set(leaf) <= {"$ref", "readOnly"}, path
        assert REFERENCE.fullmatch(leaf["$ref"])
        assert leaf["$ref"] == "case.schema.json#" + path.replace("/", "/properties/")


@each_form
def test_only_promised_keywords(key: str) -> None:
    for path, schema in subschemas(FORMS.schema(key)):
        assert set(schema) <= KEYWORDS, path
        assert set(schema.get("required", ())) <= set(schema.get("properties", ()))
        for condition in schema.get("allOf", ()):
            assert set(condition) <= {"if", "then", "else"}
            assert set(condition["if"]["properties"]) <= set(schema["properties"])
            assert set(condition["then"]) == {"required"}
            assert set(condition["then"]["required"]) <= set(schema["properties"])


@each_form
def test_titles_in_both_languages(key: str) -> None:
    for language, chinese in (("zh-CN", True), ("en", False)):
        title = FORMS.schema(key, language)["title"]
        assert "\n" not in title
        assert bool(re.search(r"[一-鿿]", title)) is chinese
        for section in FORMS.ui(key, language)["sections"]:
            assert bool(re.search(r"[一-鿿]", section["title"])) is chinese


@each_form
def test_no_two_fields_of_a_form_bear_the_same_title(key: str) -> None:
    for language in ("zh-CN", "en"):
        titles = [leaf["title"] for _, leaf in leaves(FORMS.schema(key, language))]
        assert len(titles) == len(set(titles)), [title for title in titles if titles.count(title) > 1]


@each_form
def test_what_matters_first_fits_a_phone(key: str) -> None:
    """What is not folded away and can be filled: few fields; the record of a complaint is the one long form."""
    ui, fields = FORMS.ui(key), dict(leaves(FORMS.schema(key)))
    shown = [field for section in ui["sections"] if not section.get("collapsed") for field in section["fields"]]
    asked = [field for field in shown if not fields[field].get("readOnly") and field not in ui.get("show_when", {})]
    assert len(asked) <= LONG.get(key, 12), asked
    required = {path for path, _ in _required(FORMS.schema(key))}
    assert required <= set(shown), "what is demanded may not be folded away"


@each_form
def test_hints_speak_of_fields_of_the_form(key: str) -> None:
    ui = FORMS.ui(key)
    fields = dict(leaves(FORMS.schema(key)))
    assert sorted(ui["order"]) == sorted(fields)
    assert [field for section in ui["sections"] for field in section["fields"]] == ui["order"]
    assert set(ui["widgets"]) <= set(fields)
    for hidden, condition in ui.get("show_when", {}).items():
        assert hidden in fields
        choices = {choice["const"] for choice in fields[condition["field"]]["oneOf"]}
        assert set(condition) in ({"field", "equals"}, {"field", "in"})
        assert set(condition.get("in", [condition.get("equals")])) < choices


@each_form
def test_little_is_required_and_never_a_file(key: str) -> None:
    schema = FORMS.schema(key)
    required = [name for name, _ in _required(schema)]
    assert 1 <= len(required) <= 3, required
    assert not any(leaf.get("items", {}).get("format") == "attachment" for _, leaf in _required(schema))
    assert FORMS.errors(key, {}) != []


@each_form
def test_what_is_required_may_be_seen(key: str) -> None:
    """A field shown only in some case may be required in that case alone."""
    for hidden in FORMS.ui(key).get("show_when", {}):
        assert hidden not in dict(_required(FORMS.schema(key)))


def test_every_field_of_the_case_can_be_filled_on_some_form() -> None:
    asked = {path for key in KEYS for path, leaf in leaves(FORMS.schema(key)) if not leaf.get("readOnly")}
    hidden = {path for path, leaf in leaves(FORMS.case_schema()) if path not in asked and not leaf.get("readOnly")}
    assert hidden == FILED | BROUGHT_BY_MESSAGES | OF_EARLIER_VERSIONS


def test_what_a_form_only_shows_is_asked_by_another() -> None:
    asked = {path for key in KEYS for path, leaf in leaves(FORMS.schema(key)) if not leaf.get("readOnly")}
    computed = {path for path, leaf in leaves(FORMS.case_schema()) if leaf.get("readOnly")}
    shown = {path for key in KEYS for path, _ in leaves(FORMS.schema(key))}
    assert shown <= asked | computed


def test_two_people_in_parallel_branches_are_never_asked_for_the_same_field() -> None:
    for branches in PARALLEL:
        asked = [path for key in branches for path, leaf in leaves(FORMS.schema(key)) if not leaf.get("readOnly")]
        assert len(asked) == len(set(asked)), branches


def test_filing_needs_a_name_and_a_description_only() -> None:
    assert FORMS.errors("file", {"customer": {"name": "甲"}, "problem": {"description": "乙"}}) == []
    missing = {error.field for error in FORMS.errors("file", {})}
    assert missing == {"/customer/name", "/problem/description"}


@pytest.mark.parametrize(
    ("key", "data", "missing"),
    [
        ("confirm", {"classification": {"is_quality": "no", "validity": "valid"}}, "/classification/reason"),
        ("cause_side", {"cause": {"side": "customer_processing"}}, "/cause/explanation"),
        ("emergency", {"containment": {"method": "return"}}, "/containment/quantity"),
        ("approve_return", {"goods_return": {"approved": "no"}}, "/goods_return/opinion"),
        (
            "inspect_return",
            {"goods_return": {"verdict": "confirmed", "refund_released": "yes"}},
            "/goods_return/slip_no",
        ),
        ("confirm_containment", {"containment": {"areas_informed": "no"}}, "/containment/not_informed_reason"),
        ("verify_plan", {"plan": {"verified_by": "trial", "feasible": "no"}}, "/plan/verification"),
        ("approve_plan", {"approval": {"decision": "approved_with_conditions"}}, "/approval/conditions"),
        ("approve_plan", {"approval": {"decision": "refused"}}, "/approval/opinion"),
        ("review_eight_d", {"release": {"review": "back"}}, "/release/review_remark"),
        ("release_eight_d", {"release": {"decision": "back"}}, "/release/remark"),
        ("sign_eight_d", {"release": {"gm_decision": "back"}}, "/release/gm_opinion"),
        ("customer_answer", {"answer": {"result": "conditional"}}, "/answer/text"),
        ("customer_answer", {"answer": {"result": "sent_back", "text": "D4"}}, "/answer/back_to"),
        ("customer_answer", {"answer": {"result": "sent_back", "back_to": "text"}}, "/answer/text"),
        ("validate", {"implementation": {"effective": "no"}}, "/implementation/validation_result"),
        ("shipment_2", {"rollout": {"shipment_2": {"result": "bad"}}}, "/rollout/shipment_2/remark"),
    ],
)
def test_some_answers_ask_for_more(key: str, data: dict[str, Any], missing: str) -> None:
    assert [error.field for error in FORMS.errors(key, data)] == [missing]


def _required(schema: dict[str, Any], path: str = "") -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name in schema.get("required", ()):
        inner = schema["properties"][name]
        found += _required(inner, f"{path}/{name}") if inner.get("type") == "object" else [(f"{path}/{name}", inner)]
    return found
