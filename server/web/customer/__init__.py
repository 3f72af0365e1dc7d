"""What customers see: the state of their complaint behind a signed link, and nothing internal."""

from flask import Blueprint

from server.web.customer import status

blueprint = Blueprint("customer", __name__)
blueprint.add_url_rule("/status/<token>", view_func=status.show)
