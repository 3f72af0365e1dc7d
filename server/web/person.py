"""Who is at the browser: the session cookie, the actor behind it, and his language."""

from typing import cast

from flask import current_app, g, request, session

from server.casework.context import Context
from server.domain.rejection import Rejected
from server.i18n import LANGUAGES, N_, best_language
from server.queries.sign_in import actor_of
from server.security.actor import Actor

_USER = "user"
_MARK = "mark"
_LANGUAGE = "language"


def context() -> Context:
    """The context of the running app."""
    return cast(Context, current_app.extensions["kesu"])


def current_actor() -> Actor | None:
    """The person logged in, looked up once a request; None for a stranger or someone disabled since."""
    if "actor" not in g:
        user_id = session.get(_USER)
        found = actor_of(context(), user_id) if isinstance(user_id, int) else None
        # A session begun with another password is over.
        g.actor = found if found is not None and session.get(_MARK) == found.password_mark else None
    return cast("Actor | None", g.actor)


def actor() -> Actor:
    """The person logged in; raises Rejected `unauthenticated`."""
    found = current_actor()
    if found is None:
        raise Rejected("unauthenticated", N_("Please log in first."))
    return found


def sign_in(person: Actor) -> None:
    """Begin a new session: nothing that stood in the old one, its CSRF token included, survives."""
    session.clear()
    session.permanent = True
    session[_USER] = person.user_id
    session[_MARK] = person.password_mark
    g.actor = person


def sign_out() -> None:
    """End the session; only the language stays."""
    chosen = session.get(_LANGUAGE)
    session.clear()
    if chosen:
        session[_LANGUAGE] = chosen
    g.actor = None


def language() -> str:
    """The person's own language; a stranger's last choice, else what his browser asks for."""
    if "language" not in g:
        person = current_actor()
        chosen = person.language if person else session.get(_LANGUAGE)
        default = context().settings.language
        g.language = chosen if chosen in LANGUAGES else best_language(request.headers.get("Accept-Language"), default)
    return cast(str, g.language)


def choose_language(chosen: str) -> None:
    """Remember a stranger's choice; a person's own is kept in his account."""
    session[_LANGUAGE] = chosen
    g.language = chosen
