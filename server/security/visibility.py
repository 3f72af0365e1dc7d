"""Which complaints a person may see; every query on cases carries this condition."""

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlalchemy.orm import aliased

from server.persistence.models import CaseFile, UserTask
from server.security.actor import Actor

# An alias, since most queries that carry the condition select tasks themselves.
Part = aliased(UserTask, name="part")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `case_file`: of the actor's sites, and he reads all, filed it, or ever had a part in it.

    A part in it: any task of the case, open or ended, of one of his groups, or meant for, claimed or ended by him,
    or gone up to him.
    """
    if not actor.sites:
        return false()
    own_site = CaseFile.site.in_(sorted(actor.sites))
    if actor.may("case.read_all"):
        return own_site
    took_part = exists().where(
        Part.case_id == CaseFile.id,
        or_(
            Part.candidate_group.in_(sorted(actor.groups)),
            Part.assignee_id == actor.user_id,
            Part.claimed_by == actor.user_id,
            Part.escalated_to == actor.user_id,
            Part.ended_by == actor.user_id,
        ),
    )
    return and_(own_site, or_(CaseFile.created_by == actor.user_id, took_part))
