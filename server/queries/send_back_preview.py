"""What would be cancelled if a task were sent back?"""

import copy
from typing import Any

from sqlalchemy import Connection, Row, select

from server.casework.context import Context
from server.casework.steps_back import steps_back
from server.casework.task_in_hand import may_work_on
from server.domain.rejection import Rejected
from server.domain.texts import pick_line
from server.domain.working_time import functions
from server.engine import EngineError, Environment, ProcessInstance
from server.i18n import N_
from server.persistence.models import CaseFile, UserAccount, UserTask
from server.persistence.models import ProcessInstance as InstanceRow
from server.security.actor import Actor
from server.security.visibility import visible_to


def send_back_preview(context: Context, actor: Actor, task_id: str, target: str, language: str) -> dict[str, Any]:
    """`{"target", "name", "cancels": [{"task", "element_id", "name", "kind", "claimed_by_name"}]}`, tried on a copy.

    Raises Rejected `not_found.task`, `task.not_open`, `forbidden.task`, `task.no_way_back`, `task.cannot_send_back`.
    """
    with context.read() as connection:
        row = _open_task(connection, actor, task_id)
        version = context.library.version(row.version_id)
        steps = {step.element_id: step.name for step in steps_back(connection, version, row, row.data)}
        if target not in steps:
            raise Rejected(
                "task.no_way_back",
                N_("The work cannot go back to “{target}”. Possible steps: {steps}."),
                field="/target",
                target=target[:60] or "–",
                steps=", ".join(steps) or "–",
            )
        gone = _gone(context, version, row, target)
        holders = _holders(connection, [line["id"] for line in gone if line["kind"] == "user_task"])
    return {
        "target": target,
        "name": pick_line(steps[target], language=language),
        "cancels": [
            {
                "task": line["id"] if line["kind"] == "user_task" else None,
                "element_id": line["element_id"],
                "name": pick_line(line["name"], language=language) or line["element_id"],
                "kind": line["kind"],
                "claimed_by_name": holders.get(line["id"]),
            }
            for line in gone
        ],
    }


def _open_task(connection: Connection, actor: Actor, task_id: str) -> Row[Any]:
    query = (
        select(
            UserTask,
            CaseFile.data,
            CaseFile.site,
            CaseFile.number,
            InstanceRow.version_id,
            InstanceRow.engine_state,
            InstanceRow.waits,
        )
        .join(CaseFile, CaseFile.id == UserTask.case_id)
        .join(InstanceRow, InstanceRow.id == UserTask.instance_id)
        .where(UserTask.id == task_id, visible_to(actor))
    )
    row: Row[Any] | None = connection.execute(query).one_or_none()
    if row is None:
        raise Rejected("not_found.task", N_("There is no task {id}, or you may not see it."), id=task_id[:64])
    if not may_work_on(actor, row):
        raise Rejected("forbidden.task", N_("This task is not yours to send back."))
    if row.state != "open":
        raise Rejected(
            "task.not_open",
            N_("This task of complaint {number} is already done. Refresh your list."),
            number=row.number,
        )
    return row


def _gone(context: Context, version: Any, row: Any, target: str) -> list[dict[str, Any]]:
    """Lines of the waits that sending back takes away; nothing of it stays."""
    names = Environment(
        clock=context.clock,
        functions=functions(lambda: context.calendars.seen(row.site), context.clock),
        known_names=version.known_names,
        timezone=context.settings.zone,
    )
    try:
        engine = ProcessInstance.load(version.definition, row.engine_state, copy.deepcopy(row.data), names)
        cancelled = {wait.task_id for wait in engine.send_back(row.engine_task_id, target)}
    except EngineError as error:
        raise Rejected(
            "task.cannot_send_back",
            N_("From here the work cannot go back to “{target}”: {why}"),
            field="/target",
            target=target,
            why=str(error),
        ) from error
    return [line for line in row.waits if line["task_id"] in cancelled and line["kind"] != "call"]


def _holders(connection: Any, tasks: list[str]) -> dict[str, str]:
    query = (
        select(UserTask.id, UserAccount.display_name)
        .join(UserAccount, UserAccount.id == UserTask.claimed_by)
        .where(UserTask.id.in_(tasks))
    )
    return {row.id: row.display_name for row in connection.execute(query)} if tasks else {}
