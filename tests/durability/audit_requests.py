"""What is asked at tasks and said about a case fits the tasks, the clock and the history, worked out in another way."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from server.persistence.models import CaseComment, ClockPause, TaskRequest, UserAccount, UserTask

OWED = ("question", "signature")
"""Kinds that somebody is to answer at a task; an urge is told and done, a mention only seen."""
OPEN = ("open", "waiting")
ENDS = {
    "question": {"answered", "withdrawn", "lapsed"},
    "signature": {"agreed", "refused", "withdrawn", "lapsed"},
    "mention": {"seen"},
    "urge": {"answered"},
}
RECEIVED = "received"
"""The start of what was promised to the customer: no question stops it."""


def audit_requests(connection: Connection, row: Any, events: list[dict[str, Any]]) -> Iterator[str]:
    """Breaches of one instance, a row of process_instance."""
    requests = connection.execute(select(TaskRequest).where(TaskRequest.case_id == row.case_id)).all()
    query = select(UserTask).where(UserTask.instance_id == row.id)
    tasks = {task.id: task for task in connection.execute(query)}
    people = set(connection.execute(select(UserAccount.id)).scalars())
    comments = set(connection.execute(select(CaseComment.id).where(CaseComment.case_id == row.case_id)).scalars())
    for each in requests:
        yield from (f"request {each.id}: {breach}" for breach in _request(each, tasks, people, comments))
    for task in tasks.values():
        mine = [each for each in requests if each.task_id == task.id and each.kind != "mention"]
        if task.requests != len(mine):
            yield f"task {task.id} counts {task.requests} requests, there are {len(mine)}"
    yield from _clocks(connection, row, tasks, requests)
    yield from _told(requests, comments, events)


def _request(each: Any, tasks: Mapping[str, Any], people: set[int], comments: set[str]) -> Iterator[str]:
    task = tasks.get(each.task_id or "")
    if each.task_id is not None and task is None:
        yield "its task is of another case"
    if each.kind in OWED and each.state in OPEN and (task is None or task.state != "open"):
        yield f"the {each.kind} is open, its task is not"
    if each.kind == "mention" and each.comment_id not in comments:
        yield "its comment is of another case"
    if each.asked_by not in people or (each.kind != "urge") != (each.asked_of in people):
        yield f"asked by {each.asked_by} of {each.asked_of}, who are not there"
    elif each.asked_of == each.asked_by:
        yield "somebody asked himself"
    if each.kind not in ENDS or each.state not in {*OPEN, *ENDS[each.kind]}:
        yield f"a {each.kind} cannot be {each.state}"
    if (each.state in OPEN) != (each.ended_at is None):
        yield f"it is {each.state} and ended at {each.ended_at}"
    if each.state == "answered" and each.kind == "question" and not (each.answer or "").strip():
        yield "it was answered without an answer"
    if each.state == "waiting" and (each.kind, each.position) != ("signature", "after"):
        yield f"a {each.kind} {each.position} waits for a form"


def _clocks(connection: Connection, row: Any, tasks: Mapping[str, Any], requests: list[Any]) -> Iterator[str]:
    """Our own limit of a task stands while a question at it, or the case's clock, is open; otherwise it runs."""
    rules = {line["id"]: line.get("rule") for line in row.waits if line["kind"] == "user_task"}
    stopped = connection.execute(
        select(ClockPause.started_at).where(ClockPause.case_id == row.case_id, ClockPause.ended_at.is_(None))
    ).scalars()
    stopped_at = min(stopped, default=None)
    for task in tasks.values():
        rule = rules.get(task.id)
        if task.state != "open" or not rule:
            continue
        asked = [
            each.created_at
            for each in requests
            if each.task_id == task.id and each.kind == "question" and each.state == "open" and rule[2] != RECEIVED
        ]
        moments = [*asked, *([stopped_at] if stopped_at is not None else [])]
        if task.due_at is None and not moments:
            yield f"the clock of task {task.id} stands, and nobody is asked"
        if moments and task.due_at is not None and task.due_at > min(moments):
            yield f"the clock of task {task.id} runs, though it waits since {min(moments)}"


def _told(requests: list[Any], comments: set[str], events: list[dict[str, Any]]) -> Iterator[str]:
    """The history tells of each question, signature and comment once."""
    asked = Counter(
        event["data"]["request_id"] for event in events if event["type"] in ("question.asked", "signer.added")
    )
    said = Counter(event["data"]["comment_id"] for event in events if event["type"] == "comment.added")
    known = {each.id for each in requests if each.kind in OWED}
    for what, told, rows in (("request", asked, known), ("comment", said, comments)):
        for key in sorted(rows | set(told)):
            if told[key] > (key in rows):
                yield f"doubled: {what} {key} stands {told[key]} times in the history"
            elif told[key] < (key in rows):
                yield f"lost: {what} {key} is not in the history"
