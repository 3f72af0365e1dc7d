"""Which complaints an analysis is about, read from the arguments of a page, a file or an API call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.rejection import Rejected
from server.i18n import N_

DIMENSIONS: Mapping[str, str] = {
    "defect": N_("Defect"),
    "product": N_("Product"),
    "part_no": N_("Part number"),
    "customer": N_("Customer"),
    "cause": N_("Kind of cause"),
    "cause_side": N_("Where the cause lies"),
    "department": N_("Department"),
    "level": N_("Level"),
    "channel": N_("Channel"),
    "is_quality": N_("Quality problem"),
    "satisfied": N_("Satisfied"),
    "site": N_("Site"),
}
"""Facts that complaints are filtered and counted by, with their names where the application gives none."""
NOT_STATED = "~"
"""The value of a filter for complaints where nothing stands there."""
BY: Mapping[str, str] = {"received": N_("received in the period"), "closed": N_("closed in the period")}
MONTHS = 12
LONGEST_VALUE = 200
_EARLIEST, _LATEST = date(1970, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Filters:
    """`first` and `last` are days of the site, both inside; `by` says which date of a complaint lies between them.

    `values`: what the facts of DIMENSIONS must be.
    """

    application: str
    first: date
    last: date
    by: str = "received"
    values: Mapping[str, str] = field(default_factory=dict)

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From (inside) and until (outside) in UTC."""
        return midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone)

    def args(self) -> dict[str, str]:
        """The arguments that lead to the same filters again."""
        period = {"from": self.first.isoformat(), "to": self.last.isoformat(), "by": self.by}
        return {"application": self.application, **period, **self.values}

    def narrowed(self, values: Mapping[str, str]) -> "Filters":
        return replace(self, values={**self.values, **values})


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a day of the site, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def read_filters(args: Mapping[str, str], application: str, today: date) -> Filters:
    """From the arguments by name; what is not given is the last twelve months, whatever the facts are.

    application: where none is given. Raises Rejected `malformed.period` or `malformed.value`; that nothing is
    published under a key, the question itself says.
    """
    last = _day(args, "to") or today
    first = _day(args, "from") or _months_before(last)
    if first > last:
        raise Rejected(
            "malformed.period",
            N_("The period ends ({to}) before it begins ({first}). Turn the two dates around."),
            field="/from",
            first=first.isoformat(),
            to=last.isoformat(),
        )
    by = choice(args, "by", BY, "received")
    key = (args.get("application") or "").strip()[:LONGEST_VALUE] or application
    return Filters(key, first, last, by, dict(_values(args)))


def choice(args: Mapping[str, str], name: str, known: Mapping[str, object], default: str) -> str:
    """The argument `name`, one of `known`. Raises Rejected `malformed.value`."""
    value = (args.get(name) or "").strip() or default
    if value not in known:
        raise Rejected(
            "malformed.value",
            N_("{name} cannot be “{value}”. Use one of: {known}."),
            field=f"/{name}",
            name=name,
            value=value[:40],
            known=", ".join(known),
        )
    return value


def _values(args: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in DIMENSIONS:
        value = " ".join((args.get(name) or "").split())[:LONGEST_VALUE]
        if value:
            yield name, value


def _day(args: Mapping[str, str], name: str) -> date | None:
    text = (args.get(name) or "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or len(text) != len("2026-03-31") or not _EARLIEST <= day <= _LATEST:
        raise Rejected(
            "malformed.period",
            N_("{name} must be a day like 2026-03-31, from 1970 to 2199."),
            field=f"/{name}",
            name=name,
        )
    return day


def _months_before(last: date) -> date:
    """The first day of the month with which a year of months ends in that of `last`."""
    months = last.year * 12 + last.month - MONTHS
    return max(date(months // 12, months % 12 + 1, 1), _EARLIEST)
