"""A small process whose tasks are handed about: one step, two beside each other, one more."""

from typing import Any

from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.queries.task_list import task_list
from tests.bpmn_builder import document, end, lanes, parallel, process, start, user
from tests.house import actor
from tests.integration import strip

FIELDS = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}
URGENT = {"intake": {"urgency": "high"}}
"""What the form of `record` asks."""

DIAGRAM = document(
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "empty"}, name="受理\nReceive"),
        parallel("split"),
        user("record", {"formKey": "receive", "sendBackTo": "receive"}, name="记录\nRecord"),
        user("secure", {"formKey": "empty"}, name="遏制\nSecure"),
        parallel("join"),
        user("approve", {"formKey": "empty", "notBy": "record", "sendBackTo": "record"}, name="批准\nApprove"),
        end("End_Archived"),
        flows=[
            "start > receive",
            "receive > split",
            "split > record",
            "split > secure",
            "record > join",
            "secure > join",
            "join > approve",
            "approve > End_Archived",
        ],
        lanes=lanes(sales=["receive"], quality=["record", "approve"], production=["secure"]),
    )
)


def publish(house: Context) -> Context:
    strip.publish(house, DIAGRAM)
    return house


def filed(house: Context) -> str:
    """The number of a new complaint."""
    filing = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=FIELDS)
    return str(house.execute(filing).body["number"])


def received(house: Context) -> str:
    """The same with `record` and `secure` open."""
    number = filed(house)
    complete(house, number, "receive", "sales1")
    return number


def task(house: Context, number: str, element_id: str, state: str = "open") -> dict[str, Any]:
    """The newest task of that step."""
    found = task_list(house, actor(house, "admin"), language="en", case=number, state=state, order="created")["items"]
    return [each for each in found if each["element_id"] == element_id][-1]


def complete(house: Context, number: str, element_id: str, by: str, data: dict[str, Any] | None = None) -> str:
    """Its id."""
    task_id = str(task(house, number, element_id)["id"])
    house.execute(CompleteTask(actor=actor(house, by), task_id=task_id, data=data or {}))
    return task_id
