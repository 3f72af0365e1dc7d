"""Questions and signatures end with their task: nobody owes an answer to what is done, though he may still give one."""

from collections.abc import Collection

from sqlalchemy import update

from server.casework.work import Work
from server.persistence.models import TaskRequest

LAPSED = "lapsed"


def lapse_requests(work: Work, tasks: Collection[str]) -> None:
    """Queue the end of what is still asked at these tasks."""
    if tasks:
        work.write(
            update(TaskRequest)
            .where(
                TaskRequest.task_id.in_(tasks),
                TaskRequest.kind.in_(("question", "signature")),
                TaskRequest.state.in_(("open", "waiting")),
            )
            .values(state=LAPSED, ended_at=work.now)
        )
