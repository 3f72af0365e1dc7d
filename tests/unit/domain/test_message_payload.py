"""A message brings what a person could have filled in at its place, and nothing else."""

from itertools import count
from typing import Any

import pytest

from server.domain.message_payload import check_payload
from server.domain.rejection import Rejected

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "answer": {
            "type": "object",
            "properties": {
                "result": {"type": "string", "enum": ["accepted", "sent_back"]},
                "text": {"type": "string", "maxLength": 20, "title": "正文\nText"},
                "counted": {"type": "integer", "minimum": 0},
                "steps": {
                    "type": "array",
                    "maxItems": 2,
                    "items": {
                        "type": "object",
                        "properties": {"id": {"type": "string"}, "step": {"type": "string"}},
                        "required": ["id", "step"],
                    },
                },
                "inner": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
                "free": {"type": "object"},
            },
            "required": ["result", "text"],
            "allOf": [{"if": {"properties": {"result": {"const": "sent_back"}}}, "then": {"required": ["counted"]}}],
        },
        "rows": {
            "type": "array",
            "items": {"type": "object", "properties": {"id": {"type": "string"}, "done": {"type": "boolean"}}},
        },
        "reason": {"type": "string"},
    },
}


def check(payload: dict[str, Any], place: str = "answer", case: dict[str, Any] | None = None) -> None:
    ids = count()
    check_payload(SCHEMA, place, case or {}, payload, lambda: f"row{next(ids)}")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"result": "accepted"},
        {"result": "sent_back"},
        {"text": None},
        {"steps": [{"step": "D3"}, {"step": "D5"}]},
        {"inner": {}},
        {"free": {"anything": [1, None]}},
    ],
)
def test_what_fits_passes_and_may_be_incomplete(payload: dict[str, Any]) -> None:
    check(payload)


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"verdict": "accepted"}, "/verdict"),
        ({"verdict": None}, "/verdict"),
        ({"inner": {"nam/e": "x"}}, "/inner/nam~1e"),
        ({"steps": [{"step": "D3"}, {"stop": "D3"}]}, "/steps/1/stop"),
        ({"result": "perhaps"}, "/result"),
        ({"result": 1}, "/result"),
        ({"text": "a" * 21}, "/text"),
        ({"counted": -1}, "/counted"),
        ({"counted": 1.5}, "/counted"),
        ({"inner": "x"}, "/inner"),
        ({"steps": [{}]}, "/steps/0/step"),
        ({"steps": [{"step": "1"}, {"step": "2"}, {"step": "3"}]}, "/steps"),
        ({"steps": "D3"}, "/steps"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(payload: dict[str, Any], field: str) -> None:
    with pytest.raises(Rejected) as refusal:
        check(payload)
    assert (refusal.value.code, refusal.value.field) == ("message.payload", field)


def test_what_stands_there_already_is_not_the_messages_fault() -> None:
    check({"result": "accepted"}, case={"answer": {"text": "a" * 21, "counted": "many"}})


def test_a_payload_where_the_schema_has_no_group_is_refused() -> None:
    for place in ("reason", "nowhere", "answer.nowhere.deep"):
        with pytest.raises(Rejected) as refusal:
            check({"result": "accepted"}, place)
        assert refusal.value.code == "message.payload"


def test_a_row_of_a_loop_is_checked_like_any_other_place() -> None:
    check({"done": True}, "rows.-")
    with pytest.raises(Rejected) as refusal:
        check({"done": "yes"}, "rows.-")
    assert refusal.value.field == "/done"


def test_the_sentence_names_the_field_in_the_readers_language() -> None:
    with pytest.raises(Rejected) as refusal:
        check({"text": 5})
    assert refusal.value.text("en").startswith("Text: ")
    assert refusal.value.to_json("en")["details"][0]["field"] == "/text"
    with pytest.raises(Rejected) as refusal:
        check({"reslt": "accepted"})
    assert "result" in refusal.value.text("en")
