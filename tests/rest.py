"""The REST API as one person sees it, without a network; every answer is held to the OpenAPI document."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from server.casework.context import Context
from server.web.api.checking import Checker
from server.web.api.document import Document, Operation
from tests.house import drain_jobs, token_of

DOCUMENT = Document()
CHECKER = Checker(DOCUMENT)


@dataclass
class Api:
    """`url` is relative to /api/v1; `token` None sends none. An answer the document does not know is a failure."""

    context: Context
    app: Flask
    token: str | None

    def call(self, method: str, url: str, json: Any = None, *, language: str = "en", **options: Any) -> TestResponse:
        headers = {"Accept-Language": language} | dict(options.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if json is not None:
            options["json"] = json
        reply = self.app.test_client().open(f"/api/v1{url}", method=method, headers=headers, **options)
        reply.get_data()
        reply.close()
        conforms(method, url, reply)
        return reply

    def get(self, url: str, **options: Any) -> TestResponse:
        return self.call("GET", url, **options)

    def post(self, url: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("POST", url, json, **options)

    def patch(self, url: str, json: Any = None, **options: Any) -> TestResponse:
        return self.call("PATCH", url, json, **options)

    def as_(self, username: str | None) -> "Api":
        """The same API as somebody else sees it; None has no token."""
        return Api(self.context, self.app, token_of(self.context, username) if username else None)

    def file(self, **fields: Any) -> dict[str, Any]:
        """A filed complaint whose first jobs are done."""
        little = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}
        reply = self.post("/complaints", {"channel": "phone", "fields": little | fields})
        assert reply.status_code == 201, reply.json
        drain_jobs(self.context)
        return dict(reply.json)

    def task(self, number: str, element_id: str | None = None) -> dict[str, Any]:
        """The one open task of a complaint, or of those open at the same time that of `element_id`, with its form."""
        items = self.get(f"/tasks?case={number}").json["items"]
        (item,) = [item for item in items if element_id in (None, item["element_id"])]
        return dict(self.get(f"/tasks/{item['id']}").json)

    def complete(self, number: str, data: dict[str, Any], element_id: str | None = None) -> dict[str, Any]:
        """Complete the task that `task` finds and let the jobs after it run."""
        reply = self.post(f"/tasks/{self.task(number, element_id)['id']}/complete", {"data": data})
        assert reply.status_code == 200, reply.json
        drain_jobs(self.context)
        return dict(reply.json)


def conforms(method: str, url: str, reply: TestResponse) -> None:
    assert reply.status_code < 500, reply.json
    operation = operation_of(method, url.partition("?")[0])
    if reply.status_code >= 400:
        assert reply.content_type == "application/json"
        CHECKER.check(reply.json, "/components/schemas/Error")
        return
    if operation is None or method in ("HEAD", "OPTIONS"):
        return
    responses = DOCUMENT.at(f"/paths/{pointer(operation.path)}/{operation.method}/responses")
    assert str(reply.status_code) in responses, f"{operation.id} answers {reply.status_code}"
    where = f"/paths/{pointer(operation.path)}/{operation.method}/responses/{reply.status_code}/content"
    if "application/json" in DOCUMENT.at(where.removesuffix("/content")).get("content", ()):
        assert reply.content_type == "application/json"
        CHECKER.check(reply.json, f"{where}/application~1json/schema")


def operation_of(method: str, path: str) -> Operation | None:
    parts = path.split("/")
    for operation in DOCUMENT.operations:
        wanted = operation.path.split("/")
        same = len(wanted) == len(parts) and all(
            w.startswith("{") or w == p for w, p in zip(wanted, parts, strict=True)
        )
        if same and operation.method == method.lower():
            return operation
    return None


def pointer(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1")
