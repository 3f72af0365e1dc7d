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
REFERENCE = re.compile(r"case\.schema\.json#(/properties/[a-z_]+)+")


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
        assert set(leaf) == {"$ref"}, path
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
def test_hints_speak_of_fields_of_the_form(key: str) -> None:
    ui = FORMS.ui(key)
    fields = dict(leaves(FORMS.schema(key)))
    assert sorted(ui["order"]) == sorted(fields)
    assert [field for section in ui["sections"] for field in section["fields"]] == ui["order"]
    assert set(ui["widgets"]) <= set(fields)
    for hidden, condition in ui.get("show_when", {}).items():
        assert hidden in fields
        choices = [choice["const"] for choice in fields[condition["field"]]["oneOf"]]
        assert condition["equals"] in choices


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


def test_every_field_of_the_case_is_on_some_form() -> None:
    shown = {path for key in KEYS for path, _ in leaves(FORMS.schema(key))}
    hidden = {path for path, leaf in leaves(FORMS.case_schema()) if path not in shown and not leaf.get("readOnly")}
    assert hidden == {"/intake/channel", "/intake/received_at"}, "the filing itself writes these two"


def test_filing_needs_a_name_and_a_description_only() -> None:
    assert FORMS.errors("file", {"customer": {"name": "甲"}, "problem": {"description": "乙"}}) == []
    missing = {error.field for error in FORMS.errors("file", {})}
    assert missing == {"/customer/name", "/problem/description"}


@pytest.mark.parametrize(
    ("key", "data", "missing"),
    [
        ("confirm", {"classification": {"is_quality": "no"}}, "/classification/reason"),
        ("cause_side", {"cause": {"side": "customer_processing"}}, "/cause/explanation"),
        ("approve_plan", {"approval": {"decision": "approved_with_conditions"}}, "/approval/conditions"),
        ("customer_answer", {"answer": {"result": "conditional"}}, "/answer/text"),
        (
            "emergency",
            {"containment": {"method": "return", "stock_quarantined": "yes", "wip_quarantined": "yes"}},
            "/containment/quantity",
        ),
        (
            "emergency",
            {"containment": {"method": "on_site", "stock_quarantined": "yes", "wip_quarantined": "yes"}},
            "/containment/people",
        ),
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
