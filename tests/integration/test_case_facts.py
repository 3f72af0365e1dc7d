"""What managers count complaints by follows each case in the commit that changes it."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.complete_task import CompleteTask
from server.commands.deliver_message import DeliverMessage
from server.commands.file_complaint import FileComplaint
from server.commands.merge_complaint import MergeComplaint
from server.commands.publish_version import PublishVersion
from server.commands.report_recurrence import ReportRecurrence
from server.commands.roll_back_version import RollBackVersion
from server.commands.send_back_task import SendBackTask
from server.domain.bundle import Bundle, bundled_root
from server.persistence.models import CaseFact, CaseFile, CaseReturn, ProcessInstance
from server.queries.task_list import task_list
from server.runner.facts import follow_columns
from tests import stories
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs

STORY = "housing-sink-marks"


def file(house: Context, **fields: Any) -> str:
    given = {"customer": {"name": "  Acme \n Ltd "}, "problem": {"description": "Cracks"}} | fields
    answer = house.execute(FileComplaint(actor=actor(house, "admin"), channel="phone", fields=given))
    drain_jobs(house)
    return str(answer.body["number"])


def fact(house: Context, number: str) -> Mapping[str, Any]:
    query = select(*CaseFact.__table__.columns).join(CaseFile, CaseFile.id == CaseFact.case_id)
    with house.read() as connection:
        return dict(connection.execute(query.where(CaseFile.number == number)).mappings().one())


def returns(house: Context, number: str) -> list[tuple[Any, ...]]:
    shown = (CaseReturn.kind, CaseReturn.from_element, CaseReturn.to_element, CaseReturn.loop)
    query = select(*shown).join(CaseFile, CaseFile.id == CaseReturn.case_id).where(CaseFile.number == number)
    with house.read() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(CaseReturn.seq))]


def play(house: Context, story: str, until: str | None = None) -> str:
    """File a story and do its steps up to the first of element `until`."""
    admin = actor(house, "admin")
    number = file(house, **stories.fields(story))
    for step in stories.steps(story):
        if step.get("element_id") == until and until:
            break
        drain_jobs(house)
        if "message" in step:
            told = {"name": step["message"], "correlation": {"number": number}, "payload": step["payload"]}
            house.execute(DeliverMessage(actor=admin, **told))
            continue
        item = stories.task_of(step, task_list(house, admin, language="en", case=number)["items"])
        house.execute(CompleteTask(actor=admin, task_id=item["id"], data=step["data"]))
    drain_jobs(house)
    return number


def test_a_new_case_has_its_facts_at_once(house: Context) -> None:
    number = file(house, product={"name": "Housing", "part_no": "P-1"})
    found = fact(house, number)
    assert (found["customer"], found["part_no"], found["product"]) == ("Acme Ltd", "P-1", "Housing")
    assert (found["defect"], found["channel"], found["state"]) == (None, "phone", "active")
    assert (found["department"], found["satisfied"], found["ended_at"], found["end_event"]) == (None,) * 4
    assert (found["repeat"], found["duplicate"], found["rounds"], found["send_backs"]) == (0, 0, 0, 0)
    assert audit_house(house) == []


def test_a_whole_story_leaves_its_facts(house: Context) -> None:
    number = play(house, STORY)
    told = stories.answers(STORY)
    found = fact(house, number)
    assert found["state"] == "completed"
    assert found["end_event"] is not None
    assert found["satisfied"] == told["satisfaction"]["closing"]["satisfied"]
    assert found["level"] in {"1", "2", "3", "4", "5"}
    assert found["department"] is not None
    assert audit_house(house) == []


def test_what_goes_back_is_counted_with_its_way(house: Context) -> None:
    number = file(house)
    admin = actor(house, "admin")
    (receive,) = task_list(house, admin, language="en", case=number)["items"]
    house.execute(CompleteTask(actor=admin, task_id=receive["id"], data={"intake": {"urgency": "normal"}}))
    (record,) = task_list(house, admin, language="en", case=number)["items"]
    house.execute(SendBackTask(actor=admin, task_id=record["id"], reason="the phone number is missing"))
    assert returns(house, number) == [("sent_back", record["element_id"], receive["element_id"], None)]
    assert (fact(house, number)["send_backs"], fact(house, number)["rounds"]) == (1, 0)
    assert audit_house(house) == []


def test_an_amended_and_a_cancelled_case(house: Context) -> None:
    number = file(house)
    admin = actor(house, "admin")
    data = {"problem": {"defect": "sink marks"}}
    house.execute(AmendCase(actor=admin, number=number, reason="the usual word", data=data))
    assert fact(house, number)["defect"] == "sink marks"
    with house.read() as connection:
        query = select(ProcessInstance.id).join(CaseFile, CaseFile.id == ProcessInstance.case_id)
        instance_id = connection.execute(query.where(CaseFile.number == number)).scalar_one()
    house.execute(CancelInstance(actor=admin, instance_id=instance_id, reason="a test"))
    found = fact(house, number)
    assert (found["state"], found["ended_at"]) == ("cancelled", house.clock.now())
    house.execute(ReportRecurrence(actor=admin, number=number, reason="again"))
    with house.read() as connection:
        assert list(connection.execute(select(CaseFact.repeat).order_by(CaseFact.case_id)).scalars()) == [0, 1]
    assert audit_house(house) == []


def test_a_duplicate_is_marked(house: Context) -> None:
    number, other = file(house), file(house)
    house.execute(MergeComplaint(actor=actor(house, "admin"), number=number, of=other, reason="the same"))
    assert [fact(house, each)["duplicate"] for each in (number, other)] == [1, 0]
    assert audit_house(house) == []


@pytest.fixture
def other_columns() -> Bundle:
    """The complaint process, where the defect stands in another field and nobody asks for the department."""
    bundle = Bundle.from_folder(bundled_root(), "complaint")
    name = next(name for name in bundle if name.endswith("application.toml"))
    told = bundle[name].decode()
    changed = told.replace('pointer = "/problem/defect"', 'pointer = "/problem/title"')
    lines = [line for line in changed.splitlines() if not line.startswith("department =")]
    return Bundle({**bundle, name: "\n".join(lines).encode()})


def test_other_columns_are_read_by_the_sweep_and_back(house: Context, other_columns: Bundle) -> None:
    number = play(house, STORY, until="archive")
    before = fact(house, number)
    assert follow_columns(house, 5) == 0
    house.execute(PublishVersion(actor=SYSTEM, bundle=other_columns.to_zip(), note="other columns"))
    assert follow_columns(house, 5) == 1
    after = fact(house, number)
    assert after["defect"] == stories.fields(STORY)["problem"]["title"]
    assert (after["department"], before["department"] is not None) == (None, True)
    assert audit_house(house) == []
    house.execute(RollBackVersion(actor=actor(house, "admin"), key="complaint", to=1))
    assert follow_columns(house, 5) == 1
    assert fact(house, number) == before


def test_a_row_that_was_never_read_comes_back_whole(house: Context) -> None:
    """As the migration leaves it for complaints of earlier releases."""
    number = play(house, STORY)
    before, ways = fact(house, number), returns(house, number)
    unread = {"layout": "", "defect": None, "level": None, "satisfied": None, "rounds": 0, "send_backs": 0}
    with house.database.write("test") as connection:
        connection.execute(update(CaseFact).values(**unread))
        connection.execute(CaseReturn.__table__.delete())
    assert fact(house, number) != before
    assert follow_columns(house, 5) == 1
    assert fact(house, number) == before
    assert returns(house, number) == ways


def test_a_round_says_from_where_to_where(house: Context) -> None:
    """The 8D report of this story is sent back by the review once."""
    number = play(house, "fan-blade-burrs")
    found = returns(house, number)
    assert ("round", "review_eight_d", "eight_d", "eight_d") in found
    assert fact(house, number)["rounds"] == len(found)
    assert audit_house(house) == []
    with house.database.write("test") as connection:
        connection.execute(update(CaseFact).values(layout="", rounds=0))
        connection.execute(CaseReturn.__table__.delete())
    follow_columns(house, 5)
    assert returns(house, number) == found
