"""Steps that failed and wait for a person."""

from server.commands.retry_incident import RetryIncident
from server.queries.incident_list import incident_list
from server.web.api.call import Call, Reply


def list_incidents(call: Call) -> Reply:
    return 200, incident_list(call.context, call.actor, language=call.language, state=call.query["state"], **call.page)


def retry_incident(call: Call) -> Reply:
    return call.execute(
        RetryIncident(actor=call.actor, command_id=call.command_id, incident_id=call.path["incident_id"])
    )
