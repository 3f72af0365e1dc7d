"""What concerns the person himself: what is asked of him, which mails he gets, and who stands in for him."""

from flask import Blueprint

from server.web.me import asked, badge, notifications, substitutes

blueprint = Blueprint("me", __name__, url_prefix="/me")
blueprint.add_url_rule("/asked", "asked", asked.show)
for name, view in asked.VIEWS.items():
    blueprint.add_url_rule(f"/asked/<request_id>/{name}", name, view, methods=["POST"])
blueprint.add_url_rule("/badge", "badge", badge.counts)
blueprint.add_url_rule("/notifications", "notifications", notifications.show, methods=["GET"])
blueprint.add_url_rule("/notifications", "choose_notices", notifications.choose, methods=["POST"])
blueprint.add_url_rule("/substitutes", "substitutes", substitutes.show, methods=["GET"])
blueprint.add_url_rule("/substitutes", "name_substitute", substitutes.name, methods=["POST"])
blueprint.add_url_rule("/substitutes/<int:substitution_id>/end", "end_substitution", substitutes.end, methods=["POST"])
