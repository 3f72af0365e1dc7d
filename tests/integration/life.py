"""What the tests of life outside the happy path do with the small process of strip.py."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.casework.command import Command
from server.casework.context import Context
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.domain.rejection import Rejected
from server.queries.complaint_detail import complaint_detail
from server.queries.instance_history import instance_history
from server.queries.task_list import task_list
from tests.house import actor

FIELDS = {
    "customer": {"name": "ACME", "complaint_no": "Q-77", "email": "qa@acme.example"},
    "product": {"name": "Housing", "part_no": "P-1", "quantity_defective": 30},
    "problem": {"description": "Cracked housing", "title": "Cracks"},
}


def do(site: Context, command: type[Command], by: str = "admin", **given: Any) -> dict[str, Any]:
    return site.execute(command(actor=actor(site, by), **given)).body


def filed(site: Context, customer: str = "ACME", by: str = "admin") -> str:
    fields = FIELDS | {"customer": FIELDS["customer"] | {"name": customer}}
    return str(do(site, FileComplaint, by, channel="phone", fields=fields)["number"])


def refused(site: Context, command: type[Command], by: str = "admin", **given: Any) -> Rejected:
    with pytest.raises(Rejected) as refusal:
        do(site, command, by, **given)
    return refusal.value


def case(site: Context, number: str, by: str = "admin") -> dict[str, Any]:
    return complaint_detail(site, actor(site, by), number, "en")


def events(site: Context, number: str, *kinds: str) -> list[dict[str, Any]]:
    found = instance_history(site, actor(site, "admin"), case(site, number)["instance_id"], limit=1000)["items"]
    return [event for event in found if event["type"] in kinds]


def end(site: Context, number: str) -> None:
    """Both tasks done, so that the case comes to its ordinary end."""
    for _task in ("receive", "record"):
        (task,) = task_list(site, actor(site, "admin"), language="en", case=number)["items"]
        do(site, CompleteTask, task_id=task["id"], data={})
    assert case(site, number)["state"] == "completed"


def total(site: Context, model: Any) -> int:
    with site.read() as connection:
        return int(connection.execute(select(func.count()).select_from(model)).scalar_one())
