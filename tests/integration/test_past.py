"""Every moment of a case is rebuilt from its history: as the tables had it then, after each commit."""

from typing import Any

import orjson
from sqlalchemy import select

from server.casework.context import Context
from server.domain.past import Past
from server.persistence.models import ProcessInstance, UserAccount
from server.runner.samples import SAMPLES
from tests.integration.noting import Stored, events_of, stored, told
from tests.integration.test_history_rebuilds import play


def test_every_moment_is_rebuilt_as_it_was_stored(house: Context) -> None:
    notes = note_all(house)
    for sample in orjson.loads(SAMPLES.read_bytes())[:4]:
        play(house, sample)
    assert len(notes) > 100
    compare(house, notes)


def note_all(house: Context) -> dict[tuple[str, int], Stored]:
    """Notes of every instance after every commit from now on, by instance and newest event."""
    notes: dict[tuple[str, int], Stored] = {}

    def after_commit(_connection: Any) -> None:
        with house.read() as connection:
            heads = connection.execute(select(ProcessInstance.id, ProcessInstance.history_seq)).all()
            for head in heads:
                if tuple(head) not in notes:
                    notes[tuple(head)] = stored(connection, head.id)

    original = house.execute

    def execute(command: Any) -> Any:
        answer = original(command)
        after_commit(None)
        return answer

    object.__setattr__(house, "execute", execute)
    return notes


def compare(house: Context, notes: dict[tuple[str, int], Stored]) -> None:
    with house.read() as connection:
        names = {row.id: row.username for row in connection.execute(select(UserAccount.id, UserAccount.username))}
        for instance_id in {instance_id for instance_id, _seq in notes}:
            past = Past()
            for each in events_of(connection, instance_id):
                past.apply(each)
                expected = notes.get((instance_id, past.seq))
                if expected is not None:
                    assert told(past, names) == expected, f"after event {past.seq} ({each.type})"
            assert past.knows_waits
            assert past.is_whole
