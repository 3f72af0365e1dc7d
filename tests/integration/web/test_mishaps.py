"""Every action of the desk meets every mishap: a clear message, nothing lost, nothing done twice."""

from typing import Any

import pytest
from flask import Flask
from lxml import html as lxml_html
from sqlalchemy import select

from server.app import create_app
from server.casework.context import Context
from server.persistence.models import HistoryPayload, KeptPost
from server.web.limits import limiter
from tests.integration.desk_house import publish
from tests.integration.web.conftest import Visitor
from tests.integration.web.mishaps import DEEDS, Deed, counts, filed

ORIGIN = {"Origin": "http://localhost"}
ODD = "\N{FACTORY}\ufe0f 👩🏽\u200d🔧 “ß” \u202eabc\u202c \u2067שלום\u2069 e\u0301 𠮷 １２ <b>&amp;"
"""Emoji of several parts, marks that turn the direction, a letter of two, one beyond the first plane, mark-up."""
EACH = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)


@pytest.fixture(scope="module")
def site(shared_house: Context) -> Context:
    return publish(shared_house)


@pytest.fixture(scope="module")
def app(site: Context) -> Flask:
    made = create_app(site)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture(scope="module")
def people(app: Flask) -> Any:
    """Visitors by name; who lost his session comes in anew."""
    limiter.reset()
    known: dict[str, Visitor] = {}

    def come(name: str) -> Visitor:
        if name not in known:
            known[name] = Visitor(app)
            known[name].enter(name)
        return known[name]

    return come


@pytest.fixture(autouse=True)
def everybody_reads_english(site: Context) -> None:
    from server.commands.set_language import SetLanguage
    from tests.house import actor

    for name in {deed.who for deed in DEEDS}:
        site.execute(SetLanguage(actor=actor(site, name), language="en"))


def told(site: Context, text: str) -> int:
    """In how many events of the history these very words stand."""
    with site.read() as connection:
        return sum(text in _texts(row.data) for row in connection.execute(select(HistoryPayload.data)))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


@EACH
def test_each_action_through_all_mishaps(site: Context, people: Any, deed: Deed) -> None:
    page, action = deed.begin(site, filed(site))
    visitor, text = people(deed.who), f"{deed.name} {ODD}"
    before = counts(site)
    visitor.get(page)
    if deed.text:
        cannot_be_stored(visitor, action, deed)
        is_too_long(visitor, action, deed)
        assert counts(site) == before, "a refused form did something"
        visitor.get(page)
    old_token(visitor, action, deed, text)
    assert counts(site) == before
    visitor.get(page)
    session_gone(site, people, visitor, action, deed, text)
    assert counts(site) == before, "a stranger did something"
    visitor.send(action, headers=ORIGIN)
    assert visitor.reply.status_code == 200, visitor.text
    after = counts(site)
    assert after != before, "sent again after the log-in it was not done"
    if deed.text and deed.name != "claim":
        assert told(site, text) == 1, "not stored as it was typed"
    assert not kept(site), "what was sent is kept on"


@EACH
def test_a_lost_answer_is_given_again(site: Context, people: Any, deed: Deed) -> None:
    page, action = deed.begin(site, filed(site))
    visitor = people(deed.who)
    visitor.get(page)
    sent = visitor.fields(action)
    for name, value in deed.filled("once only").items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    first = visitor.client.post(action, data=sent.to_dict(flat=False))
    assert first.status_code == 303, first.get_data(as_text=True)
    after = counts(site)
    for _again in range(2):
        again = visitor.client.post(action, data=sent.to_dict(flat=False))
        assert (again.status_code, again.location) == (303, first.location)
        assert counts(site) == after, "a repetition did something"


def cannot_be_stored(visitor: Visitor, action: str, deed: Deed) -> None:
    visitor.send(action, deed.filled("before\0after"))
    assert visitor.reply.status_code in (400, 422), visitor.text
    assert "NUL character" in visitor.text
    assert "after" in visitor.fields(action)[deed.text or ""], "the rest of the text is gone"


def is_too_long(visitor: Visitor, action: str, deed: Deed) -> None:
    long = "长" * 49_998 + " 🏭"
    visitor.send(action, deed.filled(long))
    assert visitor.reply.status_code == 422, visitor.text[:500]
    assert visitor.fields(action)[deed.text or ""] == long, "a part of the text is gone"
    assert str(deed.most) in visitor.text.replace(",", "")


def old_token(visitor: Visitor, action: str, deed: Deed, text: str) -> None:
    visitor.send(action, {**deed.filled(text), "csrf_token": "of yesterday"}, headers=ORIGIN)
    assert visitor.reply.status_code == 400
    assert "Nothing you typed is lost" in visitor.text
    if deed.text:
        assert visitor.fields(action)[deed.text] == text
    visitor.send("/kept")


def session_gone(site: Context, people: Any, visitor: Visitor, action: str, deed: Deed, text: str) -> None:
    """Another one logs in at the same device first, then the author."""
    visitor.client.delete_cookie("kesu")
    visitor.send(action, deed.filled(text), headers=ORIGIN)
    assert visitor.reply.status_code == 401
    assert "what you typed is kept" in visitor.text
    assert text not in visitor.reply.get_data(as_text=True)
    visitor.enter("production1")
    assert ODD not in visitor.reply.get_data(as_text=True)
    visitor.get("/kept")
    assert visitor.reply.status_code == 303, "there is nothing for this one"
    assert ODD not in visitor.reply.get_data(as_text=True)
    visitor.client.delete_cookie("kesu")
    visitor.enter(deed.who)
    assert visitor.reply.request.path == "/kept"
    if deed.text:
        assert visitor.fields(action)[deed.text] == text
        visitor.send(action, {"look": "1"})
        assert "Nothing was sent yet" in visitor.text
        assert visitor.fields(action)[deed.text] == text, "the page does not show what was kept"
        pressed = {name: value for name, value in deed.fields.items() if name in ("do", "confirmed")}
        for name, value in pressed.items():
            put_button(visitor, action, name, value)


def put_button(visitor: Visitor, action: str, name: str, value: str) -> None:
    """As if that button of the form were pressed next."""
    form = visitor._form(action)
    form.append(lxml_html.Element("input", type="hidden", name=name, value=value))


def kept(site: Context) -> list[Any]:
    with site.read() as connection:
        return list(connection.execute(select(KeptPost.id)))
