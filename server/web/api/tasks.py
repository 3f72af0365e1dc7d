"""User tasks: the list, one task with its form, and one command for each thing done with it."""

from typing import Any

from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.escalate_task import EscalateTask
from server.commands.save_draft import SaveDraft
from server.commands.send_back_task import SendBackTask
from server.commands.transfer_task import TransferTask
from server.commands.unclaim_task import UnclaimTask
from server.queries.task_detail import task_detail
from server.queries.task_list import task_list
from server.web.api.call import Call, Reply


def list_tasks(call: Call) -> Reply:
    filters: dict[str, Any] = {
        name: call.query.get(name) for name in ("state", "group", "assignee", "case", "q", "order")
    }
    return 200, task_list(call.context, call.actor, language=call.language, **filters, **call.page)


def get_task(call: Call) -> Reply:
    return 200, task_detail(call.context, call.actor, call.path["task_id"], call.language)


def claim_task(call: Call) -> Reply:
    return call.execute(ClaimTask(**_who_and_what(call)))


def unclaim_task(call: Call) -> Reply:
    return call.execute(UnclaimTask(**_who_and_what(call)))


def complete_task(call: Call) -> Reply:
    return call.execute(CompleteTask(**_who_and_what(call), data=call.body["data"], revision=call.body.get("revision")))


def save_draft(call: Call) -> Reply:
    return call.execute(SaveDraft(**_who_and_what(call), data=call.body["data"], revision=call.body.get("revision")))


def transfer_task(call: Call) -> Reply:
    return call.execute(TransferTask(**_who_and_what(call), to=call.body["to"], reason=call.body.get("reason", "")))


def send_back_task(call: Call) -> Reply:
    return call.execute(SendBackTask(**_who_and_what(call), reason=call.body["reason"], target=call.body.get("target")))


def escalate_task(call: Call) -> Reply:
    return call.execute(EscalateTask(**_who_and_what(call), reason=call.body["reason"]))


def _who_and_what(call: Call) -> dict[str, Any]:
    return {"actor": call.actor, "command_id": call.command_id, "task_id": call.path["task_id"]}
