"""One's own access tokens for scripts."""

from flask import Response, url_for

from server.commands.create_token import CreateToken
from server.commands.revoke_token import RevokeToken
from server.i18n import N_
from server.queries.own_tokens import own_tokens
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import act, page, run


@needs("token.manage_own")
def show() -> Response:
    return page("admin/tokens.html", tokens=own_tokens(context(), actor()), made="", problem="")


@needs("token.manage_own")
def create() -> Response:
    """Shown in the answer itself, once: it must not lie in a session cookie on the way to another page."""
    answer, refusal = run(CreateToken(actor=actor(), username=actor().username))
    problem = refusal.text(language()) if refusal else ""
    status = status_of(refusal) if refusal else 200
    tokens = own_tokens(context(), actor())
    return page("admin/tokens.html", status, tokens=tokens, made=answer.get("token", ""), problem=problem)


@needs("token.manage_own")
def revoke(token_id: int) -> Response:
    command = RevokeToken(actor=actor(), token_id=token_id)
    return act(command, N_("The token no longer works."), url_for("admin.show_tokens"))
