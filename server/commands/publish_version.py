"""Publish a bundle as the next version of its process application."""

from dataclasses import dataclass
from typing import ClassVar

from server.casework.command import Answer, Command, Reply
from server.casework.publishing import current_version, insert_version, require_good
from server.casework.work import Work
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.i18n import N_


@dataclass(frozen=True, kw_only=True)
class PublishVersion(Command):
    """`bundle` is the zip of Bundle.to_zip. The same content again answers with the version that is there (200).

    Where a second person has to agree, people bring a draft and propose it; the operator's own command line does not.
    """

    verb: ClassVar[str] = "publish_version"
    bundle: bytes
    note: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.publish")
        bundle = Bundle.from_zip(self.bundle)
        key = bundle.application.key
        current = current_version(work, key)
        if current is not None and current.digest == bundle.digest:
            return Answer(200, {"key": key, "version": current.number, "id": current.id})
        if work.context.settings.publish_four_eyes and work.actor_id is not None:
            raise Rejected(
                "forbidden.second_person",
                N_("A second person has to agree before a version is published. Begin a draft and propose it."),
            )
        require_good(work, bundle)
        made: dict[str, int] = {}
        seen = None if current is None else current.id
        work.at_commit(lambda connection: made.update(insert_version(connection, work, bundle, self.note, seen)))
        return lambda: Answer(201, {"key": key, **made})
