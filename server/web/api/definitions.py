"""Process applications and their versions."""

from typing import TYPE_CHECKING

from server.commands.publish_version import PublishVersion
from server.queries.definition_list import definition_list
from server.web.api.call import Call, Reply

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage


def list_definitions(call: Call) -> Reply:
    found = definition_list(call.context, call.actor, call.language)
    return 200, found


def publish_definition(call: Call) -> Reply:
    file: FileStorage = call.upload  # type: ignore[assignment] # required by the document
    return call.execute(
        PublishVersion(
            actor=call.actor, command_id=call.command_id, bundle=file.stream.read(), note=call.body.get("note", "")
        )
    )
