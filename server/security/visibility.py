"""Which complaints a person may see; every query on cases carries this condition."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_
from sqlalchemy.orm import aliased

from server.persistence.models import CaseFile, TaskRequest, UserTask
from server.security.actor import Actor

# Aliases, since most queries that carry the condition select these themselves.
Part = aliased(UserTask, name="part")
Asked = aliased(TaskRequest, name="asked")

Sight = Literal["nothing", "all", "own"]


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on `case_file`: of the actor's sites, and he reads all, filed it, or ever had a part in it.

    A part in it: any task of the case, open or ended, of one of his groups, or meant for, claimed or ended by him,
    or gone up to him; the same for whoever he stands in for; or something was asked of him there.
    """
    return _visible(sight(actor), sorted(actor.sites), sorted(actor.reach), actor.user_id, actor.selves)


def sight(actor: Actor) -> Sight:
    """How far the actor sees: the key of VISIBLE."""
    if not actor.sites:
        return "nothing"
    return "all" if actor.may("case.read_all") else "own"


def sight_values(actor: Actor) -> dict[str, Any]:
    """The values of the parameters in VISIBLE."""
    return {
        "own_sites": sorted(actor.sites),
        "own_groups": sorted(actor.reach),
        "own_id": actor.user_id,
        "own_selves": actor.selves,
    }


def _visible(seen: Sight, sites: Any, groups: Any, user: Any, selves: Any) -> ColumnElement[bool]:
    if seen == "nothing":
        return false()
    own_site = CaseFile.site.in_(sites)
    if seen == "all":
        return own_site
    took_part = exists().where(
        Part.case_id == CaseFile.id,
        or_(
            Part.candidate_group.in_(groups),
            Part.assignee_id.in_(selves),
            Part.claimed_by.in_(selves),
            Part.escalated_to.in_(selves),
            Part.ended_by.in_(selves),
            Part.delegated_by.in_(selves),
        ),
    )
    asked = exists().where(Asked.case_id == CaseFile.id, Asked.asked_of == user)
    return and_(own_site, or_(CaseFile.created_by == user, took_part, asked))


VISIBLE: dict[Sight, ColumnElement[bool]] = {
    seen: _visible(
        seen,
        bindparam("own_sites", expanding=True),
        bindparam("own_groups", expanding=True),
        bindparam("own_id", type_=UserTask.__table__.c.ended_by.type),
        bindparam("own_selves", type_=UserTask.__table__.c.ended_by.type, expanding=True),
    )
    for seen in ("nothing", "all", "own")
}
"""`visible_to` for statements that are put together once: executed with `sight_values`."""
