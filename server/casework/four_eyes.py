"""Four eyes: who did one step may not do the other that judges it (with KESU_FOUR_EYES; a substitute never may)."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from server.casework.task_in_hand import TaskInHand
from server.domain.rejection import Rejected
from server.domain.texts import Label
from server.i18n import N_
from server.persistence.models import CaseFile, UserTask
from server.security.actor import StandIn


def require_other_eyes(task: TaskInHand) -> None:
    """Raises Rejected `forbidden.four_eyes` when the actor did a step that the task's property `notBy` names.

    `notBy` lists element ids, with commas between them; of a step done several times the last time counts. It binds
    everybody, whoever may complete any task too. A substitute judges neither what he did, nor what the one he stands in
    for did, nor a complaint that he filed, whatever the setting.
    """
    work, absent = task.work, task.stand_in
    if not work.context.settings.four_eyes and absent is None:
        return
    element = task.case.version.definition.element(task.row.process_id, task.row.element_id)
    names = (element.properties.get("notBy") or "").split(",") if element else []
    done = {name.strip() for name in names} - {""}
    if not done:
        return
    query = (
        select(UserTask.element_id, UserTask.name, UserTask.ended_by)
        .where(
            UserTask.instance_id == task.case.instance_id,
            UserTask.state == "completed",
            UserTask.element_id.in_(sorted(done)),
        )
        .order_by(UserTask.ended_at)
    )
    last = {row.element_id: row for row in work.read(query)}
    if absent is not None:
        _require_another_case(task, last.values(), absent)
    own = [row for row in last.values() if row.ended_by == work.actor_id]
    if own:
        raise Rejected(
            "forbidden.four_eyes",
            N_("You did “{step}” yourself, so somebody else has to do this one (four-eyes rule)."),
            step=Label((own[0].name,)),
        )


def _require_another_case(task: TaskInHand, done: Iterable[Any], absent: StandIn) -> None:
    work = task.work
    filed = work.read(select(CaseFile.created_by).where(CaseFile.id == task.case.case_id)).scalar_one()
    theirs = [row for row in done if row.ended_by == absent.user_id]
    if filed == work.actor_id or theirs:
        raise Rejected(
            "forbidden.own_case",
            N_("A substitute does not approve what he or {name} did. Have it transferred to somebody else."),
            name=absent.display_name,
        )
