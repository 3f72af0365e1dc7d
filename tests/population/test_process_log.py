"""The process log of a year, read back by another reader; and what ran is what is drawn."""

from collections import Counter
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from server.documents.xes import xes
from server.domain.bundle import Bundle
from server.persistence.models import (
    CaseFile,
    DefinitionVersion,
    HistoryEvent,
    HistoryPayload,
    ProcessInstance,
    UserAccount,
    UserTask,
)
from server.queries.event_log import LogWish, event_log, everywhere
from tests.population.net import Net, read_net
from tests.population.playing import Population
from tests.population.replay import Replayer, replay
from tests.reading_xes import Case, Head, read

REPAIRED = {"instance.migrated", "instance.moved", "job.skipped"}
"""Events after which a case no longer goes as its diagram alone would have it; work sent back does, see docs/xes.md."""
DONE_BY_SOMEBODY = {"userTask", "manualTask", "task", "serviceTask"}
TASK_EVENTS = {"created", "claimed", "unclaimed", "transferred", "completed", "sent_back"}
JOB_EVENTS = {"created", "failed", "retried", "completed", "error_thrown", "cancelled", "skipped"}

History = list[tuple[str, str | None, dict[str, Any]]]


@pytest.fixture(scope="module")
def nets(population: Population) -> dict[int, Net]:
    with population.context.read() as connection:
        rows = connection.execute(select(DefinitionVersion.id, DefinitionVersion.bundle)).all()
    bundles = {row.id: Bundle.from_zip(row.bundle) for row in rows}
    return {key: read_net(dict(found.items()), found.application.process_id) for key, found in bundles.items()}


@pytest.fixture(scope="module")
def histories(population: Population) -> dict[str, History]:
    """What each instance's history tells, in order."""
    query = (
        select(HistoryEvent.instance_id, HistoryEvent.type, HistoryEvent.element_id, HistoryPayload.data)
        .join(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    )
    found: dict[str, History] = {}
    with population.context.read() as connection:
        for row in connection.execute(query):
            found.setdefault(row.instance_id, []).append((row.type, row.element_id, row.data))
    return found


@pytest.fixture(scope="module")
def instances(population: Population) -> list[Any]:
    query = select(ProcessInstance, CaseFile.number, CaseFile.customer, CaseFile.columns.label("shown")).join(
        CaseFile, CaseFile.id == ProcessInstance.case_id
    )
    with population.context.read() as connection:
        return list(connection.execute(query))


def log_of(population: Population, **wish: Any) -> tuple[bytes, Head, dict[str, Case]]:
    context = population.context
    log = event_log(context, everywhere(context), LogWish(key="complaint", language="en", **wish))
    data = b"".join(xes(log.head, log.traces))
    head = Head()
    return data, head, {case.attributes["concept:name"]: case for case in read(BytesIO(data), head)}


@pytest.fixture(scope="module")
def log(population: Population) -> tuple[bytes, Head, dict[str, Case]]:
    return log_of(population)


def counted(history: History, net: Net) -> int:
    """How many events of the log a history makes, by the table of docs/xes.md, read from the drawing."""
    nodes = {key: node for process in net.processes.values() for key, node in process.nodes.items()}
    number, sent_back = 0, set()
    for kind, _element, data in history:
        noun, _, verb = kind.partition(".")
        if kind == "instance.advanced":
            passed = [nodes[each].kind for each in data["path"] if each in nodes]
            number += sum(each not in DONE_BY_SOMEBODY and not each.endswith("Gateway") for each in passed)
        elif kind == "instance.migrated":
            number += len(data.get("reopened", ()))
        elif noun == "job":
            number += verb in JOB_EVENTS
        elif noun == "task":
            sent_back |= {data["task_id"]} if verb == "sent_back" else set()
            number += verb in TASK_EVENTS or (verb == "cancelled" and data["task_id"] not in sent_back)
    return number


def test_as_many_cases_and_events_as_the_histories_tell(
    log: Any, instances: list[Any], histories: dict[str, History], nets: dict[int, Net]
) -> None:
    _data, _head, cases = log
    assert sorted(cases) == sorted(row.number for row in instances)
    told = {row.number: counted(histories[row.id], nets[row.version_id]) for row in instances}
    assert {number: len(case.events) for number, case in cases.items()} == told
    assert sum(told.values()) > 5000


def test_each_case_has_its_attributes_and_its_events_are_in_order(log: Any, instances: list[Any]) -> None:
    _data, head, cases = log
    assert {"concept", "lifecycle", "time", "org", "cost", "identity", "kesu"} == set(head.extensions)
    for row in instances:
        case = cases[row.number]
        told = {name.removeprefix("kesu:"): value for name, value in case.attributes.items()}
        assert (told["state"], told.get("outcome")) == (row.state, row.end_event)
        assert told.get("customer") == row.customer
        for name in ("part_no", "product", "level", "defect"):
            assert told.get(name) == row.shown.get(name), name
        moments = [event["time:timestamp"] for event in case.events]
        assert moments == sorted(moments)


def test_a_repaired_case_is_told_apart(log: Any, instances: list[Any], histories: dict[str, History]) -> None:
    _data, _head, cases = log
    found = {row.number: any(kind in REPAIRED for kind, _, _ in histories[row.id]) for row in instances}
    assert {number: case.attributes["kesu:repaired"] for number, case in cases.items()} == found
    assert set(found.values()) == {True, False}


def test_the_life_of_every_task_is_one_that_the_standard_allows(log: Any) -> None:
    _data, _head, cases = log
    for case in cases.values():
        lives: dict[str, list[str]] = {}
        for event in case.events:
            if "concept:instance" in event:
                lives.setdefault(event["concept:instance"], []).append(event["lifecycle:transition"])
        for life in lives.values():
            assert life[0] == "schedule"
            ends = [
                place for place, each in enumerate(life) if each in ("complete", "withdraw", "ate_abort", "manualskip")
            ]
            assert all(place == len(life) - 1 or life[place + 1] == "resume" for place in ends), life


def test_pseudonyms_stand_for_the_same_people_and_name_nobody(population: Population, log: Any) -> None:
    data, _head, hidden = log_of(population, pseudonyms=True)
    with population.context.read() as connection:
        people = list(connection.execute(select(UserAccount.username)).scalars())
    names = [f'key="org:resource" value="{name}"'.encode() for name in people]
    plain, _head, shown = log
    assert [name for name in names if name in data] == []
    assert len([name for name in names if name in plain]) > 5
    pairs = {
        (one["org:resource"], other["org:resource"])
        for number in shown
        for one, other in zip(shown[number].events, hidden[number].events, strict=True)
        if "org:resource" in one
    }
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs}) > 5


def test_only_the_complaints_of_a_time(population: Population, log: Any) -> None:
    _data, _head, cases = log
    moments = sorted(case.attributes["kesu:received_at"] for case in cases.values())
    since, until = moments[len(moments) // 3], moments[2 * len(moments) // 3]
    _data, _head, found = log_of(population, since=since, until=until)
    told = {number for number, case in cases.items() if since <= case.attributes["kesu:received_at"] < until}
    assert set(found) == told


def test_every_finished_unrepaired_case_replays_with_fitness_1(
    instances: list[Any], histories: dict[str, History], nets: dict[int, Net]
) -> None:
    found, ends = {}, Counter[str]()
    for row in instances:
        if row.state == "completed" and not any(kind in REPAIRED for kind, _, _ in histories[row.id]):
            found[row.number] = replay(nets[row.version_id], histories[row.id])
            ends[row.end_event] += 1
    assert {number: one for number, one in found.items() if one.fitness != 1 or one.refused} == {}
    assert len(found) > 40
    assert len(ends) >= 6, "the year is one of many outcomes"
    assert any(one.jumps for one in found.values()), "and of work sent back"


def test_an_open_case_stands_where_the_replay_stands(
    population: Population, instances: list[Any], histories: dict[str, History], nets: dict[int, Net]
) -> None:
    query = select(UserTask.instance_id, UserTask.element_id).where(UserTask.state == "open")
    open_tasks: dict[str, Counter[str]] = {}
    with population.context.read() as connection:
        for row in connection.execute(query):
            open_tasks.setdefault(row.instance_id, Counter())[row.element_id] += 1
    compared = 0
    for row in instances:
        if row.state != "active" or any(kind in REPAIRED for kind, _, _ in histories[row.id]):
            continue
        replayer = Replayer(nets[row.version_id])
        for event in histories[row.id]:
            replayer.feed(*event)
        assert (replayer.refused, len(replayer.states)) == ("", 1)
        standing = Counter(node.id for node in replayer.states[0].standing() if node.kind == "userTask")
        assert standing == open_tasks.get(row.id, Counter()), row.number
        compared += 1
    assert compared > 20


def test_a_recorded_path_with_something_missing_does_not_fit(
    instances: list[Any], histories: dict[str, History], nets: dict[int, Net]
) -> None:
    row = next(row for row in instances if row.end_event == "End_Archived")
    whole = histories[row.id]
    moved = [place for place, (kind, _, data) in enumerate(whole) if kind == "instance.advanced" and data["path"]]
    assert len(moved) > 20
    for place in moved:
        assert replay(nets[row.version_id], whole[:place] + whole[place + 1 :]).fitness < 1, whole[place]
