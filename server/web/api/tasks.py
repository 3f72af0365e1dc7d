"""User tasks: the list, one task with its form, and one command for each thing done with it."""

from typing import Any

from server.commands.add_signers import AddSigners
from server.commands.ask_colleague import AskColleague
from server.commands.bulk_tasks import Row, bulk
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.delegate_task import DelegateTask
from server.commands.escalate_task import EscalateTask
from server.commands.return_task import ReturnTask
from server.commands.save_draft import SaveDraft
from server.commands.send_back_task import SendBackTask
from server.commands.set_priority import SetPriority
from server.commands.transfer_task import TransferTask
from server.commands.unclaim_task import UnclaimTask
from server.commands.urge_task import UrgeTask
from server.commands.withdraw_task import WithdrawTask
from server.queries.send_back_preview import send_back_preview
from server.queries.task_detail import task_detail
from server.queries.task_filters import NARROWING, ONE_OF
from server.queries.task_list import task_list
from server.web.api.call import Call, Reply
from server.web.refusals import status_of


def list_tasks(call: Call) -> Reply:
    filters: dict[str, Any] = {name: call.query.get(name) for name in (*ONE_OF, *NARROWING)}
    return 200, task_list(call.context, call.actor, language=call.language, **filters, **call.page)


def get_task(call: Call) -> Reply:
    return 200, task_detail(call.context, call.actor, call.path["task_id"], call.language)


def claim_task(call: Call) -> Reply:
    return call.execute(ClaimTask(**_who_and_what(call)))


def unclaim_task(call: Call) -> Reply:
    return call.execute(UnclaimTask(**_who_and_what(call)))


def complete_task(call: Call) -> Reply:
    return call.execute(CompleteTask(**_who_and_what(call), **_answers(call)))


def save_draft(call: Call) -> Reply:
    return call.execute(SaveDraft(**_who_and_what(call), **_answers(call)))


def transfer_task(call: Call) -> Reply:
    return call.execute(TransferTask(**_who_and_what(call), to=call.body["to"], reason=call.body.get("reason", "")))


def send_back_task(call: Call) -> Reply:
    return call.execute(SendBackTask(**_who_and_what(call), reason=call.body["reason"], target=call.body.get("target")))


def escalate_task(call: Call) -> Reply:
    return call.execute(EscalateTask(**_who_and_what(call), reason=call.body["reason"]))


def delegate_task(call: Call) -> Reply:
    return call.execute(DelegateTask(**_who_and_what(call), to=call.body["to"], reason=call.body.get("reason", "")))


def return_task(call: Call) -> Reply:
    return call.execute(ReturnTask(**_who_and_what(call), reason=call.body.get("reason", "")))


def add_signers(call: Call) -> Reply:
    told = {"text": call.body["text"], "position": call.body.get("position", "before")}
    return call.execute(AddSigners(**_who_and_what(call), signers=tuple(call.body["signers"]), **told))


def ask_colleague(call: Call) -> Reply:
    return call.execute(AskColleague(**_who_and_what(call), of=call.body["of"], text=call.body["text"]))


def withdraw_task(call: Call) -> Reply:
    return call.execute(WithdrawTask(**_who_and_what(call), reason=call.body.get("reason", "")))


def urge_task(call: Call) -> Reply:
    return call.execute(UrgeTask(**_who_and_what(call), text=call.body.get("text", "")))


def set_priority(call: Call) -> Reply:
    told = {"priority": call.body["priority"], "reason": call.body["reason"]}
    return call.execute(SetPriority(**_who_and_what(call), **told))


def preview_send_back(call: Call) -> Reply:
    return 200, send_back_preview(call.context, call.actor, call.path["task_id"], call.query["target"], call.language)


def bulk_tasks(call: Call) -> Reply:
    told = {name: call.body.get(name) for name in ("to", "reason", "data", "priority") if name in call.body}
    rows = bulk(call.context, call.actor, call.body["action"], call.body["tasks"], told, call.command_id)
    return 200, {"results": [_result(row, call.language) for row in rows]}


def _result(row: Row, language: str) -> dict[str, Any]:
    if row.refusal is None:
        return {"task": row.task, "ok": True, "answer": row.answer}
    error = row.refusal.to_json(language)
    return {"task": row.task, "ok": False, "status": status_of(row.refusal), "error": error}


def _answers(call: Call) -> dict[str, Any]:
    seen = {"revision": call.body.get("revision"), "draft_version": call.body.get("draft_version")}
    return {"data": call.body["data"], **seen}


def _who_and_what(call: Call) -> dict[str, Any]:
    return {"actor": call.actor, "command_id": call.command_id, "task_id": call.path["task_id"]}
