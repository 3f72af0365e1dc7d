"""Which complaints a person may see; every query on cases carries this condition."""

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlalchemy.orm import aliased

from server.persistence.models import CaseFile, TaskRequest, UserTask
from server.security.actor import Actor

# Aliases, since most queries that carry the condition select these themselves.
Part = aliased(UserTask, name="part")
Asked = aliased(TaskRequest, name="asked")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `case_file`: of the actor's sites, and he reads all, filed it, or ever had a part in it.

    A part in it: any task of the case, open or ended, of one of his groups, or meant for, claimed or ended by him,
    or gone up to him; the same for whoever he stands in for; or something was asked of him there.
    """
    if not actor.sites:
        return false()
    own_site = CaseFile.site.in_(sorted(actor.sites))
    if actor.may("case.read_all"):
        return own_site
    took_part = exists().where(
        Part.case_id == CaseFile.id,
        or_(
            Part.candidate_group.in_(sorted(actor.reach)),
            Part.assignee_id.in_(actor.selves),
            Part.claimed_by.in_(actor.selves),
            Part.escalated_to.in_(actor.selves),
            Part.ended_by.in_(actor.selves),
            Part.delegated_by.in_(actor.selves),
        ),
    )
    asked = exists().where(Asked.case_id == CaseFile.id, Asked.asked_of == actor.user_id)
    return and_(own_site, or_(CaseFile.created_by == actor.user_id, took_part, asked))
