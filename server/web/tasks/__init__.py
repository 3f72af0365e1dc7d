"""What staff work with all day: the list of tasks and the page of one task."""

from flask import Blueprint

from server.web.tasks import actions, bulk, colleagues, filters, listing, page

blueprint = Blueprint("tasks", __name__)
blueprint.add_url_rule("/tasks", view_func=listing.listing)
blueprint.add_url_rule("/tasks/bulk", "bulk", bulk.submit, methods=["POST"])
blueprint.add_url_rule("/tasks/filters", "save_filter", filters.save, methods=["POST"])
blueprint.add_url_rule("/tasks/filters/<int:filter_id>", "rename_filter", filters.rename, methods=["POST"])
blueprint.add_url_rule("/tasks/filters/<int:filter_id>/delete", "delete_filter", filters.delete, methods=["POST"])
blueprint.add_url_rule("/tasks/<task_id>", view_func=page.show, methods=["GET"])
blueprint.add_url_rule("/tasks/<task_id>", view_func=page.submit, methods=["POST"])
blueprint.add_url_rule("/tasks/<task_id>/draft", view_func=page.keep, methods=["POST"])
for name, view in colleagues.VIEWS.items():
    blueprint.add_url_rule(f"/tasks/<task_id>/{name}", name, view, methods=["POST"])
for name, view in actions.VIEWS.items():
    blueprint.add_url_rule(f"/tasks/<task_id>/{name}", view_func=view, methods=["POST"])
