"""What is text goes gzipped over the wire: a phone on the shop floor reads a task page at a fourth of its bytes.

A page holds the CSRF token and may show what its address asks for, so its compressed length could be compared by
whoever listens and makes a browser ask again and again (BREACH, CVE-2013-3587). Three things stand against it: the
token's signature is another one each second, a request from another site carries no session (SameSite), and a name of
random length in the gzip header (RFC 1952, FNAME) blurs the length of every page.
"""

import gzip
import secrets
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request

LEAST = 860
"""Bytes; below it the header would eat what is saved."""
BLUR = 100
"""At most so many bytes of a page's length are chance."""
TEXTS = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
_NAMED = 0x08


def install(app: Flask) -> None:
    app.after_request(_compress)


def _compress(reply: Response) -> Response:
    if reply.mimetype not in TEXTS:
        return reply
    bundled = _bundled(reply)
    if not bundled and (reply.is_streamed or reply.direct_passthrough):
        return reply
    reply.vary.add("Accept-Encoding")
    if reply.status_code != 200 and not 400 <= reply.status_code < 600:
        return reply
    if "Content-Encoding" in reply.headers or request.accept_encodings["gzip"] <= 0:
        return reply
    if bundled:
        packed = _packed(bundled, bundled.stat().st_mtime_ns)
        if close := getattr(reply.response, "close", None):  # the opened file, which nobody will read
            close()
    else:
        whole = reply.get_data()
        if len(whole) < LEAST:
            return reply
        packed = blurred(gzip.compress(whole, compresslevel=6, mtime=0))
    reply.direct_passthrough = False
    reply.set_data(packed)
    reply.headers["Content-Encoding"] = "gzip"
    tag, _weak = reply.get_etag()
    if tag:  # other bytes of the same meaning (RFC 9110, 8.8.1)
        reply.set_etag(tag, weak=True)
    return reply


def _bundled(reply: Response) -> Path | None:
    """The bundle's file that this reply sends whole; they never change, so they are packed once."""
    name = str((request.view_args or {}).get("filename", ""))
    if request.endpoint != "static" or not name.startswith("dist/") or reply.status_code != 200:
        return None
    return Path(current_app.static_folder or "") / name


@lru_cache(maxsize=128)
def _packed(file: Path, _changed: int) -> bytes:
    return gzip.compress(file.read_bytes(), compresslevel=9, mtime=0)


def blurred(packed: bytes) -> bytes:
    """The same gzip file with a name of random length in its header."""
    name = secrets.token_hex(BLUR // 2)[: secrets.randbelow(BLUR)].encode()
    return packed[:3] + bytes([packed[3] | _NAMED]) + packed[4:10] + name + b"\0" + packed[10:]
