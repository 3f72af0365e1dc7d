"""A simulated year: the same seed plays the same one, and a short one of rare complaints has met everything."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from structlog.testing import capture_logs

from server.casework.context import Context
from server.domain.bundle import Bundle, bundled_root
from server.domain.history import EventType
from server.simulation.account import Account, account_of
from server.simulation.haste import in_haste, seldom_swept
from server.simulation.year import Plan, Year
from tests.house import opened

pytestmark = [
    pytest.mark.slow,
    pytest.mark.one_database("what is played is the same on both; that each call is, other tests say"),
]

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NO_WRITER = {
    EventType.CASE_ERASED: "no command erases yet",
    EventType.INSTANCE_FAULTED: "an incident tells it",
    EventType.TASK_DRAFTED: "drafts leave no trace yet",
    EventType.JOB_CANCELLED: "no writer yet",
    EventType.TIMER_SET: "no writer yet",
    EventType.MAIL_QUEUED: "the job's event names the mails",
    EventType.MAIL_SENT: "no writer yet",
    EventType.DOCUMENT_CREATED: "the job's event names the files",
    EventType.ARCHIVE_CREATED: "the job's event names the files",
    EventType.JOB_SKIPPED: "tests/integration/test_repair_actions.py",
    EventType.INSTANCE_MOVED: "tests/integration/test_repair_actions.py",
    EventType.INCIDENT_RETRIED: "tests/integration/test_repair_faults.py",
    EventType.INCIDENT_OBSOLETE: "tests/integration/test_repair_truth.py",
}
"""docs/history.md: part of the vocabulary, and nobody writes them."""
NOT_DRAWN = {
    EventType.TIMER_FIRED: "timerEventDefinition",
    EventType.MESSAGE_THROWN: "sendTask",
}
"""What no diagram of the complaint process can do: it has no element of that kind."""


def played(context: Context, plan: Plan) -> Account:
    year = Year(context, plan)
    with capture_logs(), seldom_swept(), in_haste(context.database):  # logs: of the workers that fail
        year.run()
    return account_of(year.world)


def digest(prepared: Path, folder: Path, seed: str) -> str:
    for context in opened(prepared, folder):
        return played(context, Plan(seed, 5, context.clock.now() + timedelta(days=80), days=80)).digest
    raise AssertionError("no house")


@pytest.fixture(scope="module")
def rare(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """Every rare plot once, and a complaint lying at each step."""
    folder = tmp_path_factory.mktemp("year") / "data"
    for context in opened(prepared_folder, folder):
        until = context.clock.now() + timedelta(days=270)
        yield played(context, Plan("rare", 45, until, open=48, days=270, calm=120, rare=1, breakdown=0.12))


def test_the_same_seed_is_the_same_year_and_another_is_not(prepared_folder: Path, tmp_path: Path) -> None:
    first, second, other = (digest(prepared_folder, tmp_path / f"{run}", seed) for run, seed in enumerate("778"))
    assert first == second
    assert first != other


def diagrams() -> Iterator[etree._Element]:
    for name, data in Bundle.from_folder(bundled_root(), "complaint").items():
        if name.endswith(".bpmn"):
            yield from etree.fromstring(data).iter(f"{BPMN}process")


def elements(*kinds: str) -> set[str]:
    return {str(each.get("id")) for process in diagrams() for kind in kinds for each in process.iter(f"{BPMN}{kind}")}


def test_every_flow_was_taken(rare: Account) -> None:
    assert sorted(elements("sequenceFlow") - rare.flows) == []


def test_every_element_was_passed(rare: Account) -> None:
    kinds = ("startEvent", "endEvent", "userTask", "serviceTask", "businessRuleTask", "callActivity", "boundaryEvent")
    gateways = ("exclusiveGateway", "parallelGateway", "eventBasedGateway", "intermediateCatchEvent")
    assert sorted(elements(*kinds, *gateways) - rare.flows) == []


def test_every_end_was_reached(rare: Account) -> None:
    (main,) = [process for process in diagrams() if process.get("id") == "complaint"]
    assert sorted({str(each.get("id")) for each in main.iter(f"{BPMN}endEvent")} - rare.ends.keys()) == []


def test_every_event_that_can_happen_has_happened(rare: Account) -> None:
    assert sorted(set(EventType) - NO_WRITER.keys() - NOT_DRAWN.keys() - rare.events.keys()) == []


def test_what_is_left_out_could_not_have_happened(rare: Account) -> None:
    assert sorted(rare.events.keys() & (NO_WRITER.keys() | NOT_DRAWN.keys())) == []
    assert [kind for kind in NOT_DRAWN.values() if elements(kind)] == []


def test_every_rung_was_climbed(rare: Account) -> None:
    levels = {rung.split()[0] for rung in rare.rungs}
    groups = {rung.split()[1] for rung in rare.rungs}
    assert sorted({"1", "2", "3", "4"} - levels) == []
    assert sorted({"sales", "quality", "engineering", "production", "management", "vp", "gm"} - groups) == []


def test_complaints_lie_at_every_step(rare: Account) -> None:
    assert sorted(elements("userTask") - rare.waiting.keys()) == []
