"""Repairs of many cases, what one would do, and moving a case."""

from server.commands.move_instance import MoveInstance
from server.commands.start_repair import StartRepair
from server.queries.repair_preview import Wish, repair_preview
from server.queries.repair_runs import repair_run, repair_runs
from server.web.api.call import Call, Reply

PARAMETERS = ("result", "data", "target")


def start_repair(call: Call) -> Reply:
    incidents = call.body.get("incidents")
    return call.execute(
        StartRepair(
            actor=call.actor,
            command_id=call.command_id,
            action=call.body["action"],
            reason=call.body.get("reason", ""),
            group=call.body.get("group"),
            incidents=None if incidents is None else tuple(incidents),
            parameters=_parameters(call),
        )
    )


def list_repairs(call: Call) -> Reply:
    return 200, repair_runs(call.context, call.actor, call.query.get("group"))


def get_repair(call: Call) -> Reply:
    limit, after = call.page["limit"], call.number_cursor()
    return 200, repair_run(call.context, call.actor, call.path["id"], call.language, limit=limit, after=after)


def preview_repair(call: Call) -> Reply:
    wish = Wish(call.body["action"], call.path["instance_id"], call.body.get("incident"), _parameters(call))
    return 200, repair_preview(call.context, call.actor, wish, call.language)


def move_instance(call: Call) -> Reply:
    return call.execute(
        MoveInstance(
            actor=call.actor,
            command_id=call.command_id,
            instance_id=call.path["instance_id"],
            target=call.body["target"],
            reason=call.body["reason"],
        )
    )


def _parameters(call: Call) -> dict[str, object]:
    return {name: call.body[name] for name in PARAMETERS if name in call.body}
