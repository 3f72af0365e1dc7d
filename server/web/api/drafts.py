"""Drafts of applications, and what makes a version current."""

from typing import Any

from server.commands.discard_draft import DiscardDraft
from server.commands.open_draft import OpenDraft
from server.commands.propose_draft import ProposeDraft
from server.commands.publish_draft import PublishDraft
from server.commands.publish_version import PublishVersion
from server.commands.return_draft import ReturnDraft
from server.commands.roll_back_version import RollBackVersion
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.bundle_archive import draft_archive, version_archive
from server.queries.draft_detail import draft_detail, draft_list
from server.web.api.call import Call, Reply
from server.web.replies import download


def list_drafts(call: Call) -> Reply:
    return 200, {"items": draft_list(call.context, call.actor, call.path["key"]), "next": None}


def open_draft(call: Call) -> Reply:
    bundle = None if call.file is None else call.upload[1].read()
    return call.execute(
        OpenDraft(
            actor=call.actor,
            command_id=call.command_id,
            key=call.path["key"],
            title=call.body.get("title", ""),
            base=call.body.get("base"),
            bundle=bundle,
        )
    )


def get_draft(call: Call) -> Reply:
    return 200, _of_key(call)


def get_draft_bundle(call: Call) -> Reply:
    key, data = draft_archive(call.context, call.actor, _of_key(call)["id"])
    return download(data, f"{key}-draft-{call.path['id']}.zip")


def discard_draft(call: Call) -> Reply:
    return call.execute(DiscardDraft(actor=call.actor, command_id=call.command_id, draft_id=_of_key(call)["id"]))


def propose_draft(call: Call) -> Reply:
    return call.execute(
        ProposeDraft(
            actor=call.actor,
            command_id=call.command_id,
            draft_id=_of_key(call)["id"],
            revision=call.body["revision"],
            note=call.body.get("note", ""),
        )
    )


def return_draft(call: Call) -> Reply:
    return call.execute(
        ReturnDraft(
            actor=call.actor,
            command_id=call.command_id,
            draft_id=_of_key(call)["id"],
            note=call.body.get("note", ""),
        )
    )


def publish_draft(call: Call) -> Reply:
    return call.execute(
        PublishDraft(
            actor=call.actor,
            command_id=call.command_id,
            draft_id=_of_key(call)["id"],
            revision=call.body["revision"],
            note=call.body.get("note", ""),
            despite_tests=call.body.get("despite_tests", False),
        )
    )


def publish_bundle(call: Call) -> Reply:
    data, key = call.upload[1].read(), call.path["key"]
    said = Bundle.from_zip(data).application.key
    if said != key:
        raise Rejected(
            "bundle.application", N_("The bundle is one of the application {said}, not of {key}."), said=said, key=key
        )
    return call.execute(
        PublishVersion(actor=call.actor, command_id=call.command_id, bundle=data, note=call.body.get("note", ""))
    )


def roll_back(call: Call) -> Reply:
    return call.execute(
        RollBackVersion(
            actor=call.actor,
            command_id=call.command_id,
            key=call.path["key"],
            to=call.body["to"],
            note=call.body.get("note", ""),
        )
    )


def get_version_bundle(call: Call) -> Reply:
    key, number = call.path["key"], call.path["number"]
    return download(version_archive(call.context, call.actor, key, number), f"{key}-{number}.zip")


def _of_key(call: Call) -> dict[str, Any]:
    """The draft of the path; raises Rejected `not_found.draft` for one of another application."""
    found = draft_detail(call.context, call.actor, call.path["id"])
    if found["key"] != call.path["key"]:
        raise Rejected("not_found.draft", N_("There is no draft {id}."), id=call.path["id"])
    return found
