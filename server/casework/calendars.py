"""The working time of each site, made once and again when its row has another version."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from server.domain.working_seconds import working_seconds
from server.domain.working_time import WorkCalendar
from server.persistence.database import Database
from server.persistence.models import CaseFile, Site, SiteCalendar

CALENDAR_VERSION = (
    select(SiteCalendar.version)
    .where(SiteCalendar.site == CaseFile.site)
    .correlate(CaseFile)
    .scalar_subquery()
    .label("calendar_version")
)
"""Read along with a case, so that no advance counts by a calendar that another process has replaced."""


_NEWEST = (
    select(SiteCalendar, Site.timezone)
    .select_from(Site)
    .outerjoin(SiteCalendar, SiteCalendar.site == Site.key)
    .where(Site.key == bindparam("site"))
)


class Calendars:
    """Calendars by site; `zone` is that of the settings, for a site without a row. Threads share this."""

    def __init__(self, database: Database, zone: ZoneInfo):
        self._database = database
        self._zone = zone
        self._made: dict[str, tuple[int | None, WorkCalendar]] = {}

    def of(self, site: str, version: int | None) -> WorkCalendar:
        """The calendar of `site` at `version` (None: it has no row)."""
        made = self._made.get(site)
        return made[1] if made is not None and made[0] == version else self.newest(site)

    def seen(self, site: str) -> WorkCalendar:
        """As it was when a case of the site was last read here."""
        made = self._made.get(site)
        return made[1] if made is not None else self.newest(site)

    def newest(self, site: str) -> WorkCalendar:
        """As it stands in the database now."""
        return self.newest_version(site)[1]

    def newest_version(self, site: str) -> tuple[int | None, WorkCalendar]:
        """The same with its version."""
        with self._database.read() as connection:
            row = connection.execute(_NEWEST, {"site": site}).one_or_none()
        version, zone, hours = None, self._zone, None
        if row is not None and row.version is not None:
            version, zone, hours = row.version, ZoneInfo(row.timezone), row._asdict()
        made = self._made.get(site)
        if made is None or made[0] != version or made[1].zone != zone:
            made = self._made[site] = version, WorkCalendar(zone) if hours is None else calendar_of(zone, hours)
        return made


class TimeLeft:
    """How much working time is left from `now` until a moment, by the calendar of each site, looked up once."""

    def __init__(self, calendars: Calendars, now: datetime):
        self._calendars, self._now = calendars, now
        self._sites: dict[str, tuple[WorkCalendar, int]] = {}

    def until(self, site: str, due: datetime | None) -> int | None:
        """Working seconds, negative when it is late; None without a moment."""
        if due is None:
            return None
        if site not in self._sites:
            calendar = self._calendars.newest(site)
            self._sites[site] = calendar, working_seconds(calendar, self._now)
        calendar, now = self._sites[site]
        return working_seconds(calendar, due) - now


def calendar_of(zone: ZoneInfo, row: dict[str, Any]) -> WorkCalendar:
    """From `week` ([[["08:30", "12:00"], …], …] from Monday on), `country`, `days_on`, `days_off` (dates as texts).

    Raises ValueError for what is no calendar.
    """
    return WorkCalendar(
        zone,
        week=tuple(tuple((_time(opens), _time(closes)) for opens, closes in spans) for spans in row["week"]),
        country=row["country"],
        days_on=_days(row["days_on"]),
        days_off=_days(row["days_off"]),
    )


def _time(text: str) -> time:
    # The day's end, which `time` cannot say.
    moment = time() if text == "24:00" else time.fromisoformat(text)
    return moment.replace(second=0, microsecond=0)


def _days(texts: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
