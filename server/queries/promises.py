"""What was promised in a case, why it is due then, and when its clock stood."""

from typing import Any

from sqlalchemy import Connection, select

from server.casework.case_work import LIVE
from server.casework.pauses import pauses_json
from server.casework.wait_rows import rfc3339
from server.domain.deadline import Pause
from server.domain.deadline_terms import from_json
from server.domain.texts import pick_line
from server.persistence.models import ClockPause, UserTask
from server.security.actor import Actor


def deadline_json(row: Any, language: str) -> dict[str, Any] | None:
    """The sum of a task with `due_at` and `due_sum`, in the reader's language; None where the diagram gave the date."""
    if not row.due_sum:
        return None
    terms = []
    for line in row.due_sum["terms"]:
        term = from_json(line)
        shown: dict[str, Any] = {"text": term.sentence.text(language)}
        shown |= {"at": rfc3339(term.at)} if term.at is not None else {}
        shown |= {"hours": term.hours} if term.hours is not None else {}
        terms.append(shown)
    return {
        "due_at": rfc3339(row.due_at) if row.due_at else None,
        "start_at": row.due_sum["start_at"],
        "source": row.due_sum.get("source") or None,
        "terms": terms,
        "text": ("；" if language.startswith("zh") else "; ").join(term["text"] for term in terms),
    }


def case_promises(connection: Connection, case_id: int, language: str) -> list[dict[str, Any]]:
    """Promises of the open tasks, the next one to break first; those whose clock stands have no date."""
    query = (
        select(
            UserTask.id,
            UserTask.name,
            UserTask.element_id,
            UserTask.due_at,
            UserTask.due_sum,
            UserTask.candidate_group,
            UserTask.escalation_level,
        )
        .where(UserTask.case_id == case_id, UserTask.state == "open")
        .order_by(UserTask.due_at.nulls_last(), UserTask.created_at)
    )
    return [
        {
            "task": row.id,
            "element_id": row.element_id,
            "name": pick_line(row.name, language=language) or row.element_id,
            "group": row.candidate_group,
            "due_at": rfc3339(row.due_at) if row.due_at else None,
            "escalation_level": row.escalation_level,
            "deadline": deadline_json(row, language),
        }
        for row in connection.execute(query)
        if row.due_at or row.due_sum
    ]


def case_pauses(connection: Connection, case_id: int, language: str) -> list[dict[str, Any]]:
    """When the clock stood and why, oldest first; `ended_at` is null while it does."""
    query = (
        select(ClockPause.kind, ClockPause.text, ClockPause.started_at, ClockPause.ended_at)
        .where(ClockPause.case_id == case_id)
        .order_by(ClockPause.started_at, ClockPause.id)
    )
    return pauses_json([Pause(*row) for row in connection.execute(query)], language)


def clock_actions(actor: Actor, state: str, pauses: list[dict[str, Any]]) -> list[str]:
    """`pause` or `continue`, for one who may stop the clock of a complaint in `state`."""
    if state not in LIVE or not actor.may("clock.pause"):
        return []
    return ["continue" if any(pause["ended_at"] is None for pause in pauses) else "pause"]
