"""Process applications and their versions."""

from server.commands.publish_version import PublishVersion
from server.commands.start_migration import StartMigration
from server.commands.undo_migration import UndoMigration
from server.domain.bundle import Bundle
from server.domain.json_gate import read_json
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.definition_check import definition_check
from server.queries.definition_list import definition_list
from server.queries.event_log import LogWish, event_log
from server.queries.migration_runs import migration_run, migration_runs
from server.queries.rehearsal import rehearse_draft, rehearse_version
from server.queries.version_difference import version_difference
from server.web.api.call import Call, Reply
from server.web.streams import day_begins, xes_file


def list_definitions(call: Call) -> Reply:
    return 200, definition_list(call.context, call.actor, call.language)


def check_definition(call: Call) -> Reply:
    return 200, definition_check(call.context, call.actor, call.path["key"], call.language)


def difference(call: Call) -> Reply:
    """Between two published versions, and what it means for the open complaints."""
    key, number, to = call.path["key"], call.query.get("from"), call.query.get("to")
    return 200, version_difference(call.context, call.actor, key, number, to, call.language)


def rehearse_definition(call: Call) -> Reply:
    """A draft sent along, else a published version."""
    key = call.path["key"]
    if call.file is None:
        mapping = CaseMapping.read(call.body.get("mapping", {}))
        to = call.body.get("to")
        return 200, rehearse_version(call.context, call.actor, key, to, call.language, mapping=mapping)
    told = call.body.get("mapping") or call.query.get("mapping") or "{}"
    mapping = CaseMapping.read(read_json(told.encode(), name="mapping"))
    _, stream = call.upload
    bundle = Bundle.from_zip(stream.read())
    if bundle.application.key != key:
        raise Rejected(
            "bundle.application",
            N_("The bundle is one of the application {said}, not of {key}."),
            said=bundle.application.key,
            key=key,
        )
    return 200, rehearse_draft(call.context, call.actor, bundle, call.language, mapping=mapping)


def migrate_definition(call: Call) -> Reply:
    """Ordered here, carried out by whoever ticks."""
    chosen = call.body.get("instances")
    return call.execute(
        StartMigration(
            actor=call.actor,
            command_id=call.command_id,
            key=call.path["key"],
            to=call.body["to"],
            instances=None if chosen is None else tuple(chosen),
            mapping=call.body.get("mapping", {}),
        )
    )


def event_log_xes(call: Call) -> Reply:
    """What happened in the complaints, streamed."""
    query, key = call.query, call.path["key"]
    wish = LogWish(
        key=key,
        language=call.language,
        since=day_begins("from", query.get("from")),
        until=day_begins("until", query.get("until"), after=1),
        pseudonyms=query["people"] == "pseudonyms",
    )
    return xes_file(key, event_log(call.context, call.actor, wish))


def list_migrations(call: Call) -> Reply:
    return 200, migration_runs(call.context, call.actor, call.path["key"])


def migration(call: Call) -> Reply:
    cursor = call.page["cursor"]
    if cursor is not None and not cursor.isdecimal():
        raise Rejected("malformed.cursor", N_("There is no such cursor. Begin again without one."), field="/cursor")
    path = call.path
    return 200, migration_run(
        call.context,
        call.actor,
        path["key"],
        path["id"],
        call.language,
        limit=call.page["limit"],
        after=int(cursor or 0),
    )


def undo_migration(call: Call) -> Reply:
    path = call.path
    return call.execute(
        UndoMigration(actor=call.actor, command_id=call.command_id, step_id=path["step"], key=path["key"])
    )


def publish_definition(call: Call) -> Reply:
    _, stream = call.upload
    return call.execute(
        PublishVersion(
            actor=call.actor, command_id=call.command_id, bundle=stream.read(), note=call.body.get("note", "")
        )
    )
