"""Error pages in the house style: what happened, where, and what to do now."""

import logging
import secrets

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from server.domain.rejection import Rejected
from server.i18n import N_, translate
from server.queries.people import account_of
from server.security.permissions import PERMISSIONS
from server.web.auth.form import login_html
from server.web.person import context, current_actor, language
from server.web.refusals import status_of
from server.web.resend import author, keep, mine, page_behind, page_stays, resend_page

log = logging.getLogger(__name__)

_TITLES = {
    400: N_("This request cannot be understood"),
    401: N_("Please log in"),
    403: N_("You may not do this"),
    404: N_("Nothing here"),
    405: N_("This page does not work that way"),
    409: N_("Someone was quicker"),
    413: N_("Too much at once"),
    422: N_("This cannot be accepted"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong on our side"),
    503: N_("Not available at the moment"),
}
_ADVICE = {
    400: N_("Go back, reload the page and try again."),
    403: N_("If you need it for your work, ask an administrator to give you the permission."),
    404: N_("Check the address, or look for the complaint by its number in the register."),
    405: N_("Go back to the list and start from there."),
    409: N_("Reload the page: it then shows how things stand now. Nothing of yours was overwritten."),
    413: N_("Send fewer or smaller files in one go. Photos may be sent one after the other."),
    422: N_("Go back, correct it and send it again."),
    429: N_("Wait a few minutes, then try again."),
    500: N_("Nothing was changed. Try again; if it happens again, tell an administrator the reference below."),
    503: N_("Wait a minute, then try again."),
}
_SENTENCES = {
    404: N_("There is no page at this address."),
    413: N_("What you sent is larger than the server takes at once."),
    429: N_("There were too many attempts from here in a short time."),
    500: N_("The server could not finish what you asked for."),
}


def install(app: Flask) -> None:
    app.register_error_handler(Rejected, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def error_page(status: int, sentence: str = "", reference: str = "") -> Response:
    """The page for `status`; `sentence` (translated) says more exactly what is the matter."""
    known = status if status in _TITLES else 400 if status < 500 else 500
    words = language()
    page = render_template(
        "error.html",
        status=status,
        title=translate(_TITLES[known], words),
        sentence=sentence or translate(_SENTENCES.get(known, ""), words),
        advice=translate(_ADVICE.get(known, ""), words),
        reference=reference,
    )
    return make_response(page, status)


def _refused(refusal: Rejected) -> ResponseReturnValue:
    if refusal.code == "unauthenticated" and current_actor() is None:
        if request.method in ("GET", "HEAD"):
            return redirect(url_for("auth.login", next=request.full_path.rstrip("?")), 303)
        return _logged_out(refusal)
    return error_page(status_of(refusal), _plain(refusal))


def _logged_out(refusal: Rejected) -> ResponseReturnValue:
    """The log-in, to which nothing that was typed is shown: it is kept for its author."""
    if _by_itself():
        return jsonify({"error": refusal.to_json(language())}), 401
    owner = author()
    if owner is None or page_stays():
        return make_response(login_html(), 401)
    keep(owner)
    account = account_of(context(), owner)
    known = {"username": account.username, "kept_for": account.display_name}
    return make_response(login_html(next=page_behind(), **known), 401)


def _by_itself() -> bool:
    """Whether a script saves what was typed, which still stands in its page."""
    return request.accept_mimetypes.best == "application/json"


def _plain(refusal: Rejected) -> str:
    """The refusal's sentence; a missing permission is named by what it allows, not by its key."""
    missing = PERMISSIONS.get(refusal.params.get("permission", ""))
    if missing is None:
        return refusal.text(language())
    return translate(N_("This needs the permission “{what}”."), language(), what=translate(missing, language()))


def _forged(error: CSRFError) -> ResponseReturnValue:
    too_old = N_("This page was too old, or the request did not come from this site.")
    if _by_itself():
        return jsonify({"error": Rejected("malformed.token", too_old).to_json(language())}), 400
    owner, reader = author(), current_actor()
    post_id = None if owner is None else keep(owner)
    post = mine(reader, post_id) if reader is not None and post_id is not None else None
    if post is not None:
        return resend_page(post, 400)
    if owner is not None:
        name = account_of(context(), owner).display_name
        sentence = N_("This page was opened by {name}. What was typed there is kept, and only {name} sees it again.")
        return error_page(400, translate(sentence, language(), name=name))
    return error_page(400, translate(too_old, language()))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    if isinstance(error, SecurityError):
        # Under a host name that is not ours no address can be made, hence no page of ours.
        return Response("Unknown host name. Set KESU_PUBLIC_URL.", 400, content_type="text/plain; charset=utf-8")
    reply = error_page(error.code or 500)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            reply.headers[name] = value
    return reply


def _failed(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.error("%s %s failed, reference %s", request.method, request.path, reference, exc_info=error)
    # The fault may lie where people are looked up: the error page must not ask again.
    g.setdefault("actor", None)
    return error_page(500, reference=reference)
