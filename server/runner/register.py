"""The register as a worker asks it: earlier complaints that this one repeats (S20; decision 9 says which count)."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, datetime, time, tzinfo
from math import fsum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select

from server.casework.context import Context
from server.casework.links import is_no_duplicate
from server.casework.register import TITLE_LENGTH
from server.jobs.api import Repeats
from server.persistence.models import CaseFile, ProcessInstance

WATTS_PER_MEGAWATT = 1_000_000
NO_COMPLAINT = frozenset({"not_valid", "need"})
"""`classification.validity` of what S20 does not count as a complaint."""


class CaseRegister:
    """Complaints of the own site and application; the own case is never counted."""

    def __init__(self, context: Context, site: str, number: str):
        self._context, self._site, self._number = context, site, number

    def repeats(self, customer: str, part_no: str | None, defect: str | None, months: int) -> Repeats:
        """Earlier complaints of `customer` with the same part or the same defect, received in the `months` before.

        Left out: cancelled and withdrawn ones, duplicates, what is not valid or a mere need.
        """
        part, fault = _word(part_no), _word(defect)
        if not part and not fault:
            return Repeats()
        with self._context.read() as connection:
            own = connection.execute(
                select(CaseFile.id, CaseFile.application, CaseFile.received_at).where(CaseFile.number == self._number)
            ).one()
            since = months_before(own.received_at, months, self._context.settings.zone)
            query = _earlier(own, self._site, customer, since)
            return _added(row for row in connection.execute(query) if _counts(row, part, fault))


def months_before(received_at: datetime, months: int, zone: tzinfo) -> datetime:
    """The beginning of the day in `zone` that lies `months` before; the month's last day where it has no such day."""
    day = received_at.astimezone(zone).date()
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
    return datetime.combine(first, time(), zone).astimezone(UTC)


def _earlier(own: Any, site: str, customer: str, since: datetime) -> Any:
    """Facts of the candidates, oldest first. They come out of the JSON as they are: a cast would fail on a text."""
    before: ColumnElement[bool] = or_(
        CaseFile.received_at < own.received_at,
        and_(CaseFile.received_at == own.received_at, CaseFile.id < own.id),
    )
    facts = {
        "part_no": ("product", "part_no"),
        "defect": ("problem", "defect"),
        "validity": ("classification", "validity"),
        "withdrawn": ("withdrawal", "reason"),
        "actual": ("archive", "cost"),
        "estimate": ("grading", "cost"),
        "mw": ("grading", "mw"),
        "quantity": ("product", "quantity_defective"),
        "power": ("product", "power_w"),
    }
    return (
        select(CaseFile.number, *(CaseFile.data[path].label(name) for name, path in facts.items()))
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .where(
            CaseFile.customer == " ".join(customer.split())[:TITLE_LENGTH],
            CaseFile.site == site,
            CaseFile.application == own.application,
            CaseFile.received_at >= since,
            before,
            ProcessInstance.state != "cancelled",
            is_no_duplicate(),
        )
        .order_by(CaseFile.received_at, CaseFile.id)
    )


def _counts(row: Row[Any], part: str, fault: str) -> bool:
    if row.withdrawn or row.validity in NO_COMPLAINT:
        return False
    return (part != "" and _word(row.part_no) == part) or (fault != "" and _word(row.defect) == fault)


def _added(rows: Iterable[Row[Any]]) -> Repeats:
    """What a complaint did cost, once known, counts instead of the estimate; MW entered before those worked out."""
    numbers, costs, quantities, megawatts = [], [], [], []
    for row in rows:
        actual, quantity, power, entered = map(_number, (row.actual, row.quantity, row.power, row.mw))
        numbers.append(row.number)
        costs.append((_number(row.estimate) if actual is None else actual) or 0.0)
        quantities.append(quantity or 0.0)
        if entered is not None:
            megawatts.append(entered)
        elif quantity is not None and power is not None:
            megawatts.append(quantity * power / WATTS_PER_MEGAWATT)
    return Repeats(
        count=len(numbers),
        cost=fsum(costs),
        quantity=int(fsum(quantities)),
        mw=fsum(megawatts) if megawatts else None,
        numbers=numbers,
    )


def _word(value: Any) -> str:
    """A part number or a defect for comparing: capitals and blanks make no difference; "" for what is no text."""
    return " ".join(value.split()).casefold() if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
