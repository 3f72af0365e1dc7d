"""Rehearsals behind the page: batch by batch, by whoever ticks, each case counted once."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.rehearsing import look_at
from server.clock import ManualClock
from server.commands.change_draft import ChangeDraft
from server.commands.open_draft import OpenDraft
from server.commands.start_rehearsal import StartRehearsal
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.persistence.models import RehearsalCase, RehearsalRun
from server.queries.rehearsal import rehearse_draft
from server.queries.rehearsal_report import latest_rehearsal, rehearsal_report, rehearsed_numbers
from server.runner import rehearsals
from server.runner.rehearsals import continue_rehearsals
from server.runner.ticks import Ticks
from tests.crowd import Crowd, publish_unchecked
from tests.house import actor
from tests.integration.test_mapping import replaced
from tests.mutations import Draft

DRAFT = "complaint.bpmn"


@pytest.fixture
def crowd(house: Context) -> Crowd:
    return Crowd(house, 5)


def begin(house: Context, **told: str) -> tuple[int, int]:
    """(draft, rehearsal) of a draft without the step that every new complaint is at."""
    draft_id = int(house.execute(OpenDraft(actor=actor(house, "owner"), key="complaint")).body["id"])
    drawn = Draft(house.library.current("complaint").bundle)
    replaced(drawn)
    files: dict[str, bytes | None] = {DRAFT: drawn.bundle()[DRAFT]}
    house.execute(ChangeDraft(actor=actor(house, "owner"), draft_id=draft_id, files=files))
    return draft_id, rehearse(house, draft_id, **told)


def rehearse(house: Context, draft_id: int, **told: str) -> int:
    return int(house.execute(StartRehearsal(actor=actor(house, "owner"), draft_id=draft_id, mapping=told)).body["id"])


def report(house: Context, run: int, **more: Any) -> dict[str, Any]:
    return rehearsal_report(house, actor(house, "owner"), run, "en", **more)


def test_a_run_finds_what_the_command_line_finds(house: Context, crowd: Crowd) -> None:
    for _ in range(3):
        crowd.file()
    crowd.walk(next(iter(crowd.ids)), 2)
    draft_id, run = begin(house)
    before = report(house, run)
    assert (before["state"], before["done"], before["cases"]) == ("running", 0, 3)
    continue_rehearsals(house, 60)
    found = report(house, run)
    drawn = Draft(house.library.current("complaint").bundle)
    replaced(drawn)
    directly = rehearse_draft(house, SYSTEM, drawn.bundle(), "en")
    assert (found["state"], found["done"], found["stale"]) == ("done", 3, None)
    assert {item["number"]: item["verdict"] for item in found["items"]} == {
        item["number"]: item["verdict"] for item in directly["items"]
    }
    assert found["verdicts"] == directly["verdicts"]
    (group,) = found["groups"]
    assert (group["code"], group["count"], group["elements"][0][0]) == ("migration.element_removed", 2, "receive")
    assert "take_over" in [key for key, _name in group["candidates"]]
    assert latest_rehearsal(house, SYSTEM, draft_id=draft_id) == run
    only = report(house, run, verdict="safe")
    assert len(only["items"]) == only["verdicts"]["safe"] == 1


def test_with_the_mapping_everything_is_safe(house: Context, crowd: Crowd) -> None:
    numbers = [crowd.file() for _ in range(2)]
    draft_id, run = begin(house, receive="take_over")
    continue_rehearsals(house, 60)
    assert report(house, run)["verdicts"]["safe"] == 2
    assert rehearsed_numbers(house, SYSTEM, run) == numbers
    assert rehearsed_numbers(house, SYSTEM, run, ("stuck",)) == []
    assert rehearse(house, draft_id, receive="take_over") != run


def test_a_draft_that_was_changed_since_says_so_and_the_run_keeps_to_what_it_began_with(
    house: Context, crowd: Crowd
) -> None:
    crowd.file()
    draft_id, run = begin(house)
    revision = report(house, run)["revision"]
    back: dict[str, bytes | None] = {DRAFT: house.library.current("complaint").bundle[DRAFT]}
    house.execute(ChangeDraft(actor=actor(house, "owner"), draft_id=draft_id, files=back))
    continue_rehearsals(house, 60)
    found = report(house, run)
    assert (found["revision"], found["stale"]) == (revision, revision + 1)
    assert found["verdicts"]["needs_mapping"] == 1


def test_the_same_rehearsal_is_not_begun_twice(house: Context, crowd: Crowd) -> None:
    crowd.file()
    draft_id, run = begin(house)
    assert rehearse(house, draft_id) == run
    assert rehearse(house, draft_id, receive="take_over") != run


def test_a_version_is_found_by_the_rehearsal_of_its_draft(house: Context, crowd: Crowd) -> None:
    crowd.file()
    _draft, run = begin(house, receive="take_over")
    drawn = Draft(house.library.current("complaint").bundle)
    replaced(drawn)
    bundle = house.library.current("complaint").bundle
    files = {**bundle, DRAFT: drawn.bundle()[DRAFT]}
    number = publish_unchecked(house, Bundle(files))
    assert latest_rehearsal(house, SYSTEM, key="complaint", number=number) == run
    assert latest_rehearsal(house, SYSTEM, key="complaint", number=1) is None
    again = house.execute(StartRehearsal(actor=SYSTEM, key="complaint", to=number)).body["id"]
    continue_rehearsals(house, 60)
    assert report(house, again)["verdicts"]["needs_mapping"] == 1


def test_what_cannot_run_is_not_begun(house: Context) -> None:
    draft_id = int(house.execute(OpenDraft(actor=SYSTEM, key="complaint")).body["id"])
    broken: dict[str, bytes | None] = {DRAFT: b"<nothing/>"}
    house.execute(ChangeDraft(actor=SYSTEM, draft_id=draft_id, files=broken))
    with pytest.raises(Rejected) as caught:
        rehearse(house, draft_id)
    assert caught.value.code == "definition.refused"


def test_only_who_may_migrate(house: Context) -> None:
    draft_id = int(house.execute(OpenDraft(actor=SYSTEM, key="complaint")).body["id"])
    with pytest.raises(Rejected) as caught:
        house.execute(StartRehearsal(actor=actor(house, "sales1"), draft_id=draft_id))
    assert caught.value.code == "forbidden.permission"


def test_a_slice_ends_in_time_and_the_next_goes_on(
    house: Context, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*given: Any) -> Any:
        time.sleep(0.2)
        return look_at(*given)

    monkeypatch.setattr(rehearsals, "look_at", slowly)
    for _ in range(4):
        crowd.file()
    _draft, run = begin(house)
    done = []
    while report(house, run)["state"] == "running":
        continue_rehearsals(house, 0.1)
        done.append(report(house, run)["done"])
        assert len(done) < 500
    assert done == sorted(done)
    assert len(done) > 2
    assert counted(house, run) == [1] * 4


def test_two_at_once_count_each_case_once(house: Context, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(12):
        crowd.file()
    monkeypatch.setattr(rehearsals, "BATCH", 2)
    # Both believe that nobody is at it, as after a pause longer than the lease.
    monkeypatch.setattr(rehearsals, "LEASE", timedelta(seconds=-1))
    _draft, run = begin(house)
    threads = [threading.Thread(target=continue_rehearsals, args=(house, 60)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    continue_rehearsals(house, 60)
    assert (report(house, run)["state"], report(house, run)["done"]) == ("done", 12)
    assert counted(house, run) == [1] * 12


def test_what_somebody_is_at_is_left_to_him_until_his_lease_is_over(house: Context, crowd: Crowd) -> None:
    crowd.file()
    _draft, run = begin(house)
    lease = house.clock.now() + timedelta(seconds=30)
    with house.database.write("test") as connection:
        connection.execute(update(RehearsalRun).values(lock_until=lease))
    continue_rehearsals(house, 60)
    assert report(house, run)["done"] == 0
    house.clock = ManualClock(lease + timedelta(seconds=1))
    continue_rehearsals(house, 60)
    assert report(house, run)["state"] == "done"


def test_a_fault_is_told_and_not_tried_for_ever(house: Context, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd.file()
    _draft, run = begin(house)

    def broken(*_: Any) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(rehearsals, "look_at", broken)
    continue_rehearsals(house, 60)
    found = report(house, run)
    assert (found["state"], "lost" in found["problem"]) == ("failed", True)


def counted(house: Context, run: int) -> list[int]:
    query = select(func.count()).where(RehearsalCase.run_id == run).group_by(RehearsalCase.instance_id)
    with house.read() as connection:
        return list(connection.execute(query).scalars())


def test_a_rehearsal_is_forgotten_after_a_month(house: Context, crowd: Crowd) -> None:
    crowd.file()
    draft_id, run = begin(house)
    continue_rehearsals(house, 60)
    house.clock.advance(timedelta(days=29))  # type: ignore[attr-defined]
    Ticks(house).forget_rehearsals()
    assert report(house, run)["cases"] == 1
    house.clock.advance(timedelta(days=2))  # type: ignore[attr-defined]
    Ticks(house).forget_rehearsals()
    assert latest_rehearsal(house, actor(house, "owner"), draft_id=draft_id) is None
    with house.read() as connection:
        assert connection.execute(select(func.count()).select_from(RehearsalCase)).scalar_one() == 0
