"""Process applications and their versions."""

from server.commands.publish_version import PublishVersion
from server.queries.definition_check import definition_check
from server.queries.definition_list import definition_list
from server.web.api.call import Call, Reply


def list_definitions(call: Call) -> Reply:
    return 200, definition_list(call.context, call.actor, call.language)


def check_definition(call: Call) -> Reply:
    return 200, definition_check(call.context, call.actor, call.path["key"], call.language)


def publish_definition(call: Call) -> Reply:
    _, stream = call.upload
    return call.execute(
        PublishVersion(
            actor=call.actor, command_id=call.command_id, bundle=stream.read(), note=call.body.get("note", "")
        )
    )
