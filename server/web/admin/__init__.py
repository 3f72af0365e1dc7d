"""Around the work: outgoing mails, one's own access tokens, what the product is made of."""

from flask import Blueprint

from server.web.admin import about, mailbox, tokens

blueprint = Blueprint("admin", __name__)
blueprint.add_url_rule("/mailbox", endpoint="show_mailbox", view_func=mailbox.show)
blueprint.add_url_rule("/tokens", endpoint="show_tokens", view_func=tokens.show)
blueprint.add_url_rule("/tokens", endpoint="create_token", view_func=tokens.create, methods=["POST"])
blueprint.add_url_rule(
    "/tokens/<int:token_id>/revoke", endpoint="revoke_token", view_func=tokens.revoke, methods=["POST"]
)
blueprint.add_url_rule("/about", endpoint="about", view_func=about.show)
