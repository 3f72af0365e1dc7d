"""Forms as views on one case schema, and their errors in human words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.bundle import Bundle
from server.domain.form_formats import is_date, is_date_time, is_email
from server.domain.forms import FormBook, errors
from server.domain.rejection import Rejected

HEAD = 'key = "demo"\ntitle = "演示\\nDemo"\nprocess_id = "demo"\nfiling_form = "receive"\n'

CASE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"name": {"type": "string", "title": "名称\nName", "minLength": 1, "maxLength": 5}},
    "properties": {
        "customer": {
            "type": "object",
            "title": "客户\nCustomer",
            "properties": {"name": {"$ref": "#/$defs/name"}, "email": {"type": "string", "format": "email"}},
            "required": ["name"],
        },
        "method": {
            "title": "方式\nMethod",
            "oneOf": [{"const": "return", "title": "退货\nReturn"}, {"const": "sort", "title": "挑选\nSorting"}],
        },
        "reason": {"type": "string", "title": "原因\nReason"},
        "photos": {"type": "array", "title": "照片\nPhotos", "items": {"type": "string", "format": "attachment"}},
        "title": {"type": "string", "description": "[zh-CN]\n一句话\n[en]\nOne sentence"},
    },
}
FORM = {
    "schema": {
        "type": "object",
        "properties": {
            "customer": {"$ref": "case.schema.json#/properties/customer"},
            "method": {"$ref": "case.schema.json#/properties/method", "readOnly": True},
            "reason": {"$ref": "case.schema.json#/properties/reason"},
            "photos": {"$ref": "case.schema.json#/properties/photos"},
            "title": {"$ref": "case.schema.json#/properties/title"},
        },
        "required": ["customer"],
        "allOf": [
            {
                "if": {"properties": {"method": {"const": "return"}}, "required": ["method"]},
                "then": {"required": ["reason"], "properties": {"reason": {"minLength": 3}}},
            }
        ],
    },
    "ui": {"order": ["customer"], "groups": [{"title": "一\nOne", "fields": ["title"]}]},
}


def book(**files: Any) -> FormBook:
    forms = {"case.schema.json": CASE, "receive.json": FORM, **files}
    packed = {f"forms/{name}": json.dumps(value).encode() for name, value in forms.items()}
    return FormBook(Bundle({"application.toml": HEAD.encode(), **packed}))


def found(data: Any, language: str = "en") -> list[tuple[str, str, str]]:
    return [(one.field, one.code, one.message) for one in book().errors("receive", data, language)]


def test_a_form_is_resolved_without_references_and_keeps_both_languages() -> None:
    schema = book().schema("receive")
    text = json.dumps(schema, ensure_ascii=False)
    assert not any(word in text for word in ("$ref", "$defs", "$schema"))
    assert schema["properties"]["customer"]["properties"]["name"]["title"] == "名称\nName"
    assert schema["properties"]["method"]["readOnly"] is True
    assert "readOnly" not in book().case_schema()["properties"]["method"]


def test_texts_are_picked_and_a_field_called_title_stays_a_field() -> None:
    forms = book()
    schema = forms.schema("receive", "en")
    assert schema["properties"]["customer"]["title"] == "Customer"
    assert [one["title"] for one in forms.schema("receive", "zh-CN")["properties"]["method"]["oneOf"]] == [
        "退货",
        "挑选",
    ]
    assert schema["properties"]["title"] == {"type": "string", "description": "One sentence"}
    assert forms.ui("receive", "en")["groups"] == [{"title": "One", "fields": ["title"]}]
    assert forms.ui("receive")["groups"][0]["title"] == "一\nOne"
    assert forms.schema("receive", "en") is schema


def test_keys_are_the_forms_and_nothing_else() -> None:
    forms = book(**{"documents/x.json": {}, "other.json": FORM})
    assert forms.keys() == ("other", "receive")
    assert "receive" in forms
    assert "case" not in forms
    with pytest.raises(Rejected, match="no form nothing"):
        forms.schema("nothing")


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "case.schema.json#/properties/nothing"},
        {"$ref": "missing.json#/x"},
        {"$ref": "https://example.com/x.json"},
        {"$ref": 7},
        {"$ref": "bad.json#/schema"},
        {"type": "object", "properties": []},
        {"properties": {"a": True}},
        "x",
        None,
    ],
)
def test_a_broken_form_is_refused_with_its_file(schema: Any) -> None:
    with pytest.raises(Rejected) as caught:
        book(**{"bad.json": {"schema": schema}}).schema("bad")
    assert (caught.value.code, caught.value.field) == ("bundle.form", "forms/bad.json")


def test_the_view_shows_only_the_forms_fields() -> None:
    case = {"customer": {"name": "A", "secret": 1}, "reason": "x", "cause": {"side": "ours"}}
    assert book().view_data("receive", case) == {"customer": {"name": "A"}, "reason": "x"}


def test_a_missing_group_is_reported_at_the_fields_required_in_it() -> None:
    assert found({}) == [("/customer/name", "required", "Name: this field is required.")]
    assert found({}, "zh-CN") == [("/customer/name", "required", "名称：此项必填。")]


def test_an_empty_text_where_one_is_needed_counts_as_missing() -> None:
    assert found({"customer": {"name": ""}})[0][:2] == ("/customer/name", "required")


def test_conditions_point_at_the_field_they_are_about() -> None:
    data = {"customer": {"name": "A"}, "method": "return"}
    assert found(data) == [("/reason", "required", "Reason: this field is required.")]
    assert found({**data, "reason": "no"}) == [("/reason", "too_short", "Reason: at least 3 characters.")]
    assert found({**data, "method": "sort"}) == []


@pytest.mark.parametrize(
    ("schema", "value", "code"),
    [
        ({"type": "string"}, 1, "type"),
        ({"type": "number"}, True, "type"),
        ({"type": "integer"}, 1.5, "type"),
        ({"type": "boolean"}, "yes", "type"),
        ({"type": "array"}, {}, "type"),
        ({"type": "object"}, [], "type"),
        ({"type": ["string", "null"]}, 1, "type"),
        ({"enum": ["a"]}, "b", "choice"),
        ({"const": "a"}, "b", "choice"),
        ({"oneOf": [{"const": "a"}]}, "b", "choice"),
        ({"anyOf": [{"const": "a"}]}, "b", "choice"),
        ({"minLength": 2}, "a", "too_short"),
        ({"maxLength": 1}, "品质", "too_long"),
        ({"minimum": 1}, 0, "too_small"),
        ({"exclusiveMinimum": 1}, 1, "too_small"),
        ({"maximum": 1}, 2, "too_large"),
        ({"exclusiveMaximum": 1}, 1, "too_large"),
        ({"minItems": 1}, [], "too_few"),
        ({"maxItems": 0}, [1], "too_many"),
        ({"format": "date"}, "2026-02-30", "format"),
        ({"format": "attachment"}, "../x", "format"),
    ],
)
def test_every_keyword_has_a_sentence_in_both_languages(schema: dict[str, Any], value: Any, code: str) -> None:
    whole = {"properties": {"field": {"title": "字段\nField", **schema}}}
    (error,) = errors(whole, {"field": value})
    assert (error.field, error.code) == ("/field", code)
    assert error.text("en").startswith("Field: ")
    assert error.text("zh-CN").startswith("字段：")
    assert error.text("zh-CN").endswith(("。", "）。"))


@given(st.dates().map(str) | st.sampled_from(["0000-02-29", "9999-12-31"]))
def test_every_date_is_one(text: str) -> None:
    assert is_date(text)


@given(st.datetimes(timezones=st.timezones()), st.sampled_from("Tt "))
def test_every_moment_is_one(at: datetime, separator: str) -> None:
    utc = at.replace(tzinfo=UTC)
    assert is_date_time(utc.isoformat(separator))
    assert is_date_time(utc.isoformat("T").replace("+00:00", "Z"))


@pytest.mark.parametrize(
    "text",
    ["", "2026-1-1", "20260101", "2026-W01-1", "2026-02-29", "٢٠٢٦-01-01", "2026-01-01\n", "2026-01-01T00:00:00Z"],
)
def test_what_is_no_date(text: str) -> None:
    assert not is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00Z",
        "x",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert not is_date_time(text)


@given(st.emails())
def test_every_ordinary_mail_address_is_one(address: str) -> None:
    assert is_email(address)


@pytest.mark.parametrize("text", ["王@例子.公司", "a@localhost", "o'neil+x@example.com", "a@[192.0.2.1]"])
def test_unusual_mail_addresses_pass(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        "a@b\r\nBcc: x@y",
        "a@b\n",
        "a@b,c@d",
        "<a@b>",
        '"a"@b',
        "a\0@b",
        "a@" + "b" * 400,
    ],
)
def test_what_is_no_mail_address(text: str) -> None:
    assert not is_email(text)
