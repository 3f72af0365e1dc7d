"""CSRF tokens, headers, cookies, limits."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.casework.context import Context
from server.persistence.models import ProcessInstance, UserTask
from server.settings import Settings
from tests.integration.web.test_access import routes

pytestmark = pytest.mark.one_database("looks at headers, cookies and tokens")


def state_of(house: Context) -> list[tuple[object, ...]]:
    with house.read() as connection:
        tasks = connection.execute(select(UserTask.id, UserTask.state, UserTask.claimed_by, UserTask.draft)).all()
        cases = connection.execute(select(func.count()).select_from(ProcessInstance)).all()
    return [tuple(row) for row in [*tasks, *cases]]


def test_every_post_without_a_token_is_refused_and_changes_nothing(
    app: Flask, house: Context, visit, number: str
) -> None:
    visitor = visit("admin")
    before = state_of(house)
    tried = 0
    for endpoint, method, address in routes(app):
        if method == "POST":
            reply = visitor.client.post(address.replace("/x", f"/{before[0][0]}"), data={"reason": "x", "to": "sales1"})
            assert reply.status_code == 400, endpoint
            tried += 1
    assert tried >= 15
    assert state_of(house) == before


def test_a_token_of_another_session_is_worth_nothing(visit) -> None:
    token = visit("sales1").page.xpath("//meta[@name='csrf-token']/@content")[0]
    assert visit("sales2").post("/logout", {"csrf_token": token}).status_code == 400


@pytest.mark.parametrize("address", ["/login", "/tasks", "/complaints", "/complaints/new", "/mailbox", "/nowhere"])
def test_pages_run_nothing_but_our_own_scripts(visit, address: str) -> None:
    visitor = visit(None if address == "/login" else "admin")
    reply = visitor.get(address)
    policy = dict(part.split(" ", 1) for part in reply.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert "style-src-attr" not in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert reply.headers["Cache-Control"] == "no-store"


def test_no_page_has_inline_script_or_style(visit, number: str) -> None:
    visitor = visit("admin")
    for address in ("/tasks", f"/complaints/{number}", "/complaints/new", "/about", "/tokens", _task(visitor, number)):
        assert visitor.get(address).status_code == 200
        assert not visitor.page.xpath("//script[not(@src)] | //style | //*[@style]"), address
        assert not visitor.page.xpath("//@*[starts-with(name(), 'on')]"), address


def test_pages_with_a_diagram_allow_style_attributes_and_no_more(visit, number: str) -> None:
    policy = visit("admin").get(f"/complaints/{number}").headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "style-src 'self';" in policy


@pytest.mark.parametrize(("url", "secure"), [("https://kesu.example", True), ("http://127.0.0.1:8000", False)])
def test_the_session_cookie_is_out_of_reach(house: Context, url: str, secure: bool) -> None:
    from server.app import create_app

    house.settings = Settings(data_dir=house.settings.data_dir, secret_key="a secret of the tests only", public_url=url)
    client = create_app(house).test_client()
    page = client.get("/login", base_url=url).get_data(as_text=True)
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    # A browser names the page it comes from; behind https Flask-WTF insists on it.
    reply = client.post("/login", data={"csrf_token": token, "demo": "sales1"}, base_url=url, headers={"Referer": url})
    cookie = reply.headers["Set-Cookie"]
    assert reply.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


def test_another_host_name_is_refused(app: Flask) -> None:
    assert app.test_client().get("/login", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_with_too_many_parts_is_refused(visit) -> None:
    visitor = visit("sales1")
    sent = {f"x{number}": "y" for number in range(3100)}
    reply = visitor.client.post("/complaints/new", data=sent, content_type="multipart/form-data")
    assert reply.status_code == 413


def _task(visitor, number: str) -> str:
    visitor.get(f"/complaints/{number}")
    return str(visitor.page.xpath("//a[starts-with(@href, '/tasks/')]/@href")[0])
