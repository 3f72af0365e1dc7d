"""Set the working time of the site; what was promised is counted anew."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from server.casework.calendars import calendar_of
from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.domain.working_time import known_country
from server.i18n import N_
from server.persistence.models import SiteCalendar

MOST_DAYS = 2000


@dataclass(frozen=True, kw_only=True)
class SetCalendar(Command):
    """`week`: for each day from Monday its spans, [["08:30", "12:00"], ["13:00", "17:30"]].

    `country`: ISO 3166 code of whose holidays count, or None; `days_on`, `days_off`: dates that win over both. The
    due dates of open tasks follow within seconds, a batch at each tick (commands.recount_deadlines).
    """

    verb: ClassVar[str] = "set_calendar"
    week: list[Any]
    country: str | None = None
    days_on: list[str] = field(default_factory=list)
    days_off: list[str] = field(default_factory=list)

    def handle(self, work: Work) -> Reply:
        work.actor.require("user.manage")
        settings = work.context.settings
        row: dict[str, Any] = {
            "country": self.country or None,
            "week": self.week,
            "days_on": sorted(set(self.days_on)),
            "days_off": sorted(set(self.days_off)),
        }
        self._check(work, row)
        work.at_commit(lambda connection: _keep(connection, settings.site, row))
        return Answer(200, {"site": settings.site, **row})

    def _check(self, work: Work, row: dict[str, Any]) -> None:
        if row["country"] is not None and not known_country(row["country"]):
            raise Rejected(
                "calendar.country",
                N_("The holidays of “{country}” are not known. Use a code like CN, DE or US, or none."),
                field="/country",
                country=row["country"][:10],
            )
        for name in ("days_on", "days_off"):
            for text in row[name][:MOST_DAYS]:
                if not _is_date(text):
                    raise Rejected(
                        "calendar.day",
                        N_("“{text}” is no date. Write it like 2026-02-28."),
                        field=f"/{name}",
                        text=str(text)[:40],
                    )
        if both := set(row["days_on"]) & set(row["days_off"]):
            raise Rejected(
                "calendar.day_twice",
                N_("{day} cannot be a working day and a free day at once."),
                field="/days_on",
                day=min(both),
            )
        try:
            calendar_of(work.context.settings.zone, row)
        except (ValueError, TypeError) as error:
            raise Rejected(
                "calendar.week",
                N_("A week has seven days, each a list of spans like [“08:30”, “12:00”] that follow one another."),
                field="/week",
            ) from error


def _is_date(text: Any) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _keep(connection: Connection, site: str, row: dict[str, Any]) -> None:
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # Every instance's id comes after the empty text: all of them are counted anew.
    statement = make(SiteCalendar).values(site=site, version=1, recount_after="", **row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[SiteCalendar.site],
            set_={**row, "version": SiteCalendar.version + 1, "recount_after": ""},
        )
    )
