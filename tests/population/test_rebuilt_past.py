"""200 random complaints of the year at 20 random moments each: history alone gives what was stored then."""

from random import Random

import pytest
from sqlalchemy import select

from server.domain.past import Past
from server.persistence.models import UserAccount
from server.queries.case_events import history_events
from tests.noting import Stored, told
from tests.population.moments import FILE, notes_of
from tests.population.playing import Population

COMPLAINTS, MOMENTS = 200, 20


@pytest.fixture(scope="module")
def notes(population: Population) -> dict[str, list[Stored]]:
    if not (population.folder / FILE).exists():
        pytest.fail(f"the year in TEST_POPULATION was played without {FILE}: play it anew")
    return notes_of(population.folder)


def test_the_past_is_rebuilt_as_it_was_stored(population: Population, notes: dict[str, list[Stored]]) -> None:
    dice = Random("the past")
    chosen = dice.sample(sorted(notes), COMPLAINTS)
    compared = 0
    with population.context.read() as connection:
        names = {row.id: row.username for row in connection.execute(select(UserAccount.id, UserAccount.username))}
        for instance_id in chosen:
            moments = {note.seq: note for note in dice.sample(notes[instance_id], min(MOMENTS, len(notes[instance_id])))}
            past = Past()
            for event in history_events(connection, instance_id):
                past.apply(event)
                if past.seq in moments:
                    compared += 1
                    assert told(past, names) == moments.pop(past.seq), (instance_id, event.seq, event.type)
            assert not moments, "what was noted stands nowhere in the history"
            assert past.knows_waits and past.is_whole
    # Most complaints have so many moments; those that end in a step or two have fewer.
    assert compared > COMPLAINTS * MOMENTS * 0.8


def test_the_notes_are_of_all_sorts(notes: dict[str, list[Stored]]) -> None:
    """What is compared holds what could go wrong: claims, moved promises, ladders, timers, calls, every state."""
    every = [note for several in notes.values() for note in several]
    assert {note.state for note in every} >= {"active", "incident", "suspended", "completed", "cancelled"}
    assert {wait[1] for note in every for wait in note.waits} >= {"user_task", "job", "message", "call"}
    tasks = [task for note in every for task in note.tasks]
    assert any(task[3] for task in tasks), "nobody was meant"
    assert any(task[4] and task[5] for task in tasks), "nobody had claimed"
    assert any(task[6] for task in tasks) and any(task[7] and task[8] for task in tasks)
