"""People and workers at the same case at the same moment: one wins, the other is refused in so many words, or is
carried out on the newer state; nothing is ever half done.

The first command is stopped just before its commit, until the second has decided on the old state and waits to
write. Every ordered pair is tried.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.casework.command import SYSTEM, Command
from server.casework.context import Context
from server.casework.job_in_hand import LateAttempt
from server.commands.add_user import AddUser
from server.commands.amend_case import AmendCase
from server.commands.cancel_instance import CancelInstance
from server.commands.claim_task import ClaimTask
from server.commands.complete_job import CompleteJob
from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.send_back_task import SendBackTask
from server.domain.rejection import Rejected
from server.jobs import ledger
from server.persistence.models import CaseFile, HistoryEvent, ProcessInstance, UserTask
from tests.durability import workshop
from tests.durability.audit import audit_house
from tests.house import actor, build, opened

FIELDS = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}
KINDS = ("complete", "claim", "cancel", "amend", "send_back", "complete_job")
LATE = "late attempt"
DONE = "done"
ON_A_CLOSED_TASK = dict.fromkeys(("complete", "claim", "send_back"), "task.not_open")
ON_A_CLAIMED_TASK = dict.fromkeys(("complete", "claim", "send_back"), "task.claimed")
REFUSED = {
    "complete": ON_A_CLOSED_TASK,
    "claim": ON_A_CLAIMED_TASK,
    "cancel": ON_A_CLOSED_TASK | dict.fromkeys(("cancel", "amend"), "instance.ended") | {"complete_job": LATE},
    "amend": {},
    "send_back": ON_A_CLOSED_TASK | {"complete_job": LATE},
    "complete_job": {"complete_job": LATE},
}
"""What the second is told, by what the first did; what is not listed is carried out."""


class Pair:
    """Runs two commands so that the second decides before the first has committed, and writes after it."""

    def __init__(self, house: Context):
        self._house = house
        self._write = house.database.write
        self._stopped, self._waiting, self._go = threading.Event(), threading.Event(), threading.Event()
        self._first: int | None = None
        house.database.probe = self._probe
        house.database.write = self._gate  # type: ignore[method-assign]

    def run(self, first: Command, second: Command) -> tuple[str, str]:
        """How each ended: DONE, the code of its refusal, or LATE."""
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(self._run_first, first)
            assert self._stopped.wait(10), one
            other = pool.submit(outcome, self._house, second)
            assert self._waiting.wait(10), "the second never came to write"
            assert not other.done(), "the second did not wait for the first"
            self._go.set()
            return one.result(30), other.result(30)

    def _run_first(self, command: Command) -> str:
        self._first = threading.get_ident()
        return outcome(self._house, command)

    def _probe(self, point: str) -> None:
        if point.endswith(".before") and threading.get_ident() == self._first:
            self._stopped.set()
            assert self._go.wait(20)

    def _gate(self, *arguments: Any) -> Any:
        if threading.get_ident() != self._first:
            self._waiting.set()
        return self._write(*arguments)


def outcome(house: Context, command: Command) -> str:
    try:
        house.execute(command)
    except Rejected as refusal:
        return refusal.code
    except LateAttempt:
        return LATE
    return DONE


SETTLED_LATER = {"problem": {"kind": "zero_km"}, "immediate": {"resolved": "no"}}
"""What `record` asks at least."""


@pytest.fixture(scope="module")
def folder(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with the task `record` open and a job under way."""
    for house in opened(prepared_folder, tmp_path_factory.mktemp("competing") / "data"):
        made = house.settings.data_dir
    house = build(made, workers=(workshop.WORKERS,))
    workshop.publish(house, workshop.PARALLEL)
    house.execute(FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=FIELDS))
    data = {"intake": {"urgency": "normal"}}
    house.execute(CompleteTask(actor=actor(house, "sales1"), task_id=open_task(house), data=data))
    house.database.close()
    return made


@pytest.fixture
def case(folder: Path, tmp_path: Path) -> Iterator[Context]:
    yield from opened(folder, tmp_path / "data")


def open_task(house: Context) -> str:
    with house.read() as connection:
        return connection.execute(select(UserTask.id).where(UserTask.state == "open")).scalar_one()


def maker(house: Context) -> Callable[[str, str], Command]:
    """Commands on the one case by kind, acted by a person; the job is locked for one attempt."""
    (claim,) = ledger.claim(house.database, house.clock.now(), {"durability.slow@1"}, 1, ledger.owner())
    task_id = open_task(house)
    with house.read() as connection:
        instance_id = connection.execute(select(ProcessInstance.id)).scalar_one()
        number = connection.execute(select(CaseFile.number)).scalar_one()

    def make(kind: str, username: str) -> Command:
        who, admin = actor(house, username), actor(house, "admin")
        amended = {"customer": {"contact": username}}
        return {
            "complete": CompleteTask(actor=who, task_id=task_id, data=SETTLED_LATER),
            "claim": ClaimTask(actor=who, task_id=task_id),
            "cancel": CancelInstance(actor=admin, instance_id=instance_id, reason="wrong"),
            "amend": AmendCase(actor=admin, number=number, reason="misheard", data=amended),
            "send_back": SendBackTask(actor=who, task_id=task_id, reason="unclear", target="receive"),
            "complete_job": CompleteJob(actor=SYSTEM, job_id=claim.id, token=claim.token, result=None),
        }[kind]

    return make


@pytest.mark.parametrize(("first", "second"), list(product(KINDS, KINDS)))
def test_a_pair_at_one_case(case: Context, first: str, second: str) -> None:
    make = maker(case)
    ends = Pair(case).run(make(first, "sales1"), make(second, "sales2"))
    assert ends == (DONE, REFUSED[first].get(second, DONE))
    assert audit_house(case) == []


def test_two_amendments_of_one_field_on_the_same_revision(case: Context) -> None:
    make = maker(case)
    with case.read() as connection:
        revision = connection.execute(select(CaseFile.revision)).scalar_one()
    amends = [make("amend", username) for username in ("sales1", "sales2")]
    for command in amends:
        object.__setattr__(command, "revision", revision)
    assert Pair(case).run(*amends) == (DONE, "case.changed")
    assert audit_house(case) == []


def test_one_command_sent_twice_at_the_same_moment(case: Context) -> None:
    complete = maker(case)("complete", "sales1")
    object.__setattr__(complete, "command_id", "twice")
    assert Pair(case).run(complete, complete) == (DONE, DONE)
    with case.read() as connection:
        kinds = list(connection.execute(select(HistoryEvent.type)).scalars())
    assert kinds.count("task.completed") == 2  # `receive` before, and this one once
    assert audit_house(case) == []


def test_one_filing_sent_twice_at_the_same_moment(house: Context) -> None:
    filing = FileComplaint(actor=actor(house, "sales1"), command_id="twice", channel="phone", fields=FIELDS)
    assert Pair(house).run(filing, filing) == (DONE, DONE)
    with house.read() as connection:
        assert len(connection.execute(select(CaseFile.id)).all()) == 1
    assert audit_house(house) == []


def test_twenty_file_at_once(house: Context) -> None:
    def file(number: int) -> list[str]:
        who = actor(house, ("sales1", "sales2", "admin")[number % 3])
        gate.wait()
        filing = FileComplaint(actor=who, channel="phone", fields=FIELDS)
        return [str(house.execute(filing).body["number"]) for _ in range(3)]

    gate = threading.Barrier(20)
    with ThreadPoolExecutor(20) as pool:
        numbers = [number for done in pool.map(file, range(20)) for number in done]
    assert sorted(numbers) == [f"HQ-2026-{number:04d}" for number in range(1, 61)]
    assert audit_house(house) == []


def test_ten_claim_one_task(case: Context) -> None:
    people = [f"racer{number}" for number in range(10)]
    for username in people:
        add = AddUser(actor=actor(case, "admin"), username=username, display_name=username.upper(), groups=("sales",))
        case.execute(add)
    task_id = open_task(case)
    gate = threading.Barrier(len(people))

    def claim(username: str) -> None:
        command = ClaimTask(actor=actor(case, username), task_id=task_id)
        gate.wait()
        case.execute(command)

    with ThreadPoolExecutor(len(people)) as pool:
        runs: dict[str, Future[None]] = {username: pool.submit(claim, username) for username in people}
    (winner,) = (username for username, run in runs.items() if run.exception() is None)
    with case.read() as connection:
        holder = connection.execute(select(UserTask.claimed_by).where(UserTask.id == task_id)).scalar_one()
    assert holder == actor(case, winner).user_id
    for username in set(people) - {winner}:
        refusal = runs[username].exception()
        assert isinstance(refusal, Rejected)
        assert refusal.code == "task.claimed"
        assert winner.upper() in refusal.text("en")
    assert audit_house(case) == []
