"""Every moment of a case is rebuilt from its history: as the tables had it then, after each commit."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from server.casework.command import SYSTEM, Answer, Command
from server.casework.context import Context
from server.commands.cancel_instance import CancelInstance
from server.commands.claim_task import ClaimTask
from server.commands.continue_clock import ContinueClock
from server.commands.escalate_task import EscalateTask
from server.commands.file_complaint import FileComplaint
from server.commands.pause_clock import PauseClock
from server.commands.resume_instance import ResumeInstance
from server.commands.retry_incident import RetryIncident
from server.commands.skip_job import SkipJob
from server.commands.suspend_instance import SuspendInstance
from server.commands.transfer_task import TransferTask
from server.commands.unclaim_task import UnclaimTask
from server.commands.undo_migration import UndoMigration
from server.domain.past import Past, past_of
from server.persistence.models import Incident, ProcessInstance
from server.queries.case_events import history_events
from server.runner.samples import SAMPLES
from tests.crowd import Crowd
from tests.house import actor, drain_jobs
from tests.integration.test_history_rebuilds import play
from tests.integration.test_migration import draft_of, migrate, publish, renamed
from tests.mutations import Draft
from tests.noting import Stored, stored, told, usernames


def test_every_moment_is_rebuilt_as_it_was_stored(house: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = note_all(house, monkeypatch)
    for sample in orjson.loads(SAMPLES.read_bytes())[:4]:
        play(house, sample)
    assert len(notes) > 100
    compare(house, notes)


def note_all(house: Context, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, int], Stored]:
    """Notes of every instance after every commit from now on, by instance and newest event."""
    notes: dict[tuple[str, int], Stored] = {}

    original = house.execute

    def execute(command: Command) -> Answer:
        answer = original(command)
        with house.read() as connection:
            for head in connection.execute(select(ProcessInstance.id, ProcessInstance.history_seq)).all():
                if (head.id, head.history_seq) not in notes:
                    notes[head.id, head.history_seq] = stored(connection, head.id, usernames(connection))
        return answer

    monkeypatch.setattr(house, "execute", execute)
    return notes


def compare(house: Context, notes: dict[tuple[str, int], Stored]) -> None:
    with house.read() as connection:
        names = usernames(connection)
        for instance_id in {instance_id for instance_id, _seq in notes}:
            past = Past()
            for each in history_events(connection, instance_id):
                past.apply(each)
                expected = notes.get((instance_id, past.seq))
                if expected is not None:
                    assert told(past, names) == expected, f"after event {past.seq} ({each.type})"
            assert past.knows_waits
            assert past.is_whole


def test_migration_and_its_undoing_are_rebuilt(house: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd(house, "past")
    notes = note_all(house, monkeypatch)
    numbers = crowd.grow(6)

    def moved_on(draft: Draft) -> None:
        renamed(draft)
        draft.rename("meeting", "round_table")

    found = migrate(house, publish(house, draft_of(moved_on)))
    assert found["counts"]["migrated"] >= 2
    for item in found["items"][::2]:
        house.execute(UndoMigration(actor=SYSTEM, step_id=item["step"]))
    for number in numbers:
        crowd.walk(number, 3)
    compare(house, notes)


def test_a_migration_to_another_kind_of_step_is_rebuilt(house: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The task goes, a job comes, and both the other way round when it is taken back."""
    crowd = Crowd(house, "kinds")
    notes = note_all(house, monkeypatch)
    number = crowd.file()

    def to_a_machine(draft: Draft) -> None:
        draft.open("complaint")
        node = draft.find("receive")
        node.tag = node.tag.replace("userTask", "serviceTask")
        (held,) = [each for each in node if each.tag.endswith("extensionElements")]
        held[:] = []
        draft.operator(node, "grading.inputs@1", "grading")

    (item,) = migrate(house, publish(house, draft_of(to_a_machine)))["items"]
    house.execute(UndoMigration(actor=SYSTEM, step_id=item["step"]))
    crowd.walk(number, 1)
    compare(house, notes)


def test_all_that_moves_a_task_or_stops_a_case_is_rebuilt(house: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd(house, "levers")
    notes = note_all(house, monkeypatch)
    number = crowd.file()
    sales, admin = actor(house, "sales1"), crowd.admin
    (task,) = crowd.tasks(number)
    here = {"actor": admin, "task_id": task["id"]}
    house.execute(ClaimTask(actor=sales, task_id=task["id"]))
    house.execute(UnclaimTask(actor=sales, task_id=task["id"]))
    house.execute(ClaimTask(actor=sales, task_id=task["id"]))
    house.execute(TransferTask(**here, to="quality1", reason="her customer"))
    house.execute(EscalateTask(**here, reason="no answer"))
    house.execute(PauseClock(actor=admin, number=number, reason="waiting_part", text="until Friday"))
    house.clock.advance(timedelta(days=2))
    house.execute(ContinueClock(actor=admin, number=number))
    house.execute(SuspendInstance(actor=admin, instance_id=crowd.ids[number], reason="line stopped"))
    house.execute(ResumeInstance(actor=admin, instance_id=crowd.ids[number], reason="line runs"))
    house.execute(CancelInstance(actor=admin, instance_id=crowd.ids[number], reason="entered twice"))
    compare(house, notes)


def test_an_older_history_is_shown_as_far_as_it_tells(house: Context) -> None:
    """Written before waits, groups and due dates were told: case file and open tasks stay right, the rest is named."""
    crowd = Crowd(house, "older")
    number = crowd.file()
    crowd.walk(number, 5)
    with house.read() as connection:
        now = stored(connection, crowd.ids[number], usernames(connection))
        events = history_events(connection, crowd.ids[number])
    past = Past()
    for event in events:
        kept = {name: value for name, value in event.data.items() if name not in ("waits", "state")}
        if event.type == "task.created":
            kept = {"task_id": kept["task_id"]}
        past.apply(replace(event, data=kept))
    assert not past.knows_waits
    assert (past.case, past.state) == (now.case, now.state)
    assert {task.id for task in past.tasks} == {task[0] for task in now.tasks}
    assert {wait[2] for wait in now.waits if wait[1] == "user_task"} == {task.id for task in past.tasks}


def test_erased_data_is_named(house: Context) -> None:
    crowd = Crowd(house, "erased")
    number = crowd.file()
    with house.read() as connection:
        events = history_events(connection, crowd.ids[number])
    assert past_of(events).is_whole
    gone = [replace(event, data={}) if event.type == "task.created" else event for event in events]
    assert not past_of(gone).is_whole


def test_repairs_are_rebuilt(house: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job fails for good, is tried again in vain, is tried again and succeeds; another is skipped."""
    crowd = Crowd(house, "repairs")
    notes = note_all(house, monkeypatch)
    fields = {"customer": {"name": "ACME", "email": "qa@acme.example"}, "problem": {"description": "Cracked"}}
    for outcome in ("again", "skip"):
        with monkeypatch.context() as patch:
            patch.setattr(type(house.topics), "run", broken)
            house.execute(FileComplaint(actor=crowd.admin, channel="phone", fields=fields))
            run_out(house)
            if outcome == "again":
                house.execute(RetryIncident(actor=crowd.admin, incident_id=incident(house)))
                run_out(house)
        if outcome == "again":
            house.execute(RetryIncident(actor=crowd.admin, incident_id=incident(house)))
        else:
            house.execute(SkipJob(actor=crowd.admin, incident_id=incident(house), reason="sent by hand", result=None))
        drain_jobs(house)
    assert any(note.state == "incident" for note in notes.values())
    compare(house, notes)


def broken(*_given: object) -> None:
    raise RuntimeError("mail server refused")


def run_out(house: Context) -> None:
    """Until no job has a try left."""
    for _ in range(12):
        drain_jobs(house)
        house.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]


def incident(house: Context) -> int:
    with house.read() as connection:
        return int(connection.execute(select(Incident.id).where(Incident.state == "open")).scalar_one())
