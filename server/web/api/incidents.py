"""Steps that failed and wait for a person, one by one and by cause."""

from server.commands.retry_incident import RetryIncident
from server.commands.skip_job import SkipJob
from server.queries.incident_groups import Filters, incident_group, incident_groups
from server.queries.incident_list import incident_list
from server.web.api.call import Call, Reply


def list_incidents(call: Call) -> Reply:
    return 200, incident_list(call.context, call.actor, language=call.language, state=call.query["state"], **call.page)


def retry_incident(call: Call) -> Reply:
    return call.execute(
        RetryIncident(
            actor=call.actor,
            command_id=call.command_id,
            incident_id=call.path["incident_id"],
            reason=call.body.get("reason", ""),
        )
    )


def skip_job(call: Call) -> Reply:
    return call.execute(
        SkipJob(
            actor=call.actor,
            command_id=call.command_id,
            incident_id=call.path["incident_id"],
            reason=call.body["reason"],
            result=call.body.get("result"),
        )
    )


def list_incident_groups(call: Call) -> Reply:
    wanted = Filters(**{name: call.query.get(name) for name in ("application", "topic", "version", "older")})
    return 200, {"items": incident_groups(call.context, call.actor, call.language, wanted)["items"], "next": None}


def get_incident_group(call: Call) -> Reply:
    limit, after = call.page["limit"], call.number_cursor()
    found = incident_group(call.context, call.actor, call.path["group"], call.language, limit=limit, after=after)
    return 200, found
