"""Counts the working time of step records: of those that came with an upgrade, and anew where a calendar changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, update

from server.casework.library import PublishedVersion
from server.casework.step_records import day_number, key_of, place_of, standing
from server.casework.step_sums import open_spans
from server.casework.tools import Tools
from server.domain.working_seconds import working_seconds
from server.persistence.models import Base, ProcessInstance, Site, SiteCalendar, StepRecord
from server.persistence.models.steps import NOT_COUNTED

_STEP = Base.metadata.tables[StepRecord.__tablename__]
_FIRM = ("user_task", "job")
_COLUMNS = ("process_id", "call_path", "rate", "stands", "begun_work", "worked", "ended_day", "counted_by")

_COUNTED = (
    update(_STEP)
    # A row that ended or was opened again meanwhile is left for the next time.
    .where(
        _STEP.c.id == bindparam("row"),
        or_(
            _STEP.c.ended_at == bindparam("ended", type_=_STEP.c.ended_at.type),
            and_(_STEP.c.ended_at.is_(None), bindparam("open", type_=_STEP.c.stands.type) == 1),
        ),
    )
    .values({name: bindparam(f"new_{name}", type_=_STEP.c[name].type) for name in _COLUMNS})
)


def is_due(versions: Sequence[Any]) -> ColumnElement[bool]:
    """Condition on step_record, for the rows of `calendar_versions`."""
    return or_(*(and_(StepRecord.site == row.key, StepRecord.counted_by < (row.version or 0)) for row in versions))


def calendar_versions(connection: Connection) -> Sequence[Any]:
    """(key, version) of every site; version None: it has no calendar of its own."""
    query = select(Site.key, SiteCalendar.version).outerjoin(SiteCalendar, SiteCalendar.site == Site.key)
    return connection.execute(query).all()


def is_any_due(connection: Connection) -> bool:
    """Whether working times are still being counted."""
    return any(
        connection.execute(select(StepRecord.id).where(is_due([row])).limit(1)).first() is not None
        for row in calendar_versions(connection)
    )


def count_some(tools: Tools, limit: int) -> int:
    """Count up to `limit` rows that are due, in one short transaction; returns how many were looked at."""
    with tools.database.read() as connection:
        found = [
            (site, row)
            for site in calendar_versions(connection)
            for row in connection.execute(select(_STEP).where(is_due([site])).limit(limit))
        ][:limit]
        waits = _waits(connection, [row for _site, row in found])
    if found:
        rows = [_counted(tools, site.version, row, waits.get(row.instance_id, ())) for site, row in found]
        with tools.database.write("count_steps") as connection:
            connection.execute(_COUNTED, rows)
            open_spans(connection, {(row.application, day) for _site, row in found for day in _days(tools, row)})
    return len(found)


def _days(tools: Tools, row: Any) -> Iterable[int]:
    """Days to which the row has counted and will count: a new calendar may be of another zone."""
    if row.ended_at is not None:
        yield day_number(tools.calendars.seen(row.site), row.ended_at)
        if row.ended_day is not None:
            yield row.ended_day


def _waits(connection: Connection, rows: Iterable[Any]) -> dict[str, Any]:
    """Lines of instances whose rows came with an upgrade and do not say by themselves whether a case stands there."""
    wanted = {row.instance_id for row in rows if row.counted_by == NOT_COUNTED and row.kind not in _FIRM}
    query = select(ProcessInstance.id, ProcessInstance.waits).where(ProcessInstance.id.in_(wanted))
    return {row.id: row.waits for row in connection.execute(query)} if wanted else {}


def _counted(tools: Tools, calendar_version: int | None, row: Any, lines: Sequence[Any]) -> dict[str, Any]:
    calendar = tools.calendars.of(row.site, calendar_version)
    begun = working_seconds(calendar, row.begun_at)
    place = {name: getattr(row, name) for name in ("process_id", "call_path", "rate", "stands")}
    if row.counted_by == NOT_COUNTED:
        place = _placed(tools.library.version(row.version_id), row, lines)
    counted = place | {
        "begun_work": begun,
        "worked": None if row.ended_at is None else working_seconds(calendar, row.ended_at) - begun,
        "ended_day": None if row.ended_at is None else day_number(calendar, row.ended_at),
        "counted_by": calendar_version or 0,
    }
    key = {"row": row.id, "ended": row.ended_at, "open": int(row.ended_at is None)}
    return key | {f"new_{name}": value for name, value in counted.items()}


def _placed(version: PublishedVersion, row: Any, lines: Sequence[Any]) -> dict[str, Any]:
    line = {"process_id": row.process_id, "element_id": row.element_id, "kind": row.kind, "task_id": row.wait_id}
    place = place_of(version, line)
    stands = row.stands if row.kind in _FIRM else int(key_of(line) in standing(version, lines))
    return {"process_id": place["process_id"], "call_path": place["call_path"], "rate": place["rate"], "stands": stands}
