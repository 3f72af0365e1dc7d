"""Which mails one gets, each to be switched on and off, and the last that came."""

from flask import Response, request, url_for

from server.commands.choose_notices import ChooseNotices
from server.i18n import N_
from server.queries.notices import mails_lately, notice_wishes
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import act, page


@needs("task.work")
def show() -> Response:
    found = notice_wishes(context(), actor(), language())
    has_address = context().settings.smtp_url != ""
    return page("me/notifications.html", **found, mails=mails_lately(context(), actor()), delivers=has_address)


@needs("task.work")
def choose() -> Response:
    kinds = None if request.form.get("do") == "default" else tuple(request.form.getlist("kind"))
    return act(ChooseNotices(actor=actor(), kinds=kinds), N_("Saved."), url_for("me.notifications"))
