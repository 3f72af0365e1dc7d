"""A widget on a field it does not fit is told before anyone can publish the form."""

from typing import Any

import pytest

from server.domain.form_widgets import choice_column, text_columns
from tests.unit.domain.test_form_rules import form, told

TEXT = {"type": "string", "maxLength": 100}
CHOICE = {
    "type": "string",
    "oneOf": [{"const": "man", "title": "人\nPeople"}, {"const": "machine", "title": "机\nMachine"}],
}


def rows(**cells: Any) -> dict[str, Any]:
    own = {"id": {"type": "string", "readOnly": True}}
    return {"type": "array", "items": {"type": "object", "properties": own | cells}}


FIELDS = {
    "name": TEXT,
    "born": {"type": "string", "format": "date"},
    "amount": {"type": "number"},
    "side": CHOICE,
    "photos": {"type": "array", "items": {"type": "string", "format": "attachment"}},
    "causes": rows(category=CHOICE, cause=TEXT),
    "whys": rows(why=TEXT, because=TEXT),
    "compare": rows(aspect=CHOICE, yes=TEXT, no=TEXT),
    "numbers": rows(amount={"type": "integer"}),
}


@pytest.mark.parametrize(
    ("pointer", "widget"),
    [
        ("/name", "person"), ("/name", "customer"), ("/name", "part"), ("/name", "complaint"), ("/name", "textarea"),
        ("/causes", "fishbone"), ("/causes", "table"), ("/whys", "why_chain"), ("/causes", "why_chain"),
        ("/compare", "is_is_not"), ("/photos", "photos"), ("/photos", "files"),
    ],
)  # fmt: skip
def test_a_widget_on_its_kind_of_field_is_no_problem(pointer: str, widget: str) -> None:
    assert told(form(FIELDS), {"widgets": {pointer: widget}}) == []


@pytest.mark.parametrize(
    ("pointer", "widget", "word"),
    [
        ("/name", "fishbone", "list of rows"),
        ("/numbers", "fishbone", "its bones"),
        ("/whys", "fishbone", "its bones"),
        ("/numbers", "why_chain", "answers"),
        ("/causes", "is_is_not", "aspects"),
        ("/photos", "why_chain", "list of rows"),
        ("/born", "person", "text field"),
        ("/side", "customer", "text field"),
        ("/amount", "part", "text field"),
        ("/causes", "person", "text field"),
        ("/name", "photos", "attachments"),
        ("/name", "fishbones", "Perhaps fishbone?"),
        ("/name", 7, "no widget 7"),
    ],
)
def test_a_widget_on_another_kind_of_field_is_refused(pointer: str, widget: Any, word: str) -> None:
    ((at, sentence),) = told(form(FIELDS), {"widgets": {pointer: widget}})
    assert at == "/ui/widgets"
    assert word in sentence
    assert pointer in sentence


def test_a_column_may_be_a_picker_too() -> None:
    assert told(form(FIELDS), {"cells": {"/causes": {"cause": "person"}}}) == []
    ((at, sentence),) = told(form(FIELDS), {"cells": {"/causes": {"category": "person"}}})
    assert at == "/ui/widgets"
    assert "/causes/*/category" in sentence
    ((_, sentence),) = told(form(FIELDS), {"cells": {"/causes": {"who": "person"}}})
    assert "/causes/who" in sentence
    ((_, sentence),) = told(form(FIELDS), {"cells": {"/gone": {}}})
    assert "/gone" in sentence


def test_the_head_of_a_drawing_is_a_text_of_the_form() -> None:
    drawn = {"widgets": {"/causes": "fishbone", "/whys": "why_chain"}}
    assert told(form(FIELDS), {**drawn, "head": {"/causes": "/name", "/whys": "/name"}}) == []
    ((_, sentence),) = told(form(FIELDS), {**drawn, "head": {"/causes": "/amount"}})
    assert "text field" in sentence
    ((_, sentence),) = told(form(FIELDS), {"head": {"/causes": "/name"}})
    assert "not drawn" in sentence


def test_a_widget_of_a_field_that_is_not_there_is_told_once() -> None:
    found = told(form(FIELDS), {"widgets": {"/nowhere": "fishbone"}, "head": {"/gone": "/name"}})
    assert [sentence for _, sentence in found if "/nowhere" in sentence] == [
        "The form's ui speaks of /nowhere, which the form does not have."
    ]


def test_columns_are_found_by_what_they_are() -> None:
    assert choice_column(FIELDS["causes"]) == "category"
    assert choice_column(FIELDS["whys"]) is None
    assert text_columns(FIELDS["compare"]) == ["yes", "no"]
