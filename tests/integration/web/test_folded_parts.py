"""Parts of a form that are folded away: what few people fill, never what somebody has to look at."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from lxml import html

from server.app import create_app
from server.casework.context import Context
from server.web.forms import CaseForm

pytestmark = pytest.mark.one_database("looks at the HTML of forms")

TEXT = {"type": "string", "title": "Text", "maxLength": 50}
ROWS = {
    "type": "array",
    "title": "Rows",
    "items": {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}, "note": TEXT}},
}
SCHEMA = {
    "type": "object",
    "properties": {"first": TEXT, "rare": TEXT, "must": TEXT, "rows": ROWS},
    "required": ["must"],
}
UI = {
    "sections": [
        {"title": "First", "fields": ["/first"]},
        {"title": "Rare", "collapsed": True, "fields": ["/rare"]},
        {"title": "Must", "collapsed": True, "fields": ["/must"]},
        {"title": "Rows", "collapsed": True, "fields": ["/rows"]},
    ]
}


def form(**data: Any) -> CaseForm:
    return CaseForm(SCHEMA, UI, data, ZoneInfo("Asia/Shanghai"))


def folded(form: CaseForm) -> list[str]:
    return [title for title, _, folded in form.parts if folded]


def test_what_is_demanded_is_never_folded_away() -> None:
    assert folded(form(rare="kept")) == ["Rare", "Rows"]


def test_a_part_opens_when_something_in_it_is_wrong() -> None:
    shown = form(rows=[{"id": "1", "note": "x"}])
    shown["/rare"].problems.append("too long")
    assert folded(shown) == ["Rows"]
    next(iter(shown["/rows"].rows[0])).problems.append("too long")  # type: ignore[attr-defined]
    assert folded(shown) == []


def test_a_folded_part_is_a_details_element_that_works_without_script(shared_house: Context) -> None:
    app: Flask = create_app(shared_house)
    page = '{% from "forms/fields.html" import case_form_parts with context %}{{ case_form_parts(form, {}) }}'
    with app.test_request_context():
        tree = html.fromstring(f"<div>{render_template_string(page, form=form())}</div>")
    assert tree.xpath("//details/summary/text()") == ["Rare", "Rows"]
    assert [one.get("name") for one in tree.xpath("//details[1]//input")] == ["rare"]
    assert not tree.xpath("//details[@open]")
    assert tree.xpath("//fieldset/legend/text()")[:2] == ["First", "Must"]
