"""Alerts: what should be looked at now, what was there lately, and which of them come by mail."""

from flask import Response, request, url_for

from server.casework.alert_words import TITLES
from server.commands.choose_alerts import ChooseAlerts
from server.i18n import N_
from server.queries.alert_list import alert_list, alert_wishes
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import act, page
from server.web.texts import _

PER_PAGE = 50


@needs("report.read")
def alerts() -> Response:
    state = "ended" if request.args.get("state") == "ended" else "open"
    kind = request.args.get("kind") if request.args.get("kind") in TITLES else None
    cursor = request.args.get("cursor")
    found = alert_list(context(), actor(), language=language(), state=state, kind=kind, limit=PER_PAGE, cursor=cursor)
    following = {"state": state, "kind": kind, "cursor": found["next"]}
    return page(
        "manage/alerts.html",
        alerts=found["items"],
        next=url_for("manage.alerts", **following) if found["next"] else None,
        state=state,
        kind=kind,
        titles={key: _(title) for key, title in TITLES.items()},
        wishes=alert_wishes(context(), actor()),
    )


@needs("report.read")
def choose_alerts() -> Response:
    command = ChooseAlerts(actor=actor(), kinds=tuple(request.form.getlist("kind")))
    return act(command, N_("Saved."), url_for("manage.alerts"))
