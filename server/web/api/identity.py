"""Who calls: the bearer token of the request.

Cookies are never looked at here. A browser adds cookies to forged requests on its own, but never a bearer token, so
these calls cannot be forged from another site and carry no CSRF token.
"""

from typing import TYPE_CHECKING

from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.sign_in import actor_of_token

if TYPE_CHECKING:
    from server.casework.context import Context
    from server.security.actor import Actor

CHALLENGE = 'Bearer realm="kesu"'


def caller(context: "Context", authorization: str | None) -> "Actor":
    """The token's owner. Raises Rejected `unauthenticated`, in the same words whatever is wrong with the token."""
    scheme, _, token = (authorization or "").partition(" ")
    actor = actor_of_token(context, token.strip()) if scheme.lower() == "bearer" and token.strip() else None
    if actor is None:
        raise Rejected(
            "unauthenticated",
            N_("Send a valid token as “Authorization: Bearer TOKEN”. “kesu token create USER” makes one."),
        )
    return actor
