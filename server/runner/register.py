"""The register as a worker asks it: earlier complaints that look like this one (S20: repeats)."""

from typing import Any

from sqlalchemy import or_, select

from server.casework.context import Context
from server.casework.links import is_no_duplicate
from server.jobs.api import Repeats
from server.persistence.models import CaseFile, ProcessInstance


class CaseRegister:
    """Complaints of the own site; the own case, cancelled ones and duplicates of others left out."""

    def __init__(self, context: Context, site: str, number: str):
        self._context, self._site, self._number = context, site, number

    def repeats(self, customer: str, part_no: str | None, defect: str | None) -> Repeats:
        """Earlier complaints of `customer` with the same part or, lacking one, the same defect."""
        same: list[Any] = []
        if part_no:
            same.append(CaseFile.columns["part_no"].as_string() == part_no)
        if defect:
            same.append(CaseFile.columns["defect"].as_string() == defect)
        if not same:
            return Repeats()
        query = (
            select(CaseFile.number, CaseFile.data)
            .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
            .where(
                CaseFile.site == self._site,
                CaseFile.customer == " ".join(customer.split())[:200],
                CaseFile.number != self._number,
                ProcessInstance.state != "cancelled",
                is_no_duplicate(),
                or_(*same),
            )
            .order_by(CaseFile.received_at)
        )
        with self._context.read() as connection:
            rows = list(connection.execute(query))
        return Repeats(
            count=len(rows),
            cost=sum(_number(row.data, "grading", "cost") for row in rows),
            quantity=int(sum(_number(row.data, "product", "quantity_defective") for row in rows)),
            numbers=[row.number for row in rows],
        )


def _number(data: dict[str, Any], group: str, name: str) -> float:
    value = (data.get(group) or {}).get(name)
    return float(value) if isinstance(value, int | float) else 0.0
