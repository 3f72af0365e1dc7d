"""One thing done with the chosen tasks of the list; what was refused stays chosen, with its reason."""

import secrets
from typing import Any

from flask import Response, flash, request, url_for

from server.commands.bulk_tasks import bulk
from server.commands.set_priority import LEVELS
from server.domain.rejection import Rejected
from server.queries.colleagues import colleagues
from server.queries.task_names import task_names
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import command_id, page, see_other


@needs("task.work")
def submit() -> Response:
    typed = request.form
    action, chosen = typed.get("action", ""), typed.getlist("task")
    told: dict[str, Any] = {"to": typed.get("to", ""), "reason": typed.get("reason", "").strip()}
    if action == "priority":
        told["priority"] = int(typed["priority"]) if typed.get("priority", "").isdecimal() else -1
    same = command_id("bulk", action, chosen, told)
    try:
        rows = bulk(context(), actor(), action, chosen, told, same)
    except Rejected as refusal:
        flash(refusal.text(language()), "warning")
        return see_other(url_for("tasks.listing"))
    names = task_names(context(), actor(), [row.task for row in rows], language())
    failed = [(row.task, row.refusal.text(language())) for row in rows if row.refusal is not None]
    good = [row.task for row in rows if row.refusal is None]
    return page("tasks/bulk.html", 200, names=names, failed=failed, good=good, **bulk_values(), typed=typed)


def bulk_values() -> dict[str, Any]:
    """What the form below the list needs."""
    return {
        "colleagues": colleagues(context(), actor()) if actor().may("task.transfer") else [],
        "levels": LEVELS,
        "once": secrets.token_hex(8),
    }
