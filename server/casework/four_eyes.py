"""Four eyes (KESU_FOUR_EYES): who did one step may not do the other that judges it."""

from sqlalchemy import select

from server.casework.task_in_hand import TaskInHand
from server.domain.rejection import Rejected
from server.domain.texts import Label
from server.i18n import N_
from server.persistence.models import UserTask


def require_other_eyes(task: TaskInHand) -> None:
    """Raises Rejected `forbidden.four_eyes` when the actor did a step that the task's property `notBy` names.

    `notBy` lists element ids, with commas between them; of a step done several times the last time counts. It binds
    everybody, whoever may complete any task too.
    """
    work = task.work
    if not work.context.settings.four_eyes:
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
    own = [row for row in last.values() if row.ended_by == work.actor_id]
    if own:
        raise Rejected(
            "forbidden.four_eyes",
            N_("You did “{step}” yourself, so somebody else has to do this one (four-eyes rule)."),
            step=Label((own[0].name,)),
        )
