"""When a session ends while someone is typing, nothing typed is lost, and nobody else gets to see it.

The form says by a signed mark whose it is. What came too late is kept on the server for that person alone; the next
log-in leads him to it, and one press sends it again.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, render_template, request

from server.casework.command import SYSTEM
from server.commands.drop_post import DropPost
from server.commands.keep_post import KeepPost
from server.queries.kept_post import kept_post
from server.security.actor import Actor
from server.security.links import author_mark, read_author_mark
from server.web.person import actor, context, current_actor
from server.web.replies import run

AUTHOR = "author"
KEPT = "kept"
LOOK = "look"
"""The button that shows the page again with what was typed, and sends nothing."""
_OWN = frozenset({"csrf_token", AUTHOR, KEPT, LOOK})


def install(app: Flask) -> None:
    app.jinja_env.globals["author_mark"] = my_mark
    app.jinja_env.globals["carried_post"] = lambda: request.form.get(KEPT, "") if request.method == "POST" else ""
    app.after_request(_forget)


def my_mark() -> str:
    """The mark of who reads the page; empty for a stranger."""
    reader = current_actor()
    return "" if reader is None else author_mark(reader.user_id, context().settings.secret())


def author() -> int | None:
    """Id of the person whose form was posted; None when the post did not come from a page of this site, or is a
    log-in or a password, which are not kept.
    """
    if request.blueprint == "auth":
        return None
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if urlsplit(origin).netloc != request.host or request.method != "POST":
        return None
    return read_author_mark(request.form.get(AUTHOR, ""), context().settings.secret())


def keep(owner: int) -> str:
    """Put away what was posted, for its author; its id."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _OWN and "\0" not in value]
    files = [file.filename for _name, file in request.files.items(multi=True) if file.filename]
    target = request.full_path.rstrip("?")
    command = KeepPost(actor=SYSTEM, author=owner, target=target, fields=fields, files=files)
    return str(context().execute(command).body["id"])


def mine(reader: Actor, post_id: str | None = None) -> dict[str, Any] | None:
    """What waits for this reader: the one of that id, else the newest."""
    return kept_post(context(), reader, post_id)


def resend_page(post: dict[str, Any], status: int = 200) -> Response:
    """One button that posts the kept fields with a fresh token, one that only shows them on their page."""
    return make_response(render_template("resend.html", post=post | {"target": local_path(post["target"])}), status)


def page_stays() -> bool:
    """Whether the script that sent the form waits for the log-in in another window: it does so for picked files."""
    picked = any(file.filename for _name, file in request.files.items(multi=True))
    return picked and request.headers.get("X-Sent-By") == "script"


def page_behind() -> str:
    """Where the form stood that was posted: the way back after the log-in."""
    parts = urlsplit(request.headers.get("Referer") or "")
    here = parts.netloc == request.host
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""), "") if here else ""


def local_path(target: str | None, default: str = "/") -> str:
    """`target` when it is a path of this site, else `default`; nobody is sent elsewhere."""
    path = target or ""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else default


def _forget(reply: Response) -> Response:
    """What was sent again, and led somewhere, need not be kept any longer."""
    if (
        request.method == "POST"
        and (reply.status_code == 303 or "X-Go-To" in reply.headers)
        and current_actor() is not None
    ):
        post_id = request.form.get(KEPT, "")
        if post_id:
            run(DropPost(actor=actor(), post_id=post_id))
    return reply
