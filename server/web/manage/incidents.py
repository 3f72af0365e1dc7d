"""The repair desk: steps that failed, why, and a button to run them again."""

from flask import Response, request, url_for

from server.commands.retry_incident import RetryIncident
from server.i18n import N_
from server.queries.incident_list import incident_list
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import act, page

PER_PAGE = 30


@needs("incident.repair")
def incidents() -> Response:
    cursor = request.args.get("cursor")
    found = incident_list(context(), actor(), language=language(), limit=PER_PAGE, cursor=cursor)
    following = url_for("manage.incidents", cursor=found["next"]) if found["next"] else None
    return page("manage/incidents.html", incidents=found["items"], next=following)


@needs("incident.repair")
def retry(incident_id: int) -> Response:
    command = RetryIncident(actor=actor(), incident_id=incident_id)
    return act(command, N_("The step runs again."), url_for("manage.incidents"))
