"""The REST API as the people of the factory call it: in this process over WSGI, each with a token of his own."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import orjson

from server.app import create_app
from server.casework.command import SYSTEM
from server.commands.create_token import CreateToken

if TYPE_CHECKING:
    from server.casework.context import Context

PREFIX = "/api/v1"
_BOUNDARY = "kesu-simulation-5b0f"


class Unexpected(Exception):
    """A call was refused that the simulation had every reason to make: its fault or the product's."""


@dataclass(frozen=True)
class Reply:
    """`code` is the refusal's, empty when there is none."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"]) if self.status >= 400 else ""


class Office:
    """`calls` counts what was asked."""

    def __init__(self, context: "Context") -> None:
        self._context = context
        self._app = create_app(context)
        self._tokens: dict[str, str] = {}
        public = urlsplit(context.settings.public_url)
        self._about_us = {
            "SERVER_NAME": public.hostname or "127.0.0.1",
            "SERVER_PORT": str(public.port or (443 if public.scheme == "https" else 80)),
            "HTTP_HOST": public.netloc,
            "wsgi.url_scheme": public.scheme,
        }
        self.calls = 0

    def get(self, who: str, path: str, **query: Any) -> Any:
        """The body of the answer. Raises Unexpected."""
        asked = f"?{urlencode(query)}" if query else ""
        reply = self.try_("GET", who, f"{path}{asked}")
        if reply.status != 200:
            raise Unexpected(f"GET {path} as {who}: {reply.body}")
        return reply.body

    def pages(self, who: str, path: str, **query: Any) -> list[Any]:
        """All items of a list. Raises Unexpected."""
        found: list[Any] = []
        cursor: dict[str, Any] = {}
        while True:
            body = self.get(who, path, limit=1000, **query, **cursor)
            found += body["items"]
            if body["next"] is None:
                return found
            cursor = {"cursor": body["next"]}

    def send(self, who: str, path: str, body: Mapping[str, Any] | None = None, method: str = "POST") -> Any:
        """The body of the answer. Raises Unexpected."""
        reply = self.try_(method, who, path, body or {})
        if reply.status >= 400:
            raise Unexpected(f"{method} {path} as {who}: {reply.body} to {json.dumps(body, ensure_ascii=False)[:2000]}")
        return reply.body

    def upload(self, who: str, name: str, data: bytes, media_type: str) -> str:
        """The id of the stored file. Raises Unexpected."""
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = f"{head}Content-Type: {media_type}\r\n\r\n".encode() + data + f"\r\n--{_BOUNDARY}--\r\n".encode()
        reply = self._call("POST", who, "/files", body, f"multipart/form-data; boundary={_BOUNDARY}")
        if reply.status != 201:
            raise Unexpected(f"POST /files {name} as {who}: {reply.body}")
        return str(reply.body["id"])

    def publish(self, who: str, bundle: bytes) -> Any:
        """A zipped application as its next version. Raises Unexpected."""
        reply = self._call("POST", who, "/definitions", bundle, "application/zip")
        if reply.status >= 400:
            raise Unexpected(f"POST /definitions as {who}: {reply.body}")
        return reply.body

    def try_(self, method: str, who: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        """A call that may be refused."""
        data = b"" if body is None else orjson.dumps(body)
        return self._call(method, who, path, data, "application/json" if data else "")

    def _call(self, method: str, who: str, path: str, data: bytes, media_type: str) -> Reply:
        self.calls += 1
        route, _, query = path.partition("?")
        environ: dict[str, Any] = {
            **self._about_us,
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": PREFIX + route,
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(data)),
            "CONTENT_TYPE": media_type,
            "HTTP_AUTHORIZATION": f"Bearer {self._token(who)}",
            "HTTP_ACCEPT_LANGUAGE": "zh-CN",
            "wsgi.version": (1, 0),
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        status = ""

        def start(line: str, _headers: Any, _fault: Any = None, /) -> Callable[[bytes], object]:
            nonlocal status
            status = line
            return _write_nothing

        answer: Iterable[bytes] = self._app.wsgi_app(environ, start)
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        return Reply(int(status.partition(" ")[0]), orjson.loads(body))

    def _token(self, who: str) -> str:
        if who not in self._tokens:
            made = self._context.execute(CreateToken(actor=SYSTEM, username=who))
            self._tokens[who] = made.body["token"]
        return self._tokens[who]


def _write_nothing(_data: bytes) -> None:
    """The `write` callable that PEP 3333 asks for; Flask never calls it, and a body sent so must not be lost unseen."""
    raise NotImplementedError
