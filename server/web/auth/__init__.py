"""Log in and out, the first log-in by a one-time link, password, language."""

from flask import Blueprint

from server.web.auth import views

blueprint = Blueprint("auth", __name__)
views.add_to(blueprint)
