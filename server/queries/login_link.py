"""Whose one-time log-in link is this?"""

from sqlalchemy import select

from server.casework.context import Context
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import UserAccount
from server.queries.sign_in import actor_named
from server.security.actor import Actor
from server.security.links import read_login_token


def actor_of_login_link(context: Context, token: str) -> Actor:
    """The person who may set a password with it; Rejected `not_found.link` when it is false, too old or used."""
    key = context.settings.secret()
    try:
        claim = read_login_token(token, key, context.clock.now())
    except Rejected as refusal:
        raise _dead() from refusal
    with context.read() as connection:
        stored = connection.execute(
            select(UserAccount.password_hash).where(UserAccount.username == claim.username)
        ).scalar_one_or_none()
    actor = actor_named(context, claim.username)
    if actor is None or not claim.holds_for(stored, key):
        raise _dead()
    return actor


def _dead() -> Rejected:
    return Rejected("not_found.link", N_("This log-in link is used up, too old or not complete. Ask for a new one."))
