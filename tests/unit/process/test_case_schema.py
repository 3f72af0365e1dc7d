"""The case schema holds every field once, within the rules that scripts may rely on."""

import re
from typing import Any

from server.domain.forms import KEYWORDS
from tests.unit.process.bundled import BUNDLE, FORMS, subschemas

CHINESE = re.compile(r"[一-鿿]")
FIELDS = {path: schema for path, schema in subschemas(FORMS.case_schema()) if path}
ATTACHMENTS = {"type": "array", "items": {"type": "string", "format": "attachment"}}
TOP = [
    "intake", "customer", "product", "problem", "request", "classification", "cause",
    "grading", "team", "meeting", "containment", "root_cause", "plan", "approval",
    "eight_d", "answer", "implementation", "rollout", "archive", "acknowledgement", "service", "costs",
    "immediate", "validity", "participants", "approvals", "assignment", "quarantine", "goods_return", "rework", "sorting",
    "on_site", "release", "closing", "reevaluation", "exhausted", "referral", "withdrawal", "duplicate", "successor",
    "closing_mail", "rounds", "containment_rounds", "plan_rounds", "eight_d_rounds", "rollout_rounds", "closing_rounds",
]  # fmt: skip


def unlabelled(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in ("title", "description", "readOnly")}


def test_the_top_level_is_the_agreed_one() -> None:
    assert sorted(FORMS.case_schema()["properties"]) == sorted(TOP)


def test_only_promised_keywords() -> None:
    for path, schema in FIELDS.items():
        assert set(schema) <= KEYWORDS, path
        assert "anyOf" not in schema, path


def test_every_field_is_titled_in_both_languages() -> None:
    for path, schema in FIELDS.items():
        if path.endswith("/*") or "repeat_numbers" in path:
            continue
        for text in (schema["title"], schema.get("description", "中\nx")):
            lines = text.split("\n")
            assert len(lines) == 2, text
            assert all(lines), text
            assert not CHINESE.search(lines[1]), text


def test_chinese_texts_have_chinese_punctuation() -> None:
    for path, schema in FIELDS.items():
        titles = [choice["title"] for choice in schema.get("oneOf", ())]
        for text in (schema.get("title", ""), schema.get("description", ""), *titles):
            assert not re.search(r"[一-鿿”][,;:?!(]|[,;:?!)][一-鿿“]", text.split("\n")[0]), path


def test_choices_have_bilingual_labels_and_ids_without_chinese() -> None:
    for path, schema in FIELDS.items():
        for choice in schema.get("oneOf", ()):
            assert set(choice) == {"const", "title"}, path
            assert re.fullmatch(r"[a-z][a-z0-9_]*|zh-CN|D[1-8]|G[1-3]", choice["const"])
            assert len(choice["title"].split("\n")) == 2
            assert not CHINESE.search(choice["title"].split("\n")[1])
        assert "enum" not in schema


def test_every_value_is_bounded() -> None:
    for path, schema in FIELDS.items():
        kind = schema["type"]
        if kind in ("integer", "number"):
            assert schema["minimum"] <= schema["maximum"], path
        if kind == "string" and "oneOf" not in schema and schema.get("format") in (None, "email"):
            assert schema["maxLength"] <= 8000, path
        if kind == "array" and schema["items"].get("format") != "attachment":
            assert 1 <= schema["maxItems"] <= 1000, path


def test_attachments_look_as_promised() -> None:
    for path, schema in FIELDS.items():
        if schema.get("items", {}).get("format") == "attachment":
            assert unlabelled(schema) == ATTACHMENTS, path


def test_rows_have_an_id_given_by_the_server() -> None:
    for path, schema in FIELDS.items():
        items = schema.get("items", {})
        if items.get("type") == "object":
            assert items["properties"]["id"]["readOnly"] is True, path
            assert "id" not in items.get("required", ())


def test_register_columns_point_to_fields() -> None:
    for column in BUNDLE.application.columns.values():
        assert column.pointer in FIELDS
        assert len(column.title.split("\n")) == 2


def test_the_application_is_titled_in_both_languages() -> None:
    application = BUNDLE.application
    parts = [part.title for part in (*application.groups.values(), *application.loops.values())]
    for text in (application.title, application.description, *parts):
        assert len(text.split("\n")) == 2
