"""Every moment of a case is rebuilt from its history: as the tables had it then, after each commit."""

import orjson
import pytest
from sqlalchemy import select

from server.casework.command import Answer, Command
from server.casework.context import Context
from server.domain.past import Past
from server.persistence.models import ProcessInstance
from server.queries.case_events import history_events
from server.runner.samples import SAMPLES
from tests.integration.test_history_rebuilds import play
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
