"""`visit(username)`: a browser without scripts. It keeps cookies, fills the forms it finds and sends them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from server.app import create_app
from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from server.web.limits import limiter
from tests.house import actor, drain_jobs
from tests.integration.web.reading import sent_by


@dataclass
class Visitor:
    """`page` is the document shown last, `reply` its answer."""

    app: Flask
    page: Any = None
    reply: TestResponse = field(default=None)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"

    def get(self, url: str, **options: Any) -> TestResponse:
        return self._show(self.client.get(url, **options))

    def fetch(self, url: str, **options: Any) -> TestResponse:
        """Read something beside the page."""
        reply = self.client.get(url, **options)
        reply.get_data()
        reply.close()
        return reply

    def fields(self, action: str) -> MultiDict[str, Any]:
        """What the form with this action (or its end) would send as it stands."""
        return sent_by(self._form(action))

    def send(self, action: str, changes: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Post the form with this action, some fields filled; None leaves a field out."""
        sent = self.fields(action)
        for name, value in (changes or {}).items():
            sent.poplist(name)
            if value is not None:
                sent.setlist(name, value if isinstance(value, list) else [value])
        return self.post(self._form(action).get("action") or "", sent, **options)

    def post(self, url: str, sent: Any, **options: Any) -> TestResponse:
        """Follows the redirect, as browsers do."""
        data = sent.to_dict(flat=False) if isinstance(sent, MultiDict) else sent
        return self._show(self.client.post(url, data=data, follow_redirects=True, **options))

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return " ".join(self.page.text_content().split())

    def enter(self, username: str) -> None:
        self.get("/login")
        self.send("/login", {"demo": username})
        assert self.reply.status_code == 200, self.text

    def _form(self, action: str) -> Any:
        found = [form for form in self.page.forms if (form.get("action") or "").endswith(action)]
        assert found, f"no form for {action}: {[form.get('action') for form in self.page.forms]}"
        return found[-1]

    def _show(self, reply: TestResponse) -> TestResponse:
        self.reply = reply
        if reply.mimetype == "text/html":
            self.page = html.document_fromstring(reply.get_data(as_text=True))
        return reply


@pytest.fixture
def app(house: Context) -> Flask:
    made = create_app(house)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    limiter.reset()
    return made


@pytest.fixture
def visit(app: Flask) -> Callable[[str | None], Visitor]:
    """Somebody at a browser of his own, reading English; None has not logged in."""

    def come(username: str | None = None, language: str = "en") -> Visitor:
        visitor = Visitor(app)
        if username:
            visitor.enter(username)
            visitor.post("/language", {**_token(visitor), "language": language, "next": "/tasks"})
        return visitor

    return come


def _token(visitor: Visitor) -> dict[str, str]:
    return {"csrf_token": visitor.page.xpath("//meta[@name='csrf-token']/@content")[0]}


@pytest.fixture
def number(house: Context) -> str:
    """A filed complaint whose first jobs are done."""
    fields = {
        "customer": {"name": "海天塑胶", "email": "qa@haitian.example"},
        "problem": {"title": "飞边", "description": "外壳有飞边,装不进去。"},
    }
    body = house.execute(FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=fields)).body
    drain_jobs(house)
    return str(body["number"])
