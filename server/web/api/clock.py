"""The clock of a complaint: stop it, let it go on."""

from server.commands.continue_clock import ContinueClock
from server.commands.pause_clock import PauseClock
from server.web.api.call import Call, Reply


def pause_clock(call: Call) -> Reply:
    reason, text = call.body["reason"], call.body.get("text") or ""
    return call.execute(
        PauseClock(actor=call.actor, command_id=call.command_id, number=call.path["number"], reason=reason, text=text)
    )


def continue_clock(call: Call) -> Reply:
    return call.execute(ContinueClock(actor=call.actor, command_id=call.command_id, number=call.path["number"]))
