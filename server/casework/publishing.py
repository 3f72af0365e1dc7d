"""A bundle becomes a version: what has to hold first, and the rows it makes."""

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.casework import definition_events
from server.casework.check_bundle import check_bundle
from server.casework.library import published
from server.casework.run_tests import run_tests
from server.casework.work import Conflict, Work
from server.domain.application import Application
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.engine import DiagramRefused
from server.engine.check import Finding
from server.i18n import N_
from server.persistence.models import DefinitionVersion, Group, ProcessApplication, UserAccount


def current_version(work: Work, key: str) -> Row[Any] | None:
    """`id`, `number` and `digest` of the version new cases start with; None where nothing is published."""
    return work.read(
        select(DefinitionVersion.id, DefinitionVersion.number, DefinitionVersion.digest)
        .join(ProcessApplication, ProcessApplication.current_version_id == DefinitionVersion.id)
        .where(ProcessApplication.key == key)
    ).one_or_none()


def require_good(work: Work, bundle: Bundle, base_id: int | None = None) -> None:
    """Raises Rejected `definition.findings` with every error the check finds, `definition.refused` if it cannot run.

    base_id: the version a draft changes; the case schema may only be added to.
    """
    base = None if base_id is None else work.context.library.version(base_id).bundle
    findings = check_bundle(bundle, topics=work.context.topics.topics, base=base)
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
        raise Rejected("definition.refused", N_("The application was not published: {why}"), why=str(error)) from error


def require_tests(work: Work, bundle: Bundle) -> None:
    """Raises Rejected `definition.tests` with what differs in each recorded complaint that goes another way now."""
    report = run_tests(bundle, calendar=work.context.calendars.newest(work.context.settings.site))
    failed = [test for test in report.tests if test.difference is not None]
    if failed:
        language = work.actor.language
        raise Rejected(
            "definition.tests",
            N_("{failed} of {all} recorded tests do not pass. Mend the draft or the tests, or say why it is right so."),
            details=[test.to_json(language)["difference"] | {"file": test.file} for test in failed],
            failed=len(failed),
            all=len(report.tests),
        )


def insert_version(
    connection: Connection, work: Work, bundle: Bundle, note: str, seen: int | None, draft_id: int | None = None
) -> dict[str, int]:
    """The next version, from now on the one new cases start with: `{"version", "id"}`.

    `seen` is the id of the version that was current when the work began; raises Conflict when it is so no more.
    """
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
        "note": note,
        "published_by": work.actor_id,
        "published_at": work.now,
    }
    made = int(connection.execute(insert(DefinitionVersion).values(**row).returning(DefinitionVersion.id)).scalar_one())
    _add_groups(connection, application)
    make_current(connection, application.key, made, application.title)
    work.after_commit(lambda: work.context.library.turned(application.key, made))
    definition_events.tell(
        connection,
        work,
        application.key,
        definition_events.PUBLISHED,
        version_id=made,
        draft_id=draft_id,
        note=note,
    )
    return {"version": number, "id": made}


def make_current(connection: Connection, key: str, version_id: int, title: str) -> None:
    """New cases start with that version from now on."""
    connection.execute(
        update(ProcessApplication)
        .where(ProcessApplication.key == key)
        .values(current_version_id=version_id, title=title)
    )


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
