"""Forms that break the promise to pages and scripts are told so before anyone can publish them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.bundle import Bundle, bundled_root
from server.domain.form_rules import problems
from server.domain.forms import FormBook

HEAD = b'key = "demo"\ntitle = "Demo"\nprocess_id = "demo"\nfiling_form = "f"\n'
ROW = {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}, "x": {"type": "string"}}}


def book(schema: Any, ui: Any = None) -> FormBook:
    form = {"schema": schema, "ui": ui or {}}
    files = {
        "forms/case.schema.json": b'{"type": "object", "properties": {}}',
        "forms/f.json": json.dumps(form).encode(),
    }
    return FormBook(Bundle({"application.toml": HEAD, **files}))


def form(fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, **more}


def told(schema: Any, ui: Any = None) -> list[tuple[str, str]]:
    found = problems(book(schema, ui))
    assert all(one.text("zh-CN") for one in found)
    return [(one.pointer, one.text("en")) for one in found]


def test_the_bundled_forms_keep_all_rules() -> None:
    assert problems(FormBook(Bundle.from_folder(bundled_root(), "complaint"))) == []


def test_a_good_form_has_no_problems() -> None:
    fields = {
        "method": {"type": "string", "oneOf": [{"const": "a", "title": "甲\nA"}]},
        "reason": {"type": "string", "maxLength": 10},
        "rows": {"type": "array", "items": ROW},
        "photos": {"type": "array", "items": {"type": "string", "format": "attachment"}},
    }
    condition = {
        "if": {"properties": {"method": {"const": "a"}}, "required": ["method"]},
        "then": {"required": ["reason"]},
    }
    ui = {
        "order": ["/rows/x"],
        "show_when": {"/reason": {"field": "/method", "equals": "a"}},
        "widgets": {"/rows": "table"},
    }
    assert told(form(fields, required=["method"], allOf=[condition]), ui) == []


@pytest.mark.parametrize(
    ("schema", "pointer", "words"),
    [
        (form({"a": {"type": "string", "pattern": "x"}}), "/properties/a", "no keyword pattern"),
        (form({"a": {"type": "string", "maxLenght": 3}}), "/properties/a", "Perhaps maxLength?"),
        (form({"a": {"type": "null"}}), "/properties/a", "type null"),
        (form({"a": {"type": "string", "format": "uri"}}), "/properties/a", "format uri"),
        (form({"a": {"type": "string", "maxLength": -1}}), "/properties/a/maxLength", "no valid JSON Schema"),
        (form({}, required="a"), "/required", "no valid JSON Schema"),
        (form({}, oneOf=5), "/oneOf", "no valid JSON Schema"),
        ({"properties": {}}, "", "needs the type object"),
        ({"type": "object", "required": ["a"]}, "", "in one place"),
        (form({}, required=["a"]), "", "not among the properties"),
        (form({"a": {"type": "string", "readOnly": True}}, required=["a"]), "", "nobody could fill it in"),
        (form({"typename": {"type": "string"}}), "", "cannot be called typename"),
        (form({"a": {"type": "string", "format": "attachment"}}), "/properties/a", "Attachments are always a list"),
        (form({"a": {"type": "array", "items": {"format": "attachment"}}}), "/properties/a", "Attachments are always a list"),
        (form({"a": {"type": "array"}}), "/properties/a", "needs items"),
        (form({"a": {"items": ROW}}), "/properties/a", "needs the type array"),
        (form({"a": {"type": "array", "items": form({"x": {"type": "string"}})}}), "/properties/a", "need an id"),
        (form({"a": {"type": "array", "items": form({**ROW["properties"], "b": {"type": "x"}})}}), "/properties/a/items", "JSON Schema"),
        (form({"a": {"oneOf": [{"type": "string"}]}}), "/properties/a", "only list constants"),
        (form({"a": {"anyOf": [{"const": "a", "maxLength": 3}]}}), "/properties/a", "only list constants"),
        (form({}, allOf=[{"required": []}]), "/allOf/0", "only hold if"),
        (form({}, allOf=[{"if": {}, "then": {"required": ["z"]}}]), "/allOf/0/then", "not among the properties"),
        (form({}, allOf=[{"if": {}, "else": {"properties": {"z": {}}}}]), "/allOf/0/else", "new field z"),
    ],
)  # fmt: skip
def test_each_rule_is_told_where_it_is_broken(schema: Any, pointer: str, words: str) -> None:
    found = [text for at, text in told(schema) if at.startswith(pointer)]
    assert any(words in text for text in found), told(schema)


@pytest.mark.parametrize(
    "ui",
    [
        {"order": ["/b"]},
        {"sections": [{"fields": ["/a/b"]}]},
        {"show_when": {"/a": {"field": "/b"}}},
        {"show_when": {"/b": {"field": "/a"}}},
        {"widgets": {"a": "textarea"}},
        {"order": [7]},
    ],
)
def test_hints_speak_of_fields_of_the_form(ui: Any) -> None:
    ((pointer, text),) = told(form({"a": {"type": "string"}}), ui)
    assert pointer == "/ui"
    assert "does not have" in text


def test_a_form_that_cannot_be_resolved_is_one_problem() -> None:
    ((_, text),) = told({"$ref": "#/schema"})
    assert "Break the circle" in text
    assert [one.file for one in problems(book({"$ref": "x.json"}))] == ["forms/f.json"]


names = st.sampled_from(
    ["type", "properties", "required", "items", "allOf", "if", "then", "oneOf", "format", "$ref", "a"]
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=10,
)


@given(junk, junk)
def test_no_form_however_odd_breaks_the_check(schema: Any, ui: Any) -> None:
    assert isinstance(problems(book(schema, ui)), list)
