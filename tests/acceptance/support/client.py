"""A plain HTTP client of `/api/v1` for tests: standard library only, one connection, every answer looked at."""

import http.client
import json
import re
import secrets
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

_CODE = re.compile(r"[a-z_.]+")


@dataclass(frozen=True)
class Reply:
    """`body` is the JSON value, or bytes when it is no JSON."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> str | None:
        """The error's code, or None when it is none."""
        return self.body["error"]["code"] if self.status >= 400 else None


class Client:
    """`patience` is for how many seconds a call is repeated when the server cannot be reached."""

    def __init__(self, base_url: str, token: str, patience: float = 0) -> None:
        self._parts = urlsplit(base_url)
        self.token = token
        self.patience = patience
        self.log: deque[str] = deque(maxlen=30)
        self._connection: http.client.HTTPConnection | None = None

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        language: str = "en",
    ) -> Reply:
        """One call; AssertionError on any 5xx, 429, or an error that has not the one shape."""
        data = None if body is None else json.dumps(body, ensure_ascii=len(path) % 2 == 0).encode()
        headers = {"Accept-Language": language}
        if data is not None:
            headers["Content-Type"] = "application/json"
        given = {name: value for name, value in (query or {}).items() if value is not None}
        return self.send(method, path + (f"?{urlencode(given)}" if given else ""), data, headers)

    def upload(self, name: str, data: bytes, command_id: str | None = None) -> Reply:
        boundary = secrets.token_hex(16)
        parts = [_part(boundary, f'name="file"; filename="{name}"', data)]
        if command_id is not None:
            parts.append(_part(boundary, 'name="command_id"', command_id.encode()))
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.send("POST", "/files", b"".join(parts) + f"--{boundary}--\r\n".encode(), headers)

    def send(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Reply:
        sent = {"Authorization": f"Bearer {self.token}"} | dict(headers)
        deadline = time.monotonic() + self.patience
        while True:
            try:
                reply = self._once(method, f"{self._parts.path.rstrip('/')}/api/v1{path}", data, sent)
                break
            except (http.client.HTTPException, OSError):
                self.close()
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.1)
        self._look_at(method, path, data, reply)
        return reply

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Reply:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(self._parts.hostname or "", self._parts.port, timeout=60)
        self._connection.request(method, path, data, dict(headers))
        answer = self._connection.getresponse()
        content = answer.read()
        is_json = (answer.getheader("Content-Type") or "").startswith("application/json")
        return Reply(answer.status, json.loads(content) if is_json else content, dict(answer.getheaders()))

    def _look_at(self, method: str, path: str, data: bytes | None, reply: Reply) -> None:
        self.log.append(f"{method} {path} {(data or b'')[:600]!r} -> {reply.status} {str(reply.body)[:300]}")
        assert reply.status < 500, self.told("the server failed")
        assert reply.status != 429, self.told("a valid token was rate limited")
        if reply.status < 400:
            return
        body = reply.body
        assert isinstance(body, dict), self.told("an error is no JSON")
        assert set(body) == {"error"}, self.told("an error has another shape")
        error = body["error"]
        assert {"code", "message"} <= set(error) <= {"code", "message", "field", "details"}, self.told("error shape")
        assert _CODE.fullmatch(error["code"]), self.told("error code")
        assert isinstance(error["message"], str), self.told("error message")
        assert error["message"].strip(), self.told("error message")

    def told(self, what: str) -> str:
        """A failure with the calls that led to it."""
        return f"{what}; the last calls were:\n" + "\n".join(list(self.log)[-8:])


def _part(boundary: str, disposition: str, data: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + data + b"\r\n"
