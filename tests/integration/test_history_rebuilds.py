"""The history is enough: case file and open tasks at any moment follow from it, and its chain proves it whole."""

from typing import Any

import orjson
from sqlalchemy import select

from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.complete_task import CompleteTask
from server.commands.deliver_message import DeliverMessage
from server.commands.file_complaint import FileComplaint
from server.commands.send_back_task import SendBackTask
from server.domain import history
from server.domain.case_file import fold
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, ProcessInstance, UserTask
from server.queries.task_list import task_list
from server.runner.samples import SAMPLES
from tests import stories
from tests.house import actor, drain_jobs


def play(house: Context, sample: dict[str, Any]) -> str:
    """File the sample and give all its answers, with one amendment and one way back among them; its number."""
    admin = actor(house, "admin")
    filed = house.execute(FileComplaint(actor=admin, channel=sample["channel"], fields=sample["fields"]))
    number = str(filed.body["number"])
    for position, answer in enumerate(sample["answers"]):
        if "message" in answer:
            drain_jobs(house)
            name, payload = answer["message"], answer["payload"]
            house.execute(DeliverMessage(actor=admin, name=name, correlation={"number": number}, payload=payload))
            continue
        task = open_task(house, number, answer)
        if position == 2:
            house.execute(
                AmendCase(actor=admin, number=number, data={"customer": {"contact": "新联系人"}}, reason="换人")
            )
            house.execute(SendBackTask(actor=admin, task_id=task["id"], reason="资料不全", target="receive"))
            for again in sample["answers"][:2]:
                task = open_task(house, number, again)
                house.execute(CompleteTask(actor=admin, task_id=task["id"], data=again["data"]))
            task = open_task(house, number, answer)
        house.execute(CompleteTask(actor=admin, task_id=task["id"], data=answer["data"]))
    drain_jobs(house)
    return number


def open_task(house: Context, number: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The task that `answer` is for, once the jobs before it have run."""
    drain_jobs(house)
    return stories.task_of(answer, task_list(house, actor(house, "admin"), language="en", case=number)["items"])


def events_of(house: Context, number: str) -> list[dict[str, Any]]:
    query = (
        select(HistoryEvent, HistoryPayload.salt, HistoryPayload.data)
        .join(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        .where(CaseFile.number == number)
        .order_by(HistoryEvent.seq)
    )
    with house.read() as connection:
        return [row._asdict() for row in connection.execute(query)]


def test_case_file_and_tasks_are_rebuilt_from_history_and_the_chain_holds(house: Context) -> None:
    for sample in orjson.loads(SAMPLES.read_bytes())[:4]:
        number = play(house, sample)
        events = events_of(house, number)

        assert history.verify(events) == []
        with house.read() as connection:
            case = connection.execute(select(CaseFile).where(CaseFile.number == number)).one()
            states = {
                row.id: row.state
                for row in connection.execute(select(UserTask.id, UserTask.state).where(UserTask.case_id == case.id))
            }
        changes = [change for event in events for change in event["data"].get("changes", ())]
        assert fold(changes) == case.data
        assert rebuilt_tasks(events) == states


def rebuilt_tasks(events: list[dict[str, Any]]) -> dict[str, str]:
    """Task id to state, from the events alone."""
    states: dict[str, str] = {}
    for event in events:
        kind = event["type"]
        if kind in ("task.created", "task.completed", "task.cancelled"):
            states[event["data"]["task_id"]] = {"task.created": "open"}.get(kind, kind.removeprefix("task."))
    return states


def test_every_edit_of_the_past_is_found(house: Context) -> None:
    events = events_of(house, play(house, orjson.loads(SAMPLES.read_bytes())[3]))
    for position in range(len(events)):
        altered = [dict(event) for event in events]
        altered[position]["data"] = {**altered[position]["data"], "x": 1}
        assert history.verify(altered), f"the data of event {position + 1} was altered unseen"
        left_out = events[:position] + events[position + 1 :]
        # A cut tail takes an anchor outside to be seen; any other hole shows.
        assert position == len(events) - 1 or history.verify(left_out)
