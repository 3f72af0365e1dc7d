"""Attempts whose process was lost: the job runs again, its late completion counts for nothing, ten in a row stop it."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import psutil
import pytest
from sqlalchemy import select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.job_in_hand import LateAttempt
from server.clock import ManualClock
from server.commands.complete_job import CompleteJob, Effects
from server.commands.fail_job import FailJob
from server.commands.retry_incident import RetryIncident
from server.jobs import ledger
from server.jobs.ledger import LEASE, LOST_IN_A_ROW, Claim
from server.persistence.models import Incident, Job, OutboxMail
from server.persistence.models import ProcessInstance as Instance
from server.runner.attempt import attempt
from server.runner.local_dispatcher import LocalDispatcher
from server.runner.lost_jobs import free_lost_jobs
from server.runner.ticks import Ticks
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.house import actor

NOBODY = "another-machine:1:1.00"


@pytest.fixture
def house(workshop_house: Context) -> Context:
    """With one complaint, whose first step is a job."""
    workshop.publish(workshop_house, workshop.chain(1, "0"))
    workshop.file(workshop_house)
    return workshop_house


def claim_one(house: Context, who: str | None = None) -> Claim:
    now = house.clock.now()
    (claim,) = ledger.claim(house.database, now, house.topics.topics, 1, who or ledger.owner())
    return claim


def job_of(house: Context) -> Job:
    with house.read() as connection:
        return connection.execute(select(Job)).one()


def lost_process() -> str:
    """The name of a process of this machine that lives no more: ours, started at another time."""
    host, number, _started = ledger.owner().rsplit(":", 2)
    return f"{host}:{number}:1.00"


def advance(house: Context, by: timedelta) -> None:
    assert isinstance(house.clock, ManualClock)
    house.clock.advance(by)


def test_a_job_of_a_living_process_is_left_alone(house: Context) -> None:
    claim = claim_one(house)
    assert ledger.free_lost(house.database, house.clock.now()) == {}
    assert job_of(house).attempt_token == claim.token


def test_a_lost_attempt_uses_up_no_retry_and_its_late_completion_is_refused(house: Context) -> None:
    late = claim_one(house, lost_process())
    retries = job_of(house).retries_left
    free_lost_jobs(house)
    assert (job_of(house).state, job_of(house).retries_left, job_of(house).lost_in_a_row) == ("ready", retries, 1)
    attempt(house, claim_one(house))
    done = CompleteJob(actor=SYSTEM, job_id=late.id, token=late.token, result=None, effects=mail())
    with pytest.raises(LateAttempt):
        house.execute(done)
    with house.read() as connection:
        assert len(connection.execute(select(OutboxMail)).all()) == 1
    assert (job_of(house).state, job_of(house).lost_in_a_row) == ("done", 0)
    assert audit_house(house) == []


def test_a_late_completion_is_refused_while_the_second_attempt_still_runs(house: Context) -> None:
    late = claim_one(house, lost_process())
    free_lost_jobs(house)
    second = claim_one(house)
    for command in (
        CompleteJob(actor=SYSTEM, job_id=late.id, token=late.token, result=None, effects=mail()),
        FailJob(actor=SYSTEM, job_id=late.id, token=late.token, error="too late"),
    ):
        with pytest.raises(LateAttempt):
            house.execute(command)
    assert job_of(house).attempt_token == second.token
    attempt(house, second)
    assert audit_house(house) == []


def test_a_process_of_another_machine_is_lost_when_its_lease_ends(house: Context) -> None:
    claim_one(house, NOBODY)
    free_lost_jobs(house)
    assert job_of(house).state == "locked"
    advance(house, LEASE + timedelta(seconds=1))
    free_lost_jobs(house)
    assert (job_of(house).state, job_of(house).lost_in_a_row) == ("ready", 1)


def test_a_lease_is_renewed_while_the_attempt_runs(house: Context) -> None:
    claim = claim_one(house)
    dispatcher = LocalDispatcher(house)
    dispatcher.running = lambda: [claim.token]  # type: ignore[method-assign]
    for _ in range(5):
        advance(house, LEASE - timedelta(seconds=1))
        Ticks(house, dispatcher).sweep_jobs()
        assert job_of(house).attempt_token == claim.token


@pytest.mark.parametrize("who", ["dead", "silent"])
def test_ten_lost_attempts_in_a_row_make_an_incident(house: Context, who: str) -> None:
    for number in range(1, LOST_IN_A_ROW + 1):
        claim_one(house, lost_process() if who == "dead" else NOBODY)
        advance(house, timedelta() if who == "dead" else LEASE + timedelta(seconds=1))
        # What a server does when it starts: a job that ends the server is found there, never by a sweep.
        LocalDispatcher(house, concurrency=0).start()
        assert (job_of(house).state == "incident") == (number == LOST_IN_A_ROW)
    with house.read() as connection:
        incident = connection.execute(select(Incident)).one()
        assert connection.execute(select(Instance.state)).scalar_one() == "incident"
    assert "10 times" in incident.message
    assert audit_house(house) == []
    house.execute(RetryIncident(actor=actor(house, "admin"), incident_id=incident.id))
    assert job_of(house).lost_in_a_row == 0
    LocalDispatcher(house).drain()
    assert job_of(house).state == "done"
    assert audit_house(house) == []


def test_a_job_lost_ten_times_runs_no_more_until_its_incident_is_open(house: Context) -> None:
    """Between being found lost and the incident nobody may claim it, even when the finder is lost too."""
    claim_one(house, lost_process())
    with house.database.write("test") as connection:
        connection.execute(update(Job).values(lost_in_a_row=LOST_IN_A_ROW - 1))
    assert list(ledger.free_lost(house.database, house.clock.now())) == [job_of(house).id]
    assert ledger.claim(house.database, house.clock.now(), house.topics.topics, 1, ledger.owner()) == []
    free_lost_jobs(house)
    assert job_of(house).state == "incident"


def test_two_that_find_the_same_lost_job_free_it_once(house: Context) -> None:
    claim_one(house, lost_process())
    seen: list[str] = []
    real = house.database.write

    def race(point: str, *more: object):  # type: ignore[no-untyped-def]
        if point == "free_jobs" and not seen:
            seen.append(point)
            free_lost_jobs(house)
        return real(point, *more)

    house.database.write = race  # type: ignore[method-assign]
    free_lost_jobs(house)
    assert seen
    assert job_of(house).lost_in_a_row == 1


def test_a_number_used_again_is_another_process() -> None:
    host, number, _started = ledger.owner().rsplit(":", 2)
    assert psutil.pid_exists(int(number))
    assert ledger._alive(ledger.owner())
    assert not ledger._alive(f"{host}:{number}:1.00")
    assert not ledger._alive(None)


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere the start of a process is written down once, not computed")
def test_a_clock_that_is_set_makes_no_process_look_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ledger.owner()
    later = psutil.boot_time() + 3600
    for module in (psutil, psutil._psplatform):
        monkeypatch.setattr(module, "boot_time", lambda: later)
    assert ledger._alive(before)


@pytest.mark.skipif(os.name != "posix", reason="only there a process stays behind when it has ended")
def test_a_process_that_ended_is_dead_even_if_nobody_noticed() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    host = ledger.owner().partition(":")[0]
    who = f"{host}:{child.pid}:{ledger._started(psutil.Process(child.pid))}"
    assert ledger._alive(who)
    child.kill()
    deadline = time.monotonic() + 10
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not ledger._alive(who)
    child.communicate()


def mail() -> Effects:
    row = {"idempotency_key": "late:0", "recipient": "a@example.com", "subject": "s", "body": "b", "attachments": []}
    return replace(Effects(), mails=[row])
