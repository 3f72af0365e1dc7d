"""Events from outside."""

from server.commands.deliver_message import DeliverMessage
from server.web.api.call import Call, Reply


def deliver_message(call: Call) -> Reply:
    return call.execute(
        DeliverMessage(
            actor=call.actor,
            command_id=call.command_id,
            name=call.body["name"],
            correlation=call.body["correlation"],
            payload=call.body.get("payload", {}),
        )
    )
