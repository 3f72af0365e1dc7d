"""Five hundred jobs that fail for seven causes: seven groups, and every repair says what really became of each case."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from server.casework.context import Context
from server.clock import ManualClock, SystemClock
from server.commands.disable_user import DisableUser
from server.commands.retry_incident import RetryIncident
from server.commands.start_repair import StartRepair
from server.domain.rejection import Rejected
from server.persistence.models import HistoryEvent, Incident, Job, RepairRun, RepairStep
from server.queries.incident_groups import incident_group, incident_groups
from server.queries.repair_runs import repair_run
from server.runner.repairs import continue_repairs
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.durability.processes import KILLED, PATIENCE, copy_prepared, spawn
from tests.faulty import Faulty, broken_house, let_them_run, results, states
from tests.house import actor, build, forget

CASES = 500
CAUSES = 7
CRASHES = ("repair_case.before:1", "repair_case.after:9", "repair_case.before:20", "repair_case.after:1")


@pytest.fixture(scope="module")
def broken(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Context, Faulty]]:
    folder = tmp_path_factory.mktemp("broken") / "data"
    context = build(copy_prepared(prepared_folder, folder), workers=(workshop.WORKERS,))
    yield context, broken_house(context, CASES)
    context.database.close()
    forget(folder)


def groups(house: Context) -> list[dict[str, Any]]:
    return list(incident_groups(house, actor(house, "admin"), "en")["items"])


def turns_of(cause: int) -> list[int]:
    return list(range(cause, CASES, CAUSES))


def group_of(house: Context, turn: int) -> str:
    query = select(Incident.group_key).order_by(Incident.id).offset(turn).limit(1)
    with house.read() as connection:
        return str(connection.execute(query).scalar_one())


def order(house: Context, group: str, **more: Any) -> int:
    command = StartRepair(actor=actor(house, "admin"), action="retry", group=group, **more)
    return int(house.execute(command).body["id"])


def jobs_done(house: Context) -> int:
    with house.read() as connection:
        return int(connection.execute(select(func.count()).where(Job.state == "done").select_from(Job)).scalar_one())


def test_five_hundred_failures_of_seven_causes(broken: tuple[Context, Faulty], tmp_path: Path) -> None:
    house, faulty = broken
    found = groups(house)
    assert len(found) == CAUSES
    assert sorted(group["open"] for group in found) == sorted(len(turns_of(cause)) for cause in range(CAUSES))
    assert {group["cases"] for group in found} == {len(turns_of(cause)) for cause in range(CAUSES)}

    # Nothing is mended: every one fails again and says so.
    first = group_of(house, 0)
    run = order(house, first)
    continue_repairs(house, 60)
    assert states(house)["retrying"] == len(turns_of(0))
    assert Counter(results(house, run).values()) == {"running": len(turns_of(0))}, "nobody has looked yet"
    let_them_run(house)
    continue_repairs(house, 60)
    told = repair_run(house, actor(house, "admin"), run, "en")
    assert (told["state"], told["counts"]["failed"]) == ("done", len(turns_of(0)))
    assert all("try again later" in item["why"] for item in told["items"])
    assert states(house) == {"open": CASES}

    # One is tried first; then the rest, of which every second one is mended.
    faulty.mended = lambda turn: turn % CAUSES == 0 and turn % 2 == 0
    house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=_incident(house, 0)))
    assert not incident_group(house, actor(house, "admin"), first, "en")["proven"]
    let_them_run(house)
    assert incident_group(house, actor(house, "admin"), first, "en")["proven"]
    run = order(house, first)
    continue_repairs(house, 60)
    let_them_run(house)
    continue_repairs(house, 60)
    expected = {turn: "succeeded" if turn % 2 == 0 else "failed" for turn in turns_of(0) if turn}
    assert results(house, run) == expected
    succeeded = 1 + sum(result == "succeeded" for result in expected.values())
    assert states(house) == {"open": CASES - succeeded, "resolved": succeeded}
    assert jobs_done(house) == succeeded == len(faulty.ran)

    # All the causes one after the other.
    for cause in range(CAUSES):
        faulty.mended = lambda turn, last=cause: turn % CAUSES <= last
        run = order(house, group_of(house, cause))
        continue_repairs(house, 60)
        let_them_run(house)
        continue_repairs(house, 60)
        assert set(results(house, run).values()) == {"succeeded"}
        assert len(groups(house)) == CAUSES - 1 - cause
    assert states(house) == {"resolved": CASES}
    assert jobs_done(house) == CASES == len(set(faulty.ran)) == len(faulty.ran)
    with house.read() as connection:
        told_events = dict(
            connection.execute(select(HistoryEvent.type, func.count()).group_by(HistoryEvent.type)).all()
        )
    assert told_events["incident.opened"] == told_events["incident.resolved"] == told_events["job.completed"] == CASES
    assert audit_house(house) == []


def _incident(house: Context, turn: int) -> int:
    with house.read() as connection:
        return int(connection.execute(select(Incident.id).order_by(Incident.id).offset(turn).limit(1)).scalar_one())


@pytest.fixture
def house(prepared_folder: Path, tmp_path: Path) -> Iterator[Context]:
    context = build(copy_prepared(prepared_folder, tmp_path / "data"), workers=(workshop.WORKERS,))
    yield context
    context.database.close()
    forget(tmp_path / "data")


def test_a_repair_may_be_killed_anywhere(house: Context, tmp_path: Path) -> None:
    faulty = broken_house(house, 60, causes=1)
    run = order(house, group_of(house, 0))
    between = []
    for crash in CRASHES:
        env = {"KESU_WORKERS": workshop.WORKERS}
        process = spawn([str(run)], tmp_path / "data", crash_at=crash, env=env, module="tests.durability.repairing")
        assert process.wait(PATIENCE) in KILLED
        between.append(Counter(results(house, run).values())["running"])
        assert audit_house(house) == []
    # Before the first, after nine, before the twentieth of those left, after the next one.
    assert between == [0, 9, 28, 29]
    assert isinstance(house.clock, ManualClock)
    house.clock.advance(SystemClock().now() - house.clock.now())  # theirs was the real one
    faulty.mended = lambda turn: turn % 3 != 0
    continue_repairs(house, 60)
    let_them_run(house)
    continue_repairs(house, 60)
    assert results(house, run) == {turn: "succeeded" if turn % 3 else "failed" for turn in range(60)}
    with house.read() as connection:
        assert connection.execute(select(RepairRun.state)).scalar_one() == "done"
        retried = select(func.count()).select_from(HistoryEvent).where(HistoryEvent.type == "job.retried")
        assert connection.execute(retried).scalar_one() == 60
    assert len(faulty.ran) == len(set(faulty.ran)) == 40
    assert audit_house(house) == []


def test_two_people_order_the_same_group(house: Context) -> None:
    broken_house(house, 6, causes=1)
    group = group_of(house, 0)
    order(house, group)
    with pytest.raises(Rejected) as refusal:
        house.execute(StartRepair(actor=actor(house, "manager"), action="retry", group=group))
    assert refusal.value.code == "repair.in_hand"
    assert actor(house, "admin").display_name in refusal.value.text("en")


def test_two_people_order_the_same_group_at_the_very_same_moment(house: Context) -> None:
    broken_house(house, 6, causes=1)
    group = group_of(house, 0)
    real, seen = house.database.write, []

    def race(point: str, *more: object):  # type: ignore[no-untyped-def]
        if point == "start_repair" and not seen:
            seen.append(point)
            house.execute(StartRepair(actor=actor(house, "manager"), action="retry", group=group))
        return real(point, *more)

    house.database.write = race  # type: ignore[method-assign]
    with pytest.raises(Rejected) as refusal:
        order(house, group)
    assert refusal.value.code == "repair.in_hand"
    with house.read() as connection:
        assert len(connection.execute(select(RepairStep.id)).all()) == 6


def test_who_ordered_it_may_do_no_more(house: Context) -> None:
    broken_house(house, 2, causes=1)
    run = int(
        house.execute(StartRepair(actor=actor(house, "manager"), action="retry", group=group_of(house, 0))).body["id"]
    )
    house.execute(DisableUser(actor=actor(house, "admin"), username="manager"))
    continue_repairs(house, 10)
    told = repair_run(house, actor(house, "admin"), run, "en")
    assert (told["state"], told["counts"]["refused"]) == ("done", 2)
    assert "may no longer" in told["items"][0]["why"]
    assert states(house) == {"open": 2}
