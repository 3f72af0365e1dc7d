"""Running processes and their history."""

from typing import Any

import orjson

from server.commands.cancel_instance import CancelInstance
from server.commands.resume_instance import ResumeInstance
from server.commands.suspend_instance import SuspendInstance
from server.queries.instance_detail import instance_detail
from server.queries.instance_history import instance_history
from server.queries.record_case import record_instance
from server.web.api.call import Call, Reply


def get_instance(call: Call) -> Reply:
    return 200, instance_detail(call.context, call.actor, call.path["instance_id"], call.language)


def get_history(call: Call) -> Reply:
    return 200, instance_history(call.context, call.actor, call.path["instance_id"], **call.page)


def get_recorded_test(call: Call) -> Reply:
    made = record_instance(call.context, call.actor, call.path["instance_id"])
    return 200, {"version": made.version, "test": orjson.loads(made.content), **made.outcome.to_json(call.language)}


def cancel_instance(call: Call) -> Reply:
    return call.execute(CancelInstance(**_who_and_why(call)))


def suspend_instance(call: Call) -> Reply:
    return call.execute(SuspendInstance(**_who_and_why(call)))


def resume_instance(call: Call) -> Reply:
    return call.execute(ResumeInstance(**_who_and_why(call)))


def _who_and_why(call: Call) -> dict[str, Any]:
    return {
        "actor": call.actor,
        "command_id": call.command_id,
        "instance_id": call.path["instance_id"],
        "reason": call.body["reason"],
    }
