"""When a session ends while someone is typing, nothing typed is lost: the page offers to send it again."""

from urllib.parse import urlsplit

import orjson
from flask import Response, make_response, render_template, request

_OWN = frozenset({"csrf_token"})


def kept_fields() -> list[tuple[str, str]] | None:
    """What was posted, to be sent again; None when the post did not come from a page of this site."""
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if urlsplit(origin).netloc != request.host:
        return None
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _OWN]


def resend_page(target: str, fields: list[tuple[str, str]], status: int = 200) -> Response:
    """One button that posts `fields` to `target` with a fresh token."""
    return make_response(render_template("resend.html", target=local_path(target), fields=fields), status)


def pack(fields: list[tuple[str, str]]) -> str:
    """As one hidden field of the log-in page."""
    return orjson.dumps(fields).decode()


def unpack(kept: str) -> list[tuple[str, str]]:
    """The fields that `pack` put away; nothing when they cannot be read."""
    try:
        found = orjson.loads(kept)
    except orjson.JSONDecodeError:
        return []
    pairs = [pair for pair in found if isinstance(pair, list) and len(pair) == 2] if isinstance(found, list) else []
    return [(str(name), str(value)) for name, value in pairs]


def local_path(target: str | None, default: str = "/") -> str:
    """`target` when it is a path of this site, else `default`; nobody is sent elsewhere."""
    path = target or ""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else default
