"""Publish a bundle as the next version of its process application."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.casework.check_bundle import check_bundle
from server.casework.command import Answer, Command, Reply
from server.casework.library import published
from server.casework.work import Conflict, Work
from server.domain.application import Application
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.engine import DiagramRefused
from server.engine.check import Finding
from server.i18n import N_
from server.persistence.models import DefinitionVersion, Group, ProcessApplication, UserAccount


@dataclass(frozen=True, kw_only=True)
class PublishVersion(Command):
    """`bundle` is the zip of Bundle.to_zip. The same content again answers with the version that is there (200)."""

    verb: ClassVar[str] = "publish_version"
    bundle: bytes
    note: str = ""

    def handle(self, work: Work) -> Reply:
        work.actor.require("definition.publish")
        bundle = Bundle.from_zip(self.bundle)
        key = bundle.application.key
        current = work.read(
            select(DefinitionVersion.id, DefinitionVersion.number, DefinitionVersion.digest)
            .join(ProcessApplication, ProcessApplication.current_version_id == DefinitionVersion.id)
            .where(ProcessApplication.key == key)
        ).one_or_none()
        if current is not None and current.digest == bundle.digest:
            return Answer(200, {"key": key, "version": current.number, "id": current.id})
        self._check(work, bundle)
        number: dict[str, int] = {}
        seen = None if current is None else current.id
        work.at_commit(lambda connection: number.update(self._insert(connection, work, bundle, seen)))
        return lambda: Answer(201, {"key": key, **number})

    def _check(self, work: Work, bundle: Bundle) -> None:
        """Raises Rejected `definition.findings` with every error the check finds, or when the bundle cannot run."""
        findings = check_bundle(bundle, topics=work.context.topics.topics)
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors:
            raise Rejected(
                "definition.findings",
                N_("The application was not published: the check found {count} errors."),
                details=[_detail(finding) for finding in errors],
                count=len(errors),
            )
        try:
            published(0, 0, bundle)
        except DiagramRefused as error:
            raise Rejected(
                "definition.refused", N_("The application was not published: {why}"), why=str(error)
            ) from error

    def _insert(self, connection: Connection, work: Work, bundle: Bundle, seen: int | None) -> dict[str, int]:
        application = bundle.application
        make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(
            make(ProcessApplication).values(key=application.key, title=application.title).on_conflict_do_nothing()
        )
        # Servers that start together all bring the same bundle: one publishes it, the others then find it there.
        held = select(ProcessApplication.current_version_id).where(ProcessApplication.key == application.key)
        if connection.execute(held.with_for_update()).scalar_one() != seen:
            raise Conflict
        newest = select(func.max(DefinitionVersion.number)).where(DefinitionVersion.key == application.key)
        number = (connection.execute(newest).scalar_one() or 0) + 1
        row: dict[str, Any] = {
            "key": application.key,
            "number": number,
            "digest": bundle.digest,
            "bundle": bundle.to_zip(),
            "note": self.note,
            "published_by": work.actor_id,
            "published_at": work.now,
        }
        version_id = connection.execute(insert(DefinitionVersion).values(**row).returning(DefinitionVersion.id))
        made = int(version_id.scalar_one())
        _add_groups(connection, application)
        connection.execute(
            update(ProcessApplication)
            .where(ProcessApplication.key == application.key)
            .values(current_version_id=made, title=application.title)
        )
        return {"version": number, "id": made}


def _add_groups(connection: Connection, application: Application) -> None:
    """The application's groups that the site does not have yet; what is there belongs to the site and stays."""
    there = set(connection.execute(select(Group.key)).scalars())
    new = {key: group for key, group in application.groups.items() if key not in there}
    known = there | set(new)
    for key, group in new.items():
        lead = select(UserAccount.id).where(UserAccount.username == group.lead, UserAccount.is_active.is_(True))
        row = {"key": key, "title": group.title, "lead_id": connection.execute(lead).scalar_one_or_none()}
        connection.execute(insert(Group).values(**row))
    for key, group in new.items():
        if group.parent in known:
            connection.execute(update(Group).where(Group.key == key).values(parent=group.parent))


def _detail(finding: Finding) -> dict[str, Any]:
    """A finding as a detail of the one error shape; message and params are translated when it is shown."""
    return {
        "code": finding.code,
        "file": finding.file,
        "process": finding.process,
        "element": finding.element,
        "message": finding.message,
        "params": dict(finding.params),
    }
