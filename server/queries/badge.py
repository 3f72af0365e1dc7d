"""How many tasks are somebody's to do, how many of them are late, and how much is asked of him?

Each number comes from an index, and no more than a hundred of its rows are looked at: it takes the same time however
many tasks there are, open or done.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, literal_column, or_, select, text, union

from server.casework.context import Context
from server.persistence.models import CaseFile, ProcessInstance, TaskRequest, UserTask
from server.persistence.models.work import OPEN_FREE
from server.security.actor import Actor

MOST = 100
"""What is not less is shown as `99+`."""
_LIVE = ("active", "incident", "suspended")
_ID = UserTask.__table__.c.assignee_id.type


@dataclass(frozen=True)
class Badge:
    """Counts up to MOST. `mine`: in his hands, meant for him or gone up to him, `late` of them; `asked`: questions,
    signatures and mentions; `free`: what nobody of his groups has yet. All this of those he stands in for, too.
    """

    mine: int = 0
    late: int = 0
    asked: int = 0
    free: int = 0


def badge(context: Context, actor: Actor) -> Badge:
    """Nothing for who may not work on tasks."""
    if not actor.may("task.work"):
        return Badge()
    values = {"selves": actor.selves, "self": actor.user_id, "sites": sorted(actor.sites), "most": MOST}
    late = values | {"now": context.clock.now()}
    with context.read() as connection:
        return Badge(
            mine=_count(connection, _mine(), values),
            late=_count(connection, _mine(late=True), late),
            asked=_count(connection, _asked(), values),
            free=_count(connection, _free(), values | {"groups": sorted(actor.reach)}),
        )


def _count(connection: Connection, query: Any, values: dict[str, Any]) -> int:
    return min(len(connection.execute(query, values).all()), MOST)


@cache
def _mine(late: bool = False) -> Any:
    """Each kind by its own index, since a condition of them all would use none."""
    selves: Any = bindparam("selves", type_=_ID, expanding=True)
    free_or_mine = or_(UserTask.claimed_by.is_(None), UserTask.claimed_by.in_(selves))
    kinds: tuple[Any, ...] = (
        UserTask.claimed_by.in_(selves),
        UserTask.assignee_id.in_(selves) & free_or_mine,
        UserTask.escalated_to.in_(selves),
    )
    queries = []
    for kind in kinds:
        query = select(UserTask.id).where(kind, UserTask.state == "open", _at_own_sites(UserTask.site))
        if late:
            query = query.where(UserTask.due_at < bindparam("now", type_=UserTask.__table__.c.due_at.type))
        queries.append(select(query.limit(_most()).subquery()))
    return union(*queries)


@cache
def _free() -> Any:
    groups: Any = bindparam("groups", expanding=True)
    free: Any = (
        select(literal_column("1")).select_from(UserTask).where(text(OPEN_FREE), UserTask.candidate_group.in_(groups))
    )
    return free.where(_at_own_sites(UserTask.site)).limit(_most())


def _at_own_sites(site: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = site.in_(bindparam("sites", expanding=True))
    return found


def _most() -> Any:
    return bindparam("most", type_=Integer())


@cache
def _asked() -> Any:
    """As queries/requests.py lists them, without what only the list shows."""
    selves: Any = bindparam("selves", type_=_ID, expanding=True)
    is_mention = TaskRequest.kind == "mention"
    return (
        select(TaskRequest.id)
        .join(CaseFile, CaseFile.id == TaskRequest.case_id)
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .outerjoin(UserTask, UserTask.id == TaskRequest.task_id)
        .where(TaskRequest.asked_of.in_(selves), TaskRequest.state == "open")
        .where(or_(is_mention, UserTask.state == "open"), or_(is_mention, ProcessInstance.state.in_(_LIVE)))
        .where(or_(~is_mention, TaskRequest.asked_of == bindparam("self", type_=_ID)))
        .where(_at_own_sites(CaseFile.site))
        .limit(_most())
    )
