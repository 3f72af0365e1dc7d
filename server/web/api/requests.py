"""What is asked of the caller: answer, sign, take note; and what he asked, taken back."""

from typing import Any

from server.commands.answer_question import AnswerQuestion
from server.commands.see_mention import SeeMention
from server.commands.sign_task import SignTask
from server.commands.withdraw_request import WithdrawRequest
from server.queries.requests import asked_of_me
from server.web.api.call import Call, Reply


def list_requests(call: Call) -> Reply:
    return 200, asked_of_me(call.context, call.actor, call.language, **call.page)


def answer_question(call: Call) -> Reply:
    return call.execute(AnswerQuestion(**_who_and_what(call), text=call.body["text"]))


def sign_task(call: Call) -> Reply:
    return call.execute(SignTask(**_who_and_what(call), agree=call.body["agree"], text=call.body.get("text", "")))


def see_mention(call: Call) -> Reply:
    return call.execute(SeeMention(**_who_and_what(call)))


def withdraw_request(call: Call) -> Reply:
    return call.execute(WithdrawRequest(**_who_and_what(call), reason=call.body.get("reason", "")))


def _who_and_what(call: Call) -> dict[str, Any]:
    return {"actor": call.actor, "command_id": call.command_id, "request_id": call.path["request_id"]}
