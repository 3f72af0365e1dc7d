"""200 random complaints of the year at 20 random moments each: history alone gives what was stored then."""

from datetime import timedelta
from random import Random

import pytest

from server.domain.past import Event, Past
from server.queries.case_events import history_events
from tests.noting import Stored, told, usernames
from tests.population.moments import FILE, notes_of
from tests.population.playing import Population

COMPLAINTS, MOMENTS = 200, 20
Notes = dict[str, dict[int, Stored]]


@pytest.fixture(scope="module")
def notes(population: Population) -> Notes:
    if not (population.folder / FILE).exists():
        pytest.fail(f"the year in TEST_POPULATION was played without {FILE}: play it anew")
    return notes_of(population.folder)


def test_the_past_is_rebuilt_as_it_was_stored(population: Population, notes: Notes) -> None:
    """Half of the moments are points in time, which fall into the long waits, and half right after a commit."""
    dice = Random("the past")
    compared = 0
    with population.context.read() as connection:
        names = usernames(connection)
        for instance_id in dice.sample(sorted(notes), COMPLAINTS):
            events = history_events(connection, instance_id)
            chosen = [at_random_time(events, dice) for _ in range(MOMENTS // 2)]
            chosen += dice.choices(sorted(notes[instance_id]), k=MOMENTS - len(chosen))
            past = Past()
            for event in events:
                past.apply(event)
                if past.seq in chosen:
                    compared += chosen.count(past.seq)
                    assert told(past, names) == notes[instance_id][past.seq], (instance_id, event.seq, event.type)
            assert past.knows_waits
            assert past.is_whole
    assert compared == COMPLAINTS * MOMENTS


def at_random_time(events: list[Event], dice: Random) -> int:
    """The newest event at a random point of time in the life of the case, a day longer than its history."""
    first, last = events[0].at, events[-1].at + timedelta(days=1)
    moment = first + (last - first) * dice.random()
    return [event.seq for event in events if event.at <= moment][-1]


def test_the_notes_are_of_all_sorts(notes: Notes) -> None:
    """What is compared holds what could go wrong: claims, moved promises, ladders, timers, calls, every state."""
    every = [note for several in notes.values() for note in several.values()]
    assert {note.state for note in every} >= {"active", "incident", "suspended", "completed", "cancelled"}
    assert {wait[1] for note in every for wait in note.waits} >= {"user_task", "job", "message", "call"}
    tasks = [task for note in every for task in note.tasks]
    assert any(task[3] for task in tasks), "nobody was meant"
    assert any(task[4] and task[5] for task in tasks), "nobody had claimed"
    assert any(task[6] for task in tasks)
    assert any(task[7] and task[8] for task in tasks)
