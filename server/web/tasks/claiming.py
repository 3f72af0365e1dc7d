"""Who came too late for a task is led to the next free one."""

from flask import flash, url_for
from markupsafe import Markup

from server.domain.rejection import Rejected
from server.i18n import N_
from server.web.person import language
from server.web.refusals import status_of
from server.web.texts import _


def tell_refusal(refusal: Rejected) -> None:
    """The refusal on the next page, with a link to the task that is free instead."""
    text = refusal.text(language())
    following = (refusal.details or [{}])[0].get("next") if refusal.code in ("task.claimed", "task.not_open") else None
    if following:
        words = _(N_("Next free: {task} ({number})"), task=following["name"], number=following["case_number"])
        link = url_for("tasks.show", task_id=following["id"])
        flash(Markup('{} <a href="{}">{}</a>').format(text, link, words), "warning")
    else:
        flash(text, "danger" if status_of(refusal) >= 500 else "warning")
