"""Who stands in for whom: listed, named, ended."""

from server.casework.wait_rows import parse_rfc3339
from server.commands.end_substitution import EndSubstitution
from server.commands.name_substitute import NameSubstitute
from server.queries.substitutions import substitutions
from server.web.api.call import Call, Reply


def list_substitutes(call: Call) -> Reply:
    return 200, {"items": substitutions(call.context, call.actor), "next": None}


def name_substitute(call: Call) -> Reply:
    body = call.body
    command = NameSubstitute(
        actor=call.actor,
        command_id=call.command_id,
        absent=body.get("absent") or call.actor.username,
        substitute=body["substitute"],
        starts_at=parse_rfc3339(body["starts_at"]),
        ends_at=parse_rfc3339(body["ends_at"]),
        groups=tuple(body.get("groups", ())),
        reason=body.get("reason", ""),
    )
    return call.execute(command)


def end_substitution(call: Call) -> Reply:
    return call.execute(
        EndSubstitution(actor=call.actor, command_id=call.command_id, substitution_id=call.path["substitution_id"])
    )
