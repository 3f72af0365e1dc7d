"""Complaints that belong together: a duplicate and the one that stays, a recurrence and what it follows."""

from sqlalchemy import ColumnElement, Connection, insert, select, update

from server.casework.case_work import CaseWork, case_query
from server.casework.work import Work
from server.domain.history import EventType
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFact, CaseFile, CaseLink
from server.persistence.models.links import DUPLICATE
from server.security.visibility import visible_to


def merge_into(case: CaseWork, of: str, reason: str, *, confirmed: bool) -> CaseWork:
    """Link `case` as a duplicate of the complaint numbered `of`, and record it in both histories; save both after.

    A complaint of another customer needs `confirmed`. Raises Rejected `link.…`.
    """
    survivor = _survivor(case, of.strip().upper())
    if not confirmed and _customer(case) != _customer(survivor):
        raise Rejected(
            "link.other_customer",
            N_("Complaint {number} is another customer's ({customer}). Confirm that both are about the same."),
            field="/confirm",
            number=survivor.number,
            customer=survivor.data.get("customer", {}).get("name") or "–",
        )
    case.record(EventType.CASE_MERGED, number=survivor.number, reason=reason)
    survivor.record(EventType.CASE_ABSORBED, number=case.number, reason=reason)
    row = {"kind": DUPLICATE, "case_id": case.case_id, "other_id": survivor.case_id}
    case.work.write(insert(CaseLink), [row | {"created_at": case.work.now, "created_by": case.work.actor_id}])
    case.work.write(update(CaseFact).where(CaseFact.case_id == case.case_id).values(duplicate=1))
    return survivor


def refuse_duplicate(work: Work, case: CaseWork, message: str, hidden: str, field: str | None = None) -> None:
    """Raises Rejected `link.duplicate` when `case` is a duplicate: `message` names the one that stays as `{of}`,
    `hidden` is said to those who may not see that one."""
    query = select(CaseLink.other_id).where(CaseLink.case_id == case.case_id, CaseLink.kind == DUPLICATE)
    other = work.read(query).scalar_one_or_none()
    if other is None:
        return
    seen = work.read(select(CaseFile.number).where(CaseFile.id == other, visible_to(work.actor))).scalar_one_or_none()
    raise Rejected("link.duplicate", message if seen else hidden, field=field, number=case.number, of=seen or "")


def is_no_duplicate() -> ColumnElement[bool]:
    """Condition on `case_file`: what was merged into another complaint counts only there."""
    return ~select(CaseLink.id).where(CaseLink.case_id == CaseFile.id, CaseLink.kind == DUPLICATE).exists()


def surviving_case(connection: Connection, case_id: int) -> int:
    """The case that a duplicate was merged into, at the end of the chain; `case_id` itself for any other."""
    seen = {case_id}
    while True:
        query = select(CaseLink.other_id).where(CaseLink.case_id == case_id, CaseLink.kind == DUPLICATE)
        other = connection.execute(query).scalar_one_or_none()
        if other is None or other in seen:
            return case_id
        seen.add(other)
        case_id = other


def _survivor(case: CaseWork, of: str) -> CaseWork:
    work = case.work
    if of == case.number:
        raise Rejected(
            "link.itself", N_("A complaint is no duplicate of itself. Give the number of the other one."), field="/of"
        )
    row = work.read(case_query().where(CaseFile.number == of, visible_to(work.actor))).one_or_none()
    if row is None:
        raise Rejected(
            "link.unknown", N_("There is no complaint {name}, or you may not see it."), field="/of", name=of[:64]
        )
    survivor = CaseWork(work, row)
    refuse_duplicate(
        work,
        survivor,
        N_("Complaint {number} is itself a duplicate of {of}. Merge into that one."),
        N_("Complaint {number} is itself a duplicate of another one. Merge into that one."),
        "/of",
    )
    if survivor.state == "cancelled":
        raise Rejected(
            "link.cancelled",
            N_("Complaint {number} was cancelled, so nobody works on it. Choose one that goes on."),
            field="/of",
            number=survivor.number,
        )
    return survivor


def _customer(case: CaseWork) -> str:
    group = case.data.get("customer")
    return " ".join(str((group or {}).get("name") or "").split()).casefold()
