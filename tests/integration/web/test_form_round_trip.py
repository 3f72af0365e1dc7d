"""Every form of the bundle: values, drawn as HTML, read back, make the very same patch."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from lxml import html
from werkzeug.datastructures import MultiDict

from server.app import create_app
from server.casework.context import Context
from server.domain.bundle import Bundle, bundled_root
from server.domain.forms import FormBook
from server.web.forms import CaseForm, patch_of
from server.web.forms.base import digest
from tests.acceptance.support.answers import ALL, SOME, Answers
from tests.integration.web.reading import sent_by

pytestmark = pytest.mark.one_database("forms there and back, between HTML and JSON")

BOOK = FormBook(Bundle.from_folder(bundled_root(), "complaint"))
PAGE = """{% from "forms/fields.html" import case_form_parts, hidden_of with context %}
<form method="post">{{ hidden_of(form, 1, "once") }}{{ case_form_parts(form, {}) }}</form>"""
SEEDS = range(4)


@pytest.fixture(scope="module")
def app(shared_house: Context) -> Flask:
    """One for the whole file: these tests draw forms and store nothing."""
    return create_app(shared_house)


@pytest.fixture(scope="module")
def zone() -> Any:
    return ZoneInfo("Asia/Shanghai")


def files() -> Callable[[], str]:
    numbers = count()
    return lambda: f"file-{next(numbers)}"


def plain(value: Any) -> Any:
    """As a browser sends it: no blanks around a text, line breaks of one kind, nothing for nothing."""
    if isinstance(value, dict):
        kept = {key: plain(inner) for key, inner in value.items() if key != "id"}
        return {key: inner for key, inner in kept.items() if inner not in (None, {}, [])}
    if isinstance(value, list):
        return [one for one in (plain(inner) for inner in value) if one not in (None, {})]
    if isinstance(value, str):
        return " ".join(value.replace("\r\n", "\n").split()) or None
    return value


def drawn(app: Flask, form: CaseForm) -> MultiDict[str, str]:
    with app.test_request_context():
        page = html.document_fromstring(render_template_string(PAGE, form=form))
    return sent_by(page.forms[0])


def hidden(form: CaseForm, data: dict[str, Any]) -> dict[str, Any]:
    """`data` without the fields whose condition does not hold, and without those to be read only."""
    kept: dict[str, Any] = {}
    for leaf in form:
        value: Any = data
        for step in leaf.spec.path:
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None and form.visible(leaf) and not leaf.spec.locked:
            here = kept
            for step in leaf.spec.path[:-1]:
                here = here.setdefault(step, {})
            here[leaf.spec.path[-1]] = value
    return kept


@pytest.mark.parametrize("key", BOOK.keys())
@pytest.mark.parametrize("seed", SEEDS)
def test_values_survive_the_way_through_the_page(app: Flask, zone: Any, key: str, seed: int) -> None:
    schema, ui = BOOK.schema(key, "en"), BOOK.ui(key, "en")
    answers = Answers(Random(f"{key} {seed}"), files(), dense=ALL if seed % 2 else SOME)
    data = answers.patch(schema, {})
    sent = drawn(app, CaseForm(schema, ui, {}, zone, draft=data))
    read = CaseForm(schema, ui, {}, zone, sent)
    assert not read.unread, [leaf.name for leaf in read.unread]
    assert _same_moments(plain(patch_of(read))) == _same_moments(plain(hidden(read, data)))


@pytest.mark.parametrize("key", BOOK.keys())
def test_a_form_sent_as_it_came_changes_nothing(app: Flask, zone: Any, key: str) -> None:
    schema, ui = BOOK.schema(key, "zh-CN"), BOOK.ui(key, "zh-CN")
    data = _with_ids(Answers(Random(key), files(), dense=ALL).patch(schema, {}))
    data = _trimmed(data)
    read = CaseForm(schema, ui, data, zone, drawn(app, CaseForm(schema, ui, data, zone)))
    assert patch_of(read) == {}


def test_every_field_of_every_form_is_on_the_page(app: Flask, zone: Any) -> None:
    for key in BOOK.keys():  # noqa: SIM118 - a FormBook is no mapping
        form = CaseForm(BOOK.schema(key, "en"), BOOK.ui(key, "en"), {}, zone)
        with app.test_request_context():
            page = render_template_string(PAGE, form=form)
        for leaf in form:
            assert f'data-field="{leaf.name}"' in page, (key, leaf.name)


def test_no_file_of_forms_is_forgotten() -> None:
    files = {path.stem for path in (Path(bundled_root()) / "forms/complaint").glob("*.json")}
    assert files - {"case.schema"} == set(BOOK.keys())


def _same_moments(value: Any) -> Any:
    """Moments compare as moments to the minute, whatever offset they are written in; numbers by value."""
    if isinstance(value, dict):
        return {key: _same_moments(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_same_moments(inner) for inner in value]
    if isinstance(value, str) and "T" in value and len(value) > 16 and value[4:5] == "-":
        return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return value


def _with_ids(value: Any, place: str = "r") -> Any:
    if isinstance(value, dict):
        return {key: _with_ids(inner, f"{place}-{key}") for key, inner in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{**_with_ids(row, f"{place}{i}"), "id": digest([place, i])} for i, row in enumerate(value)]
    return value


def _trimmed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _trimmed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_trimmed(inner) for inner in value]
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
