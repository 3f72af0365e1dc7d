"""Deny by default: every view says who may open it, and a view that says nothing stops the start."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, request

from server.domain.rejection import Rejected
from server.i18n import N_
from server.security.permissions import PERMISSIONS
from server.web.person import current_actor

View = TypeVar("View", bound=Callable[..., object])

PUBLIC = "public"
SIGNED_IN = "signed-in"
_MARK = "kesu_access"
_GUARD_THEMSELVES = frozenset({"api"})
"""Blueprints that ask for a bearer token of their own."""


def public(view: View) -> View:
    """Anybody may open it."""
    return _marked(view, PUBLIC)


def signed_in(view: View) -> View:
    """Whoever has logged in may open it; what is seen there depends on the query behind it."""
    return _marked(view, SIGNED_IN)


def needs(permission: str) -> Callable[[View], View]:
    """Only who has `permission` (a name of the permission table) may open it."""
    if permission not in PERMISSIONS:
        raise ValueError(f"no such permission: {permission}")
    return lambda view: _marked(view, permission)


def access_of(app: Flask, endpoint: str) -> str | None:
    """What the view behind `endpoint` asks for; None when it says nothing."""
    return getattr(app.view_functions[endpoint], _MARK, None)


def guards_itself(endpoint: str) -> bool:
    return endpoint.partition(".")[0] in _GUARD_THEMSELVES


def install(app: Flask) -> None:
    """Ask before every request; RuntimeError for a view without a mark."""
    app.view_functions["static"] = public(app.view_functions["static"]) if "static" in app.view_functions else None  # type: ignore[assignment]
    silent = [name for name in app.view_functions if not guards_itself(name) and access_of(app, name) is None]
    if silent:
        raise RuntimeError(f"views that do not say who may open them: {', '.join(sorted(silent))}")
    app.before_request(_ask)


def _marked(view: View, access: str) -> View:
    setattr(view, _MARK, access)
    return view


def _ask() -> None:
    endpoint = request.endpoint
    if endpoint is None or guards_itself(endpoint):
        return
    access = access_of(current_app, endpoint)
    if access == PUBLIC:
        return
    actor = current_actor()
    if actor is None:
        raise Rejected("unauthenticated", N_("Please log in first."))
    if access is None:
        raise Rejected("forbidden.page", N_("You may not open this page."))
    if access != SIGNED_IN:
        actor.require(access)
