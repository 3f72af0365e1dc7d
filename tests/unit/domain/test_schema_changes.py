"""What a new case schema takes away from the old one: written down before the rule that finds it."""

from copy import deepcopy
from typing import Any

import pytest

from server.domain.schema_changes import narrowed

LEVELS = [{"const": "A", "title": "甲\nA"}, {"const": "B", "title": "乙\nB"}]
OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "problem": {
            "type": "object",
            "properties": {
                "title": {"type": "string", "title": "标题\nTitle", "maxLength": 100},
                "quantity": {"type": "integer", "minimum": 0, "maximum": 1000},
                "weight": {"type": "number"},
                "level": {"type": "string", "oneOf": LEVELS},
                "found_on": {"type": "string", "format": "date"},
                "urgent": {"type": "boolean"},
                "photos": {"type": "array", "items": {"type": "string", "format": "attachment"}},
                "parts": {
                    "type": "array",
                    "maxItems": 20,
                    "items": {
                        "type": "object",
                        "properties": {"id": {"type": "string", "readOnly": True}, "name": {"type": "string"}},
                    },
                },
            },
        }
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """OLD with the member at `path` (below `properties` of the problem) set; `...` takes it away."""
    new = deepcopy(OLD)
    here = new["properties"]["problem"]["properties"]
    *steps, last = path.split("/")
    for step in steps:
        here = here[step]
    if value is ...:
        del here[last]
    else:
        here[last] = value
    return new


def test_the_same_schema_takes_nothing_away() -> None:
    assert list(narrowed(OLD, deepcopy(OLD))) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cause", {"type": "string", "maxLength": 3}),
        ("title/title", "新名字\nNew name"),
        ("title/maxLength", 200),
        ("title/maxLength", ...),
        ("quantity/minimum", -5),
        ("quantity/maximum", ...),
        ("quantity/type", "number"),
        ("level/oneOf", [*LEVELS, {"const": "C", "title": "丙\nC"}]),
        ("level/oneOf", [{"const": "B", "title": "二\nTwo"}, {"const": "A", "title": "一\nOne"}]),
        ("level/oneOf", ...),
        ("found_on/format", ...),
        ("parts/maxItems", 40),
        ("parts/items/properties/count", {"type": "integer"}),
    ],
)
def test_what_is_added_or_widened_is_welcome(path: str, value: Any) -> None:
    assert list(narrowed(OLD, changed(path, value))) == []


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        ("title", ..., "/problem/title"),
        ("parts/items/properties/name", ..., "/problem/parts/*/name"),
        ("quantity/type", "string", "/problem/quantity"),
        ("weight/type", "integer", "/problem/weight"),
        ("urgent", {"type": "object", "properties": {}}, "/problem/urgent"),
        ("title/maxLength", 50, "/problem/title"),
        ("title/minLength", 1, "/problem/title"),
        ("weight/minimum", 0, "/problem/weight"),
        ("quantity/maximum", 999, "/problem/quantity"),
        ("quantity/exclusiveMaximum", 500, "/problem/quantity"),
        ("level/oneOf", LEVELS[:1], "/problem/level"),
        ("title/enum", ["x"], "/problem/title"),
        ("title/format", "email", "/problem/title"),
        ("found_on/format", "date-time", "/problem/found_on"),
        ("parts/maxItems", 10, "/problem/parts"),
        ("parts/items/required", ["name"], "/problem/parts/*"),
        ("photos/items/format", ..., "/problem/photos/*"),
    ],
)
def test_what_is_removed_or_narrowed_is_told_at_its_field(path: str, value: Any, pointer: str) -> None:
    found = list(narrowed(OLD, changed(path, value)))
    assert [each.pointer for each in found] == [pointer]
    assert "{" not in found[0].text("en"), "every place of the sentence is filled"
    assert found[0].text("zh-CN") != found[0].text("en")


def test_a_group_that_is_gone_is_told_once() -> None:
    assert [each.pointer for each in narrowed(OLD, {"type": "object", "properties": {}})] == ["/problem"]


def test_choices_that_are_gone_are_named() -> None:
    (told,) = narrowed(OLD, changed("level/oneOf", LEVELS[1:]))
    assert "A" in told.text("en")
