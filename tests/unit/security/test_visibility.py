"""Who sees which complaint, asked of a real database."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine, insert, select

from server.persistence.models import Base, CaseFile, UserTask
from server.security.actor import Actor
from server.security.visibility import visible_to

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
WANG, LI, ZHANG = 1, 2, 3


def case(number: int, site: str, created_by: int | None) -> dict[str, object]:
    return {
        "id": number, "number": f"K-{number}", "site": site, "application": "complaint", "channel": "phone",
        "title": "-", "customer": "-", "columns": {}, "received_at": NOW, "created_at": NOW, "created_by": created_by,
        "data": {}, "revision": 1, "field_revisions": {},
    }  # fmt: skip


def task(id_: str, case_id: int, **values: object) -> dict[str, object]:
    return {
        "id": id_, "instance_id": f"i{case_id}", "case_id": case_id, "engine_task_id": id_, "element_id": "confirm",
        "process_id": "complaint", "name": "-", "created_at": NOW, "state": "open", "candidate_group": None,
        "assignee_id": None, "claimed_by": None, "ended_by": None, **values,
    }  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    cases = [case(1, "main", WANG), case(2, "main", LI), case(3, "main", None), case(4, "south", WANG)]
    tasks = [
        task("a", 2, candidate_group="quality", state="completed", ended_by=ZHANG),
        task("b", 3, candidate_group="sales", assignee_id=WANG),
        task("c", 3, candidate_group="sales", claimed_by=LI),
        task("d", 4, candidate_group="quality"),
    ]
    with engine.begin() as connection:
        connection.execute(insert(CaseFile), cases)
        connection.execute(insert(UserTask), tasks)
    yield engine
    engine.dispose()


def seen(engine: Engine, user_id: int, groups: str = "", permissions: str = "", sites: str = "main") -> list[int]:
    actor = Actor(
        user_id, "-", "-", frozenset(groups.split()), frozenset(permissions.split()), frozenset(sites.split())
    )
    with engine.connect() as connection:
        query = select(CaseFile.id).where(visible_to(actor)).order_by(CaseFile.id)
        return list(connection.scalars(query))


def test_what_one_filed_or_was_meant_for_is_seen(engine: Engine) -> None:
    assert seen(engine, WANG) == [1, 3]


def test_what_one_claimed_or_ended_is_seen(engine: Engine) -> None:
    assert seen(engine, LI) == [2, 3]
    assert seen(engine, ZHANG) == [2]


def test_cases_with_a_task_of_ones_group_are_seen_ended_ones_too(engine: Engine) -> None:
    assert seen(engine, 99, groups="quality") == [2]
    assert seen(engine, 99, groups="quality sales") == [2, 3]
    assert seen(engine, 99) == []


def test_another_site_is_never_seen_even_by_who_reads_all_or_filed_it(engine: Engine) -> None:
    assert seen(engine, 99, permissions="case.read_all") == [1, 2, 3]
    assert seen(engine, WANG, permissions="case.read_all", sites="south") == [4]
    assert seen(engine, WANG, permissions="case.read_all", sites="main south") == [1, 2, 3, 4]
    assert seen(engine, WANG, groups="quality", permissions="case.read_all", sites="") == []
