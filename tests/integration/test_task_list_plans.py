"""No page of the task list, no search and no page of a task reads a growing table as a whole, on either database."""

import random

import pytest

from benchmarks.task_list import NOW, Filling, questions
from server.casework.context import Context
from server.clock import ManualClock
from tests.plans import analyze, indexes, plan_of, scanned, sent_by

SIZE = 2_000


@pytest.fixture(scope="module")
def full_house(shared_house: Context) -> Context:
    Filling(shared_house, SIZE, random.Random(5)).fill()
    analyze(shared_house)
    assert isinstance(shared_house.clock, ManualClock)
    shared_house.clock.advance(NOW - shared_house.clock.now())
    return shared_house


def test_every_statement_goes_by_an_index(full_house: Context) -> None:
    for name, ask in questions(full_house, SIZE).items():
        for statement, parameters in sent_by(full_house, ask):
            plan = plan_of(full_house, statement, parameters, is_small=True)
            assert not scanned(full_house, plan), (name, plan)


def test_each_view_goes_along_the_index_of_its_order(full_house: Context) -> None:
    asked = questions(full_house, SIZE)
    for name, index in {
        "groups, quality1, deep": "ix_user_task_desk",
        "groups, oldest first, deep": "ix_user_task_desk_created",
        "mine, quality1, deep": "ix_user_task_claimed",
        "all, admin, deep": "ix_user_task_due",
        "all, oldest first": "ix_user_task_created",
        "search: number": "pk_desk_run" if not full_house.database.is_sqlite else "PRIMARY KEY",
        "search: level": "ix_desk_entry_level",
    }.items():
        used = [
            one
            for statement, parameters in sent_by(full_house, asked[name])
            for one in indexes(full_house, plan_of(full_house, statement, parameters, is_small=True))
        ]
        assert index in used, (name, used)


def test_a_plan_that_reads_a_table_is_noticed(full_house: Context) -> None:
    plan = plan_of(full_house, "SELECT count(*) FROM user_task WHERE priority > 50", (), is_small=True)
    assert scanned(full_house, plan) == {"user_task"}
