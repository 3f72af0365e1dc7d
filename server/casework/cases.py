"""Finds a case for one who may see it."""

from typing import Any

from sqlalchemy import Connection, Row, select

from server.casework.case_work import CaseWork, case_query
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, ProcessInstance
from server.security.actor import Actor
from server.security.visibility import visible_to


def seen_case(connection: Connection, actor: Actor, name: str, *columns: Any, by: Any = CaseFile.number) -> Row[Any]:
    """`columns` of the complaint and its instance that is called `name` in the column `by`; raises Rejected
    `not_found.case` when there is none or it is not his to see.
    """
    query = select(*columns).select_from(CaseFile).join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
    row = connection.execute(query.where(by == name, visible_to(actor))).one_or_none()
    if row is None:
        raise _no_case(name)
    return row


def visible_case(work: Work, condition: Any, name: str) -> CaseWork:
    """The case that fits `condition`; raises Rejected `not_found.case` when there is none or it is not his to see."""
    row = work.read(case_query().where(condition, visible_to(work.actor))).one_or_none()
    if row is None:
        raise _no_case(name)
    return CaseWork(work, row)


def controlled_instance(work: Work, instance_id: str, reason: str) -> CaseWork:
    """The instance for one who may cancel, suspend and resume it; raises Rejected."""
    work.actor.require("instance.control")
    case = visible_case(work, ProcessInstance.id == instance_id, instance_id)
    if not reason.strip():
        raise Rejected("instance.reason_missing", N_("Say why: the reason stands in the history."), field="/reason")
    return case


def diverted_case(work: Work, number: str, reason: str) -> tuple[CaseWork, str]:
    """The complaint for one who may end it early or refer it outside, and his reason; raises Rejected."""
    work.actor.require("case.divert")
    case = visible_case(work, CaseFile.number == number, number)
    if not reason.strip():
        raise Rejected("case.reason_missing", N_("Say why: the reason stands in the history."), field="/reason")
    return case, reason.strip()


def _no_case(name: str) -> Rejected:
    return Rejected("not_found.case", N_("There is no complaint {name}, or you may not see it."), name=name[:64])
