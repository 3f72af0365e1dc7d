"""The year has everything in it: every path, every end, every event, every rung of every ladder, a case at every step.

What there could be is read from the diagrams, the table of deadlines, the groups and the server's own text; what was,
from the histories. Names of what is missing stand in the failure.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import select

from server.domain.bundle import Bundle, bundled_root
from server.domain.history import EventType
from server.persistence.models import CaseFile
from server.security.demo import DEMO_PEOPLE
from tests.acceptance.walker import Map
from tests.population.coverage import Met, met
from tests.population.playing import Population

pytestmark = pytest.mark.one_database("the year on the other database is a copy")

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
SERVER = Path(__file__).parents[2] / "server"
WRITERS = ("casework", "commands", "runner")
"""The rooms whose code records events; others read them."""
NO_WRITER = {
    EventType.CASE_ERASED: "no command erases yet",
    EventType.INSTANCE_FAULTED: "an incident tells it",
    EventType.TASK_DRAFTED: "drafts leave no trace yet",
    EventType.JOB_CANCELLED: "the task's or the case's own end tells it",
    EventType.TIMER_SET: "the task's creation tells it",
    EventType.MAIL_QUEUED: "the job's event names the mails",
    EventType.MAIL_SENT: "the outbox tells it",
    EventType.DOCUMENT_CREATED: "the job's event names the files",
    EventType.ARCHIVE_CREATED: "the job's event names the files",
}
"""Part of the vocabulary, and nothing in the server writes them."""
NO_FAULT = {EventType.INCIDENT_RETRIED: "it takes a fault of the diagram, and the diagrams have none"}
"""What happens to incidents without a job only."""
NOT_DRAWN = {
    EventType.TIMER_FIRED: "timerEventDefinition",
    EventType.MESSAGE_THROWN: "sendTask",
}
"""What no diagram of the complaint process can do, and the element it would take."""
PLAN = Map()


@pytest.fixture(scope="module")
def found(population: Population) -> Met:
    return met(population.context, PLAN)


@cache
def diagrams() -> list[etree._Element]:
    files = Bundle.from_folder(bundled_root(), "complaint").items()
    return [etree.fromstring(data) for name, data in files if name.endswith(".bpmn")]


def elements(kind: str) -> Iterator[etree._Element]:
    for each in diagrams():
        yield from each.iter(f"{BPMN}{kind}")


def ids(kind: str) -> set[str]:
    return {str(each.get("id")) for each in elements(kind)}


def test_every_path_was_gone(found: Met) -> None:
    assert [PLAN.words(path) for path in PLAN.possible if path not in found.paths] == []


def test_no_path_was_gone_that_cannot_be(found: Met) -> None:
    assert [PLAN.words(path) for path in found.paths if path not in PLAN.possible] == []


def test_every_end_was_reached(found: Met) -> None:
    (main,) = [each for each in elements("process") if each.get("id") == "complaint"]
    ends = {str(each.get("id")) for each in main.iter(f"{BPMN}endEvent")}
    assert sorted(ends - found.ends.keys()) == []
    assert found.ends["cancelled"] > 0


def test_complaints_lie_at_every_step(found: Met) -> None:
    assert sorted(ids("userTask") - found.waiting.keys()) == []


def test_every_event_has_happened(found: Met) -> None:
    assert sorted(set(EventType) - NO_WRITER.keys() - NO_FAULT.keys() - NOT_DRAWN.keys() - found.events.keys()) == []


def test_what_has_not_happened_cannot_happen(found: Met) -> None:
    texts = [file.read_text("utf-8") for room in WRITERS for file in (SERVER / room).rglob("*.py")]
    named = {name for text in texts for name in re.findall(r"\bEventType\.([A-Z_]+)", text)}
    assert len(named) > len(EventType) / 2
    assert [event.name for event in NO_WRITER if event.name in named] == []
    assert [kind for kind in NOT_DRAWN.values() if ids(kind)] == []
    assert found.faults == 0
    assert sorted(found.events.keys() & (NO_WRITER.keys() | NO_FAULT.keys() | NOT_DRAWN.keys())) == []


def test_every_rung_of_every_ladder_was_climbed(found: Met) -> None:
    climbed = {(element, level, group) for level, group, element in found.rungs}
    assert sorted(possible_rungs() - climbed) == []
    assert sorted(climbed - possible_rungs()) == []


def test_somebody_called_for_the_next_in_charge(found: Met) -> None:
    assert found.called > 0


def possible_rungs() -> set[tuple[str, int, str]]:
    """(step, level, group): as many as the table of deadlines has hours for, as high as there are groups with a lead."""
    led = {group for person in DEMO_PEOPLE for group in person.leads}
    lanes = {str(ref.text): str(lane.get("id")) for lane in elements("lane") for ref in lane.iter(f"{BPMN}flowNodeRef")}
    hours = rungs_by_step()
    rungs = set()
    for step in ids("userTask"):
        ladder = list(upwards(lanes[step]))
        assert set(ladder) <= led, "a group without a lead is left out on the way up, and this does not count that"
        rungs |= {(step, level, group) for level, group in enumerate(ladder[: hours.get(step, hours[""])], 1)}
    return rungs


def upwards(group: str | None) -> Iterator[str]:
    groups = tomllib.loads(Bundle.from_folder(bundled_root(), "complaint")["application.toml"].decode())["groups"]
    while group is not None:
        yield group
        group = groups[group].get("parent")


def rungs_by_step() -> dict[str, int]:
    """The most hours in `escalate` of the rows for a step; "" is for all others."""
    table = etree.fromstring(Bundle.from_folder(bundled_root(), "complaint")["deadlines.dmn"])
    (place,) = [n for n, each in enumerate(table.iter(f"{DMN}output")) if each.get("name") == "escalate"]
    found: dict[str, int] = {}
    for rule in table.iter(f"{DMN}rule"):
        steps = re.findall(r'"(\w+)"', rule.find(f"{DMN}inputEntry").findtext(f"{DMN}text") or "") or [""]
        said = rule.findall(f"{DMN}outputEntry")[place].findtext(f"{DMN}text") or ""
        for step in steps:
            found[step] = max(found.get(step, 0), len(re.findall(r"\d+", said)))
    return found


def test_people_enter_what_managers_count(population: Population) -> None:
    with population.context.database.read() as connection:
        cases = [row.data for row in connection.execute(select(CaseFile.data))]
    costs = Counter(name for case in cases for name in case.get("costs", {}))
    items = tomllib.loads(Bundle.from_folder(bundled_root(), "complaint")["application.toml"].decode())["costs"][
        "items"
    ]
    assert sorted(items.keys() - costs.keys()) == []
    assert all(amount > 0 for case in cases for amount in case.get("costs", {}).values())
    judged = [case["cause"] for case in cases if case.get("cause", {}).get("side")]
    assert len({cause.get("responsible") for cause in judged}) > 3
    assert sum("responsible" in cause for cause in judged) == len(judged)
    assert {case["closing"]["satisfied"] for case in cases if case.get("closing", {}).get("satisfied")} == {"yes", "no"}
    assert all("cost" in case["grading"] for case in cases if case.get("grading", {}).get("level"))
