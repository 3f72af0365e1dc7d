"""Response headers of every page, and of files that people uploaded."""

from flask import Flask, Response, g, request

from server.web.access import guards_itself

_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""For uploaded content: whatever it holds, a browser that opens it runs nothing."""


def allow_style_attributes() -> None:
    """For pages with a diagram: bpmn-js positions its layers by style attributes."""
    g.style_attributes = True


def install(app: Flask) -> None:
    app.after_request(_protect)


def _protect(reply: Response) -> Response:
    if request.endpoint and guards_itself(request.endpoint):
        return reply
    policy = dict(_POLICY)
    if g.get("style_attributes"):
        policy["style-src-attr"] = "'unsafe-inline'"
    reply.headers.setdefault("Content-Security-Policy", "; ".join(f"{name} {value}" for name, value in policy.items()))
    reply.headers["X-Content-Type-Options"] = "nosniff"
    reply.headers["Referrer-Policy"] = "same-origin"
    reply.headers.setdefault("X-Frame-Options", "DENY")
    reply.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    reply.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=()")
    if reply.mimetype == "text/html":
        # A shared tablet shows nothing of the last person after the log-out.
        reply.headers.setdefault("Cache-Control", "no-store")
    return reply
