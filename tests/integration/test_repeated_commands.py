"""A command repeated under its id answers what it answered first and changes nothing, whatever happened meanwhile."""

from typing import Any

import pytest

from server.casework.command import Command
from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.resume_instance import ResumeInstance
from server.commands.save_draft import SaveDraft
from server.commands.suspend_instance import SuspendInstance
from server.commands.transfer_task import TransferTask
from server.commands.unclaim_task import UnclaimTask
from server.domain.rejection import Rejected
from server.queries.complaint_detail import complaint_detail
from server.queries.task_list import task_list
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs

FIELDS = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}


def command(house: Context, kind: type[Command], command_id: str | None = "once", **values: Any) -> Command:
    return kind(actor=actor(house, "admin"), command_id=command_id, **values)


@pytest.fixture
def number(house: Context) -> str:
    filed = house.execute(command(house, FileComplaint, "filed", channel="phone", fields=FIELDS))
    drain_jobs(house)
    return str(filed.body["number"])


@pytest.fixture
def task_id(house: Context, number: str) -> str:
    (item,) = task_list(house, actor(house, "admin"), language="en", case=number)["items"]
    return str(item["id"])


def test_a_claim_repeated_after_a_transfer(house: Context, task_id: str) -> None:
    claim = command(house, ClaimTask, task_id=task_id)
    first = house.execute(claim)
    house.execute(command(house, TransferTask, "other", task_id=task_id, to="sales1"))
    assert_repeated(house, claim, first)


def test_a_claim_of_ones_own_task_that_changed_nothing(house: Context, task_id: str) -> None:
    house.execute(command(house, ClaimTask, "before", task_id=task_id))
    again = command(house, ClaimTask, task_id=task_id)
    first = house.execute(again)
    house.execute(command(house, UnclaimTask, "released", task_id=task_id))
    assert_repeated(house, again, first)


def test_an_amendment_that_changed_nothing(house: Context, number: str) -> None:
    amend = command(house, AmendCase, number=number, reason="as it was", data={"customer": {"name": "ACME"}})
    first = house.execute(amend)
    other = {"customer": {"name": "Other"}}
    house.execute(command(house, AmendCase, "other", number=number, reason="misheard", data=other))
    assert_repeated(house, amend, first)
    assert complaint_detail(house, actor(house, "admin"), number, "en")["case"]["customer"]["name"] == "Other"


def test_a_draft_repeated_after_a_newer_draft(house: Context, task_id: str) -> None:
    draft = command(house, SaveDraft, task_id=task_id, data={"intake": {"urgency": "critical"}})
    first = house.execute(draft)
    house.execute(command(house, SaveDraft, "newer", task_id=task_id, data={"intake": {"urgency": "normal"}}))
    assert_repeated(house, draft, first)


def test_a_completion_repeated_after_the_end(house: Context, task_id: str) -> None:
    complete = command(house, CompleteTask, task_id=task_id, data={"intake": {"urgency": "critical"}})
    first = house.execute(complete)
    house.execute(command(house, CancelInstance, "end", instance_id=first.body["instance"]["id"], reason="wrong"))
    assert_repeated(house, complete, first)


def test_a_suspension_repeated_after_it_was_lifted(house: Context, number: str) -> None:
    instance_id = complaint_detail(house, actor(house, "admin"), number, "en")["instance_id"]
    suspend = command(house, SuspendInstance, instance_id=instance_id, reason="wait")
    first = house.execute(suspend)
    house.execute(command(house, ResumeInstance, "on", instance_id=instance_id, reason="go on"))
    assert_repeated(house, suspend, first)


def test_an_id_used_for_what_changed_nothing_is_used(house: Context, number: str, task_id: str) -> None:
    house.execute(command(house, AmendCase, number=number, reason="as it was", data={"customer": {"name": "ACME"}}))
    with pytest.raises(Rejected) as refusal:
        house.execute(command(house, ClaimTask, task_id=task_id))
    assert refusal.value.code == "command.reused"


def assert_repeated(house: Context, again: Command, first: Any) -> None:
    before = snapshot(house)
    assert house.execute(again) == first
    assert snapshot(house) == before
    assert audit_house(house) == []


def snapshot(house: Context) -> list[Any]:
    """Every row of every table, as text."""
    from server.persistence.models import Base

    with house.read() as connection:
        return [str(row) for table in Base.metadata.sorted_tables for row in connection.execute(table.select())]
