"""The audit of what is asked at tasks is silent about a sound house, and speaks up for each kind of corrupted row."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from server.casework.context import Context
from server.commands.add_comment import AddComment
from server.commands.add_signers import AddSigners
from server.commands.answer_question import AnswerQuestion
from server.commands.ask_colleague import AskColleague
from server.commands.cancel_instance import CancelInstance
from server.commands.file_complaint import FileComplaint
from server.commands.urge_task import UrgeTask
from server.persistence.models import CaseComment, TaskRequest, UserTask
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs
from tests.integration.desk_house import FIELDS, URGENT, complete, task
from tests.integration.life import do


@pytest.fixture(scope="module")
def house(shared_house: Context) -> Context:
    """A complaint with each kind of request: open, answered, and lapsed with its task."""
    house = shared_house
    filing = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=FIELDS)
    number = str(house.execute(filing).body["number"])
    drain_jobs(house)
    receive = task(house, number, "receive")["id"]
    do(house, AskColleague, "sales1", task_id=receive, of="quality1", text="Ours?")
    complete(house, number, "receive", "sales1", URGENT)
    complete(house, number, "record", "sales1", {"problem": {"kind": "zero_km"}, "immediate": {"resolved": "no"}})
    drain_jobs(house)
    confirm = task(house, number, "confirm")["id"]
    first = do(house, AskColleague, "quality1", task_id=confirm, of="engineering1", text="Which tool?")["request"]
    do(house, AnswerQuestion, "engineering1", request_id=first, text="Tool 7")
    do(house, AskColleague, "quality1", task_id=confirm, of="engineering1", text="Since when?")
    do(house, AddSigners, "quality1", task_id=confirm, signers=("manager",), text="Look", position="after")
    do(house, UrgeTask, "sales1", task_id=confirm)
    do(house, AddComment, "quality1", number=number, text="@quality2 see", task_id=confirm)
    assert audit_house(house) == []
    return house


@pytest.fixture
def asked(house: Context) -> Iterator[Context]:
    """The house; whatever the test corrupted is put right afterwards."""
    with house.read() as connection:
        kept = {table: connection.execute(select(table)).mappings().all() for table in (CaseComment, TaskRequest)}
        tasks = connection.execute(select(UserTask.id, UserTask.requests, UserTask.due_at)).all()
    yield house
    with house.database.engine.begin() as connection:
        for table in (TaskRequest, CaseComment):
            connection.execute(delete(table))
        for table, rows in kept.items():
            connection.execute(insert(table), [dict(row) for row in rows])
        for row in tasks:
            values = {"requests": row.requests, "due_at": row.due_at}
            connection.execute(update(UserTask).where(UserTask.id == row.id).values(**values))
    assert audit_house(house) == []


def one(connection: Connection, **where: Any) -> Any:
    conditions = [getattr(TaskRequest, name) == value for name, value in where.items()]
    return connection.execute(select(TaskRequest).where(*conditions)).all()[0]


def changed(where: dict[str, Any], **values: Any) -> Callable[[Connection], None]:
    def corrupt(connection: Connection) -> None:
        row = one(connection, **where)
        connection.execute(update(TaskRequest).where(TaskRequest.id == row.id).values(**values))

    return corrupt


def reopened(connection: Connection) -> None:
    row = one(connection, state="lapsed")
    connection.execute(update(TaskRequest).where(TaskRequest.id == row.id).values(state="open", ended_at=None))


def ended(connection: Connection) -> None:
    row = one(connection, kind="question", state="open")
    values = {"state": "answered", "answer": "x", "ended_at": row.created_at}
    connection.execute(update(TaskRequest).where(TaskRequest.id == row.id).values(**values))


def running(connection: Connection) -> None:
    row = one(connection, kind="question", state="open")
    late = row.created_at.replace(year=row.created_at.year + 1)
    connection.execute(update(UserTask).where(UserTask.id == row.task_id).values(due_at=late))


def miscounted(connection: Connection) -> None:
    row = one(connection, kind="question", state="open")
    connection.execute(update(UserTask).where(UserTask.id == row.task_id).values(requests=1))


def untold(connection: Connection) -> None:
    row = one(connection, kind="question", state="open")
    values = row._asdict() | {"id": "never-told"}
    connection.execute(insert(TaskRequest), [values])


def unsaid(connection: Connection) -> None:
    row = connection.execute(select(CaseComment)).all()[0]
    connection.execute(insert(CaseComment), [row._asdict() | {"id": "never-said"}])


@pytest.mark.parametrize(
    ("corrupt", "told"),
    [
        (reopened, "is open, its task is not"),
        (ended, "stands, and nobody is asked"),
        (running, "runs, though it waits since"),
        (miscounted, "counts 1 requests, there are"),
        (untold, "lost: request never-told is not in the history"),
        (unsaid, "lost: comment never-said is not in the history"),
        (changed({"kind": "signature"}, asked_of=None), "who are not there"),
        (changed({"kind": "urge"}, asked_of=1), "who are not there"),
        (changed({"kind": "question", "state": "answered"}, answer=" "), "answered without an answer"),
        (changed({"kind": "question", "state": "answered"}, ended_at=None), "it is answered and ended at None"),
        (changed({"kind": "signature"}, position="before"), "waits for a form"),
        (changed({"kind": "mention"}, state="agreed"), "a mention cannot be agreed"),
        (changed({"kind": "mention"}, comment_id=None), "its comment is of another case"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_corrupted_row_is_found(asked: Context, corrupt: Callable[[Connection], None], told: str) -> None:
    with asked.database.engine.begin() as connection:
        corrupt(connection)
    found = audit_house(asked)
    assert any(told in breach for breach in found), found


def test_somebody_who_asked_himself_is_found(asked: Context) -> None:
    with asked.database.engine.begin() as connection:
        row = one(connection, kind="question", state="open")
        connection.execute(update(TaskRequest).where(TaskRequest.id == row.id).values(asked_of=row.asked_by))
    assert any("somebody asked himself" in breach for breach in audit_house(asked))


def test_a_question_that_is_gone_is_missed(asked: Context) -> None:
    with asked.database.engine.begin() as connection:
        row = one(connection, kind="question", state="answered")
        connection.execute(delete(TaskRequest).where(TaskRequest.id == row.id))
    assert any(
        breach.endswith(f"doubled: request {row.id} stands 1 times in the history") for breach in audit_house(asked)
    )


def test_what_is_asked_ends_with_a_task_that_is_done_or_cancelled(house: Context) -> None:
    with house.read() as connection:
        row = one(connection, kind="question", state="open")
        instance = connection.execute(select(UserTask.instance_id).where(UserTask.id == row.task_id)).scalar_one()
        lapsed = one(connection, state="lapsed")
    assert lapsed.ended_at is not None
    do(house, AnswerQuestion, "quality1", request_id=lapsed.id, text="It was ours")
    assert audit_house(house) == []
    do(house, CancelInstance, instance_id=instance, reason="entered twice")
    with house.read() as connection:
        states = connection.execute(select(TaskRequest.kind, TaskRequest.state).order_by(TaskRequest.created_at)).all()
    assert sorted((kind, state) for kind, state in states if state == "lapsed") == [
        ("question", "lapsed"),
        ("signature", "lapsed"),
    ]
    assert audit_house(house) == []
