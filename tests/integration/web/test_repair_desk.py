"""The repair desk in a browser without scripts: a cause, one tried, then the rest, and what became of each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.casework.context import Context
from server.runner.repairs import continue_repairs
from server.web.limits import limiter
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.durability.processes import copy_prepared
from tests.faulty import FLOW, Faulty, broken_house, let_them_run, states
from tests.house import build, forget
from tests.integration.web.conftest import Visitor


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path) -> Iterator[Context]:
    context = build(copy_prepared(prepared_folder, tmp_path / "data"), workers=(workshop.WORKERS,))
    yield context
    context.database.close()
    forget(tmp_path / "data")


@pytest.fixture
def app(house: Context) -> Flask:
    made = create_app(house)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    limiter.reset()
    return made


@pytest.fixture
def faulty(house: Context) -> Faulty:
    """Six complaints of two causes."""
    return broken_house(house, 6, causes=2)


def link(visitor: Visitor, at: int = 0) -> str:
    return str(visitor.page.xpath("//h2[@class='card-title']/a/@href")[at])


def go_on(house: Context) -> None:
    continue_repairs(house, 30)
    let_them_run(house)
    continue_repairs(house, 30)


def test_nothing_is_broken(visit: Callable[..., Visitor]) -> None:
    visitor = visit("admin")
    visitor.get("/incidents")
    assert "Nothing is broken" in visitor.text
    visitor.get("/incidents?topic=mail.send%401")
    assert "Nothing that needs repair fits" in visitor.text
    assert visitor.get("/incidents/groups/0123456789abcdef").status_code == 404
    assert visitor.get("/repairs/1").status_code == 404


def test_one_then_the_rest(house: Context, faulty: Faulty, visit: Callable[..., Visitor]) -> None:
    visitor = visit("admin")
    visitor.get("/incidents")
    assert len(visitor.page.xpath("//h2[@class='card-title']")) == 2
    assert "3 complaints" in visitor.text
    address = link(visitor)
    visitor.get(address)
    assert "Try all" not in visitor.text, "the rest is offered before one has succeeded"
    assert "Traceback" in visitor.text
    faulty.mended = lambda turn: turn < 4
    retry = next(form.get("action") for form in visitor.page.forms if form.get("action").endswith("/retry"))
    visitor.send(retry)
    assert "is being tried again" in visitor.text
    assert "Being tried at this moment" in visitor.text
    assert "Try all" not in visitor.text
    let_them_run(house)
    visitor.get(address)
    assert "has succeeded. Now the rest." in visitor.text
    visitor.send("/repairs")
    assert "being tried" in visitor.text or "waiting for its turn" in visitor.text
    assert "0 of 2" in visitor.text
    go_on(house)
    visitor.get(visitor.reply.request.path)
    assert "1 succeeded" in visitor.text
    assert "1 failed again" in visitor.text
    kept = visitor.page.xpath("//input[@name='incident'][@checked]")
    assert len(kept) == 1, "what failed again stays chosen"
    assert states(house) == {"resolved": 2, "open": 4}
    assert audit_house(house) == []


def test_retrying_what_another_tries(house: Context, faulty: Faulty, visit: Callable[..., Visitor]) -> None:
    one, other = visit("admin"), visit("manager")
    for visitor in (one, other):
        visitor.get("/incidents")
        visitor.get(link(visitor))
    action = next(form.get("action") for form in one.page.forms if form.get("action").endswith("/retry"))
    one.send(action)
    other.send(action)
    assert other.reply.status_code == 409
    assert "is having this step tried again" in other.text
    faulty.mended = lambda turn: True
    let_them_run(house)
    other.post(
        action, other.fields(action) if any(f.get("action") == action for f in other.page.forms) else _token(other)
    )
    assert other.reply.status_code == 409
    assert "succeeded meanwhile" in other.text


def _token(visitor: Visitor) -> dict[str, str]:
    return {"csrf_token": visitor.page.xpath("//meta[@name='csrf-token']/@content")[0]}


def choose(visitor: Visitor, action: str, count: int = 2) -> None:
    """On the page of a cause: the first `count` complaints, and what to do with them."""
    ids = visitor.page.xpath("//input[@name='incident']/@value")[:count]
    visitor.send("/repairs/preview", {"incident": ids, "action": action})


def test_skipping_with_a_preview(house: Context, faulty: Faulty, visit: Callable[..., Visitor]) -> None:
    visitor = visit("admin")
    visitor.get("/incidents")
    visitor.get(link(visitor))
    choose(visitor, "skip")
    assert "Skip the step: 2 complaints" in visitor.text
    assert "Begins: Task “record”" in visitor.text.replace("Record", "record")
    visitor.send("/repairs", {"reason": ""})
    assert visitor.reply.status_code == 422
    assert "Say why" in visitor.text
    visitor.send("/repairs", {"reason": "sent by hand"})
    go_on(house)
    visitor.get(visitor.reply.request.path)
    assert "2 succeeded" in visitor.text
    assert states(house) == {"obsolete": 2, "open": 4}
    assert audit_house(house) == []


def test_cancelling_twice(house: Context, faulty: Faulty, visit: Callable[..., Visitor]) -> None:
    visitor = visit("admin")
    visitor.get("/incidents")
    visitor.get(link(visitor))
    choose(visitor, "cancel", 1)
    sent = visitor.fields("/repairs") | {}
    sent["reason"] = "withdrawn on the phone"
    visitor.post("/repairs", sent)
    first = visitor.reply.request.path
    visitor.post("/repairs", sent)
    assert visitor.reply.request.path == first, "the same form sent twice is one order"
    go_on(house)
    visitor.get(first)
    assert "1 succeeded" in visitor.text


def test_changing_a_field(house: Context, faulty: Faulty, visit: Callable[..., Visitor]) -> None:
    visitor = visit("admin")
    visitor.get("/incidents")
    visitor.get(link(visitor))
    choose(visitor, "amend", 3)
    typed = {"field": "/customer/name", "value": "ACME Europe", "reason": "renamed"}
    visitor.send("/repairs/preview", typed) if _has(visitor, "/repairs/preview") else None
    visitor.send("/repairs", typed)
    go_on(house)
    visitor.get(visitor.reply.request.path)
    assert "3 succeeded" in visitor.text


def _has(visitor: Visitor, action: str) -> bool:
    return any((form.get("action") or "").endswith(action) for form in visitor.page.forms)


def test_moving_back_where_there_is_a_way(house: Context, visit: Callable[..., Visitor]) -> None:
    from tests.integration.test_repair_truth import _complete

    faulty = broken_house(house, 1, diagram=FLOW, causes=1)
    assert faulty.ran == []
    _complete(house, "receive")
    let_them_run(house)
    visitor = visit("admin")
    visitor.get("/incidents")
    visitor.get(link(visitor))
    choose(visitor, "move", 1)
    visitor.send("/repairs", {"target": "receive", "reason": "the customer was wrong"})
    go_on(house)
    visitor.get(visitor.reply.request.path)
    assert "1 succeeded" in visitor.text
    assert states(house) == {"obsolete": 1}
    assert audit_house(house) == []


def test_all_in_chinese(house: Context, faulty: Faulty, visit: Callable[..., Visitor]) -> None:
    visitor = visit("admin", "zh-CN")
    visitor.get("/incidents")
    assert "先排除原因" in visitor.text
    visitor.get(link(visitor))
    assert visitor.reply.status_code == 200
