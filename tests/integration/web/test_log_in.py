"""Log in and out, once with a link, and not too often with a wrong password."""

import pytest

from server.casework.context import Context
from server.commands.add_user import AddUser
from server.security.links import login_token
from server.web.resend import local_path
from tests.house import actor

PASSWORD = "eine lange Nacht"


@pytest.fixture
def anna(house: Context) -> str:
    admin = actor(house, "admin")
    house.execute(
        AddUser(actor=admin, username="anna", display_name="Anna", groups=("sales",), password=PASSWORD, language="en")
    )
    return "anna"


def test_the_right_password_opens_a_new_session(visit, anna: str) -> None:
    visitor = visit()
    visitor.get("/login?next=/complaints")
    before = visitor.client.get_cookie("kesu").value
    token = visitor.fields("/login")["csrf_token"]
    visitor.send("/login", {"username": anna, "password": PASSWORD, "demo": None})
    assert visitor.reply.request.path == "/complaints"
    assert visitor.client.get_cookie("kesu").value != before
    assert visitor.post("/logout", {"csrf_token": token}).status_code == 400, "the old session's token still works"


def test_wrong_passwords_are_told_nothing_and_stopped_after_a_while(visit, anna: str) -> None:
    visitor = visit()
    said = set()
    for username in (anna, "nobody"):
        visitor.get("/login")
        visitor.send("/login", {"username": username, "password": "wrong", "demo": None})
        assert visitor.reply.status_code == 401
        said.add(visitor.page.xpath("//*[@role='alert']")[0].text)
    assert len(said) == 1
    codes = [
        visitor.send("/login", {"username": anna, "password": "x"}).status_code
        for _ in range(11)
        if visitor.get("/login")
    ]
    assert codes[0] == 401
    assert codes[-1] == 429
    assert "Too many attempts" in visitor.text


def test_good_log_ins_are_never_stopped(visit) -> None:
    """A whole shift logs in on one tablet."""
    visitor = visit()
    for _ in range(35):
        visitor.enter("sales1")
        visitor.send("/logout")


def test_without_the_demo_nobody_comes_in_without_a_password(house: Context, visit) -> None:
    house.demo = False
    visitor = visit()
    visitor.get("/login")
    assert not visitor.page.xpath("//button[@name='demo']")
    visitor.send("/login", {"demo": "admin", "username": "admin", "password": ""})
    assert visitor.reply.status_code == 401


def test_the_first_log_in_link_works_once(house: Context, visit) -> None:
    house.execute(AddUser(actor=actor(house, "admin"), username="neu", display_name="Neu", groups=("sales",)))
    link = f"/login/{login_token('neu', None, house.settings.secret(), house.clock.now())}"
    visitor = visit()
    assert visitor.get(link).status_code == 200
    visitor.page.forms[-1].set("action", link)
    visitor.send(link, {"new": PASSWORD, "again": "something else entirely"})
    assert visitor.reply.status_code == 422
    visitor.page.forms[-1].set("action", link)
    visitor.send(link, {"new": PASSWORD, "again": PASSWORD})
    assert visitor.reply.request.path == "/tasks"
    assert visit().get(link).status_code == 404


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "", None, "/a\nb"])
def test_nobody_is_sent_to_another_site(target: str | None) -> None:
    assert local_path(target) == "/"
    assert local_path("/tasks?view=mine") == "/tasks?view=mine"


def test_the_language_stays_with_the_person(visit) -> None:
    visitor = visit("sales1", "en")
    assert visitor.get("/tasks").status_code == 200
    assert visitor.page.get("lang") == "en"
    again = visit()
    again.enter("sales1")
    again.get("/tasks")
    assert again.page.get("lang") == "en"


def test_a_password_is_changed_with_the_old_one_only(visit, anna: str) -> None:
    visitor = visit()
    visitor.get("/login")
    visitor.send("/login", {"username": anna, "password": PASSWORD, "demo": None})
    visitor.get("/password")
    visitor.page.forms[-1].set("action", "/password")
    visitor.send("/password", {"old": "wrong one", "new": "a new long one", "again": "a new long one"})
    assert visitor.reply.status_code == 422
    visitor.page.forms[-1].set("action", "/password")
    visitor.send("/password", {"old": PASSWORD, "new": "a new long one", "again": "a new long one"})
    assert visitor.reply.status_code == 200
    assert "Your password is set." in visitor.text


def test_another_password_ends_the_other_sessions(visit, anna: str) -> None:
    here, elsewhere = visit(), visit()
    for visitor in (here, elsewhere):
        visitor.get("/login")
        visitor.send("/login", {"username": anna, "password": PASSWORD, "demo": None})
        assert visitor.get("/tasks").status_code == 200
    here.get("/password")
    here.page.forms[-1].set("action", "/password")
    here.send("/password", {"old": PASSWORD, "new": "a new long one", "again": "a new long one"})
    assert here.get("/tasks").status_code == 200, "who changed it stays"
    assert elsewhere.get("/tasks").status_code == 303, "anybody else has to log in again"
