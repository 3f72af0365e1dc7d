"""What is said about a complaint."""

from server.commands.add_comment import AddComment
from server.queries.comments import comments
from server.web.api.call import Call, Reply


def list_comments(call: Call) -> Reply:
    return 200, comments(call.context, call.actor, call.path["number"], call.language, **call.page)


def add_comment(call: Call) -> Reply:
    told = {"text": call.body["text"], "task_id": call.body.get("task")}
    return call.execute(AddComment(actor=call.actor, command_id=call.command_id, number=call.path["number"], **told))
