"""A house whose complaints stop at a job that fails for one of seven causes, until a test mends a cause."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from structlog.testing import capture_logs

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.file_complaint import FileComplaint
from server.domain.past import Event, past_of
from server.jobs.api import Job
from server.jobs.registry import Registry
from server.persistence.models import CaseFile, HistoryEvent, HistoryPayload, Incident, ProcessInstance, RepairStep
from tests.bpmn_builder import document, end, lanes, process, service, start, user
from tests.durability import workshop
from tests.house import actor, drain_jobs

TOPIC = "durability.slow@1"

FLOW = document(
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "receive"}),
        service("work", TOPIC, {"seconds": "0", "who": "customer.name"}, retries=1),
        user("record", {"formKey": "record"}),
        end(),
        flows=["start > receive", "receive > work", "work > record", "record > end"],
        lanes=lanes(sales=["receive", "record"]),
    )
)
"""A step of a person, the job, and another step."""

AT_ONCE = document(
    process(
        "complaint",
        start(),
        service("work", TOPIC, {"seconds": "0", "who": "customer.name"}, retries=1),
        user("record", {"formKey": "record"}),
        end(),
        flows=["start > work", "work > record", "record > end"],
        lanes=lanes(sales=["record"]),
    )
)
"""The job comes first, so that filing is enough."""


def _smtp(job: Job, rng: Random) -> Exception:
    code = f"{rng.getrandbits(48):012x}"
    return ConnectionError(f"(421, b'4.7.0 {job.number}@mx{rng.randrange(9)}.example try again later {code}')")


CAUSES: tuple[Callable[[Job, Random], Exception], ...] = (
    _smtp,
    lambda job, rng: FileNotFoundError(2, "No such file or directory", f"/srv/files/{rng.getrandbits(32):08x}.pdf"),
    lambda job, rng: RuntimeError(f"no mail address for customer {job.case['customer']['name']}"),
    lambda job, rng: ValueError(f"invalid literal for int() with base 10: '{rng.choice(['12 pcs', 'n/a', '约300'])}'"),
    lambda job, rng: KeyError(rng.choice(["part_no"])),
    lambda job, rng: TimeoutError(f"timed out after {rng.uniform(1, 90):.1f} s at 10:{rng.randrange(60):02d}:07"),
    lambda job, rng: RuntimeError(
        f"HTTP 503 from https://erp.example/api/orders/{rng.randrange(10**6)}?try={job.attempt}"
    ),
)
"""Seven causes; none says the same for two complaints."""
CUSTOMERS = ("ACME", "Haitian Plastics GmbH", "苏州华阳电子有限公司", "Wang Li", "PV Nord", "Müller & Söhne AG")


class Faulty(Registry):
    """`mended` says for a complaint's turn (0, 1, …) whether its cause is gone."""

    def __init__(self, registry: Registry, causes: int = len(CAUSES)) -> None:
        super().__init__(registry.workers.values())
        self.causes = causes
        self.only: str | None = None
        """The one topic that fails, where others run as they do."""
        self.mended: Callable[[int], bool] = lambda turn: False
        self.ran: list[str] = []

    def run(self, job: Job) -> dict[str, Any] | None:
        if self.only is not None and job.topic != self.only:
            return super().run(job)
        turn = int(job.number.rpartition("-")[2]) - 1
        if not self.mended(turn):
            raise CAUSES[turn % self.causes](job, Random(f"{job.number}/{job.attempt}"))
        self.ran.append(job.id)
        return None if self.only is None else super().run(job)


def broken_house(house: Context, cases: int, *, diagram: bytes = AT_ONCE, causes: int = len(CAUSES)) -> Faulty:
    """File `cases` complaints on a house of tests/durability; the job of each has failed for good."""
    workshop.publish(house, diagram)
    faulty = Faulty(house.topics, causes)
    house.topics = faulty
    file_more(house, cases)
    return faulty


def file_more(house: Context, cases: int) -> None:
    for turn in range(cases):
        fields = {"customer": {"name": CUSTOMERS[turn % len(CUSTOMERS)]}, "problem": {"description": f"Burr no {turn}"}}
        house.execute(FileComplaint(actor=actor(house, "admin"), channel="phone", fields=fields))
    with capture_logs():  # of the workers that fail
        drain_jobs(house)


def let_them_run(house: Context, hours: int = 3) -> None:
    """Run what is due, with the pauses between tries in one go."""
    assert isinstance(house.clock, ManualClock)
    for _ in range(hours):
        with capture_logs():
            drain_jobs(house)
        house.clock.advance(timedelta(minutes=10))


def rebuilt(house: Context) -> list[str]:
    """Where the past of a case, told by its history alone, differs from what is stored now."""
    found = []
    with house.read() as connection:
        for row in connection.execute(select(ProcessInstance)).all():
            events = connection.execute(
                select(HistoryEvent, HistoryPayload.data)
                .join(
                    HistoryPayload,
                    (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
                )
                .where(HistoryEvent.instance_id == row.id)
                .order_by(HistoryEvent.seq)
            ).all()
            past = past_of(Event(e.seq, e.at, e.type, e.element_id, e.actor_id, e.data) for e in events)
            query = select(Incident).where(Incident.instance_id == row.id, Incident.state.in_(("open", "retrying")))
            broken = {each.job_id or f"at {each.element_id}" for each in connection.execute(query)}
            stored = (row.state, broken, {(line["task_id"], line["kind"]) for line in row.waits})
            told = (past.state, set(past.broken), set(past.waits))
            if told != (stored if row.state not in ("completed", "cancelled") else (row.state, set(), set())):
                found.append(f"{row.id}: {told} is not {stored}")
    return found


def states(house: Context) -> Mapping[str, int]:
    """Incidents by state."""
    found: dict[str, int] = {}
    with house.read() as connection:
        for state in connection.execute(select(Incident.state)).scalars():
            found[state] = found.get(state, 0) + 1
    return found


def results(house: Context, run_id: int) -> dict[int, str]:
    """State of a run's step by the complaint's turn."""
    query = (
        select(CaseFile.number, RepairStep.state)
        .join(Incident, Incident.id == RepairStep.incident_id)
        .join(CaseFile, CaseFile.id == Incident.case_id)
        .where(RepairStep.run_id == run_id)
    )
    with house.read() as connection:
        return {int(row.number.rpartition("-")[2]) - 1: row.state for row in connection.execute(query)}
