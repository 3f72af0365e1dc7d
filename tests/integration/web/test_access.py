"""Deny by default: every route says who may open it, and means it."""

import pytest
from flask import Flask

from server.casework.context import Context
from server.security.permissions import PERMISSIONS
from server.web.access import PUBLIC, SIGNED_IN, access_of, guards_itself, install, needs

FILLER = {"task_id": "x", "number": "HQ-2026-0001", "instance_id": "x", "file_id": "x", "token": "x"} | {
    "incident_id": 1,
    "group": "0123456789abcdef",
    "key": "complaint",
    "draft_id": 1,
    "version": 1,
    "path": "grading.dmn",
    "side": "new",
    "part": "customer",
    "token_id": 1,
    "run_id": 1,
    "step": 1,
    "filename": "x",
    "request_id": "x",
    "substitution_id": 1,
    "question": "pareto",
    "table": "pareto",
    "kind": "csv",
    "report": "weekly",
    "period": "2026-W09",
    "order_id": 1,
    "picker": "person",
    "filter_id": 1,
}
OPEN_TO_ALL = {
    "static", "home", "auth.login", "auth.enter", "auth.logout", "auth.language", "auth.first_login", "customer.show",
}  # fmt: skip


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of every page."""
    found = []
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if not guards_itself(rule.endpoint):
                address = adapter.build(rule.endpoint, {name: FILLER[name] for name in rule.arguments})
                found += [
                    (rule.endpoint, method, address)
                    for method in rule.methods or ()
                    if method in ("GET", "POST", "PUT")
                ]
    return found


def test_every_view_says_who_may_open_it(app: Flask) -> None:
    for endpoint in app.view_functions:
        if not guards_itself(endpoint):
            assert access_of(app, endpoint) in {PUBLIC, SIGNED_IN, *PERMISSIONS}, endpoint


def test_only_the_log_in_and_signed_links_are_public(app: Flask) -> None:
    public = {name for name in app.view_functions if not guards_itself(name) and access_of(app, name) == PUBLIC}
    assert public == OPEN_TO_ALL


def test_a_view_without_a_mark_stops_the_start() -> None:
    app = Flask(__name__)
    app.add_url_rule("/naked", "naked", lambda: "")
    with pytest.raises(RuntimeError, match="naked"):
        install(app)


def test_a_permission_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"case\.invented"):
        needs("case.invented")


def test_strangers_are_sent_to_the_log_in_from_every_other_page(app: Flask) -> None:
    client = app.test_client()
    for endpoint, method, address in routes(app):
        if endpoint not in OPEN_TO_ALL:
            reply = client.open(address, method=method)
            if method == "GET":
                assert (reply.status_code, reply.location.partition("?")[0]) == (303, "/login"), endpoint
            else:
                assert reply.status_code == 401, endpoint


def test_without_the_permission_a_page_is_refused(app: Flask, visit) -> None:
    visitor = visit("production1")
    mine = {"case.file", "case.read", "task.work", "task.transfer", "file.upload", "token.manage_own"}
    mine |= {"definition.read"}
    refused = 0
    for endpoint, method, address in routes(app):
        access = access_of(app, endpoint)
        if access in PERMISSIONS and access not in mine and method == "GET":
            visitor.get(address)
            assert visitor.reply.status_code == 403, endpoint
            assert "You may not do this" in visitor.text
            refused += 1
    assert refused >= 2


def test_who_was_disabled_is_out_at_once(house: Context, visit) -> None:
    from server.commands.disable_user import DisableUser
    from tests.house import actor

    visitor = visit("sales2")
    house.execute(DisableUser(actor=actor(house, "admin"), username="sales2"))
    assert visitor.client.get("/tasks").status_code == 303


def test_nobody_sees_a_complaint_he_has_no_part_in(visit, number: str) -> None:
    for address in (f"/complaints/{number}",):
        visitor = visit("engineering1")
        assert visitor.get(address).status_code == 404
        assert visit("sales1").get(address).status_code == 200
