"""When tasks waited for a colleague's answer: our own limits stand meanwhile, promises to the customer do not."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from server.domain.deadline import Pause
from server.persistence.models import TaskRequest

if TYPE_CHECKING:
    from server.casework.case_work import CaseWork

KIND = "colleague"
"""Of PAUSE_REASONS."""


def questions_of(case: "CaseWork", tasks: Collection[str]) -> dict[str, list[Pause]]:
    """Pauses by task; what was asked or answered in this very work counts (`case.questions`)."""
    unknown = [task for task in tasks if task not in case.questions]
    if unknown:
        case.questions.update({task: [] for task in unknown})
        query = select(TaskRequest.task_id, TaskRequest.created_at, TaskRequest.ended_at).where(
            TaskRequest.task_id.in_(unknown), TaskRequest.kind == "question"
        )
        for row in case.work.read(query.order_by(TaskRequest.created_at)):
            case.questions[row.task_id].append(Pause(KIND, "", row.created_at, row.ended_at))
    return {task: case.questions[task] for task in tasks}


def begin_wait(case: "CaseWork", task_id: str) -> None:
    """From now on the task waits; count its promise anew afterwards."""
    questions_of(case, [task_id])[task_id].append(Pause(KIND, "", case.work.now, None))


def end_wait(case: "CaseWork", task_id: str, request: Any) -> None:
    """One question of the task needs no answer any more; count its promise anew afterwards."""
    pauses = questions_of(case, [task_id])[task_id]
    for position, pause in enumerate(pauses):
        if pause.ended_at is None and pause.started_at == request.created_at:
            pauses[position] = Pause(KIND, "", pause.started_at, case.work.now)
            return
