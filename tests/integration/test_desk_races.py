"""Two people and the clock at one task at the same moment: as if one had come after the other, whoever they are.

For each ordered pair of actions the first is stopped just before its commit, until the second has decided on the old
state and comes to write. What comes of it, for both and for the case, must be what comes of the two one after the
other; and of all that would end a task one wins.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from server.casework.command import SYSTEM, Command
from server.casework.context import Context
from server.clock import ManualClock
from server.commands.add_comment import AddComment
from server.commands.add_signers import AddSigners
from server.commands.add_user import AddUser
from server.commands.answer_question import AnswerQuestion
from server.commands.ask_colleague import AskColleague
from server.commands.cancel_instance import CancelInstance
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.delegate_task import DelegateTask
from server.commands.escalate_task import EscalateTask
from server.commands.file_complaint import FileComplaint
from server.commands.fire_timers import FireTimers
from server.commands.save_draft import SaveDraft
from server.commands.send_back_task import SendBackTask
from server.commands.set_group import SetGroup
from server.commands.set_priority import SetPriority
from server.commands.sign_task import SignTask
from server.commands.suspend_instance import SuspendInstance
from server.commands.transfer_task import TransferTask
from server.commands.urge_task import UrgeTask
from server.commands.withdraw_task import WithdrawTask
from server.domain.rejection import Rejected
from server.persistence.models import CaseFile, HistoryEvent, ProcessInstance, UserTask
from server.queries.requests import asked_of_me
from server.security.actor import Actor
from tests.bpmn_builder import boundary, document, end, exclusive, lanes, parallel, process, start, timer, user
from tests.durability.audit import audit_house
from tests.house import actor as demo_actor
from tests.house import opened
from tests.integration import strip
from tests.integration.desk_house import FIELDS, URGENT, task
from tests.integration.test_competing import DONE, Pair, outcome

DIAGRAM = document(
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "empty"}),
        parallel("split"),
        user("record", {"formKey": "receive", "sendBackTo": "receive"}),
        boundary("late", "record", timer("duration", "'PT1H'")),
        user("chase", {"formKey": "empty"}),
        user("secure", {"formKey": "empty"}),
        exclusive("merge"),
        parallel("join"),
        end("End_Archived"),
        flows=[
            "start > receive",
            "receive > split",
            "split > record",
            "split > secure",
            "record > merge",
            "chase > merge",
            "merge > join",
            "secure > join",
            "join > End_Archived",
            "late > chase",
        ],
        lanes=lanes(sales=["receive"], quality=["record", "chase"], production=["secure"]),
    )
)

ENDING = {"complete": "task.completed", "send_back": "task.sent_back", "timer": "timer.fired"}
"""What ends the task `record`, with the event that says so; `withdraw` takes it away, too."""

Maker = Callable[[Context, "Case", str], Command]

ACTIONS: Mapping[str, Maker] = {
    "complete": lambda house, case, who: CompleteTask(actor=actor(house, who), task_id=case.record, data=URGENT),
    "send_back": lambda house, case, who: SendBackTask(
        actor=actor(house, who), task_id=case.record, reason="unclear", target="receive"
    ),
    "timer": lambda _house, case, _who: FireTimers(actor=SYSTEM, instance_id=case.instance),
    "withdraw": lambda house, case, _who: WithdrawTask(actor=actor(house, "sales1"), task_id=case.receive),
    "claim": lambda house, case, who: ClaimTask(actor=actor(house, who), task_id=case.record),
    "transfer": lambda house, case, who: TransferTask(actor=actor(house, who), task_id=case.record, to="service1"),
    "delegate": lambda house, case, who: DelegateTask(actor=actor(house, who), task_id=case.record, to="engineering1"),
    "signers": lambda house, case, who: AddSigners(
        actor=actor(house, who), task_id=case.record, signers=("manager",), text="look"
    ),
    "ask": lambda house, case, who: AskColleague(actor=actor(house, who), task_id=case.record, of="service1", text="?"),
    "answer": lambda house, case, _who: AnswerQuestion(
        actor=actor(house, "service1"), request_id=case.question, text="yes"
    ),
    "draft": lambda house, case, who: SaveDraft(actor=actor(house, who), task_id=case.record, data=URGENT),
    "urge": lambda house, case, _who: UrgeTask(actor=actor(house, "sales1"), task_id=case.record),
    "priority": lambda house, case, who: SetPriority(
        actor=actor(house, who), task_id=case.record, priority=75 if who == "quality1" else 100, reason="line down"
    ),
    "comment": lambda house, case, who: AddComment(actor=actor(house, who), number=case.number, text="hello"),
    "escalate": lambda house, case, who: EscalateTask(actor=actor(house, who), task_id=case.record, reason="help"),
    "suspend": lambda house, case, _who: SuspendInstance(
        actor=actor(house, "admin"), instance_id=case.instance, reason="wait"
    ),
    "cancel": lambda house, case, _who: CancelInstance(
        actor=actor(house, "admin"), instance_id=case.instance, reason="wrong"
    ),
}


SOFT = frozenset({"answer", "urge", "priority", "comment", "escalate"})
"""What leaves the task where and whose it is: tried beside what moves it."""
GENTLE = SOFT | {"signers", "ask", "draft", "suspend"}
MOVING = frozenset({*ENDING, "withdraw", "claim"})


_ACTORS: dict[tuple[int, str], Actor] = {}


def actor(house: Context, username: str) -> Actor:
    """Nobody's rights change here: looked up once."""
    key = (id(house), username)
    if key not in _ACTORS:
        _ACTORS[key] = demo_actor(house, username)
    return _ACTORS[key]


class Case:
    """A complaint with `record` and `secure` open, the timer of `record` due; `asked`: a question about `receive`."""

    def __init__(self, house: Context, *, asked: bool = False):
        filing = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=FIELDS)
        body = house.execute(filing).body
        self.number, self.instance = body["number"], body["instance_id"]
        self.receive = self._task(house, "receive")
        sales = actor(house, "sales1")
        if asked:
            asking = AskColleague(actor=sales, task_id=self.receive, of="service1", text="?")
            self.question = house.execute(asking).body["request"]
        house.execute(CompleteTask(actor=sales, task_id=self.receive, data={}))
        self.record = self._task(house, "record")
        clock: ManualClock = house.clock  # type: ignore[assignment]
        clock.advance(timedelta(hours=1))

    def _task(self, house: Context, element_id: str) -> str:
        query = select(UserTask.id).where(UserTask.instance_id == self.instance, UserTask.element_id == element_id)
        with house.read() as connection:
            return str(connection.execute(query).scalar_one())


def picture(house: Context, case: Case) -> tuple[Any, ...]:
    """What the two left behind, without ids and moments."""
    with house.read() as connection:
        columns = (
            UserTask.element_id,
            UserTask.state,
            UserTask.claimed_by,
            UserTask.assignee_id,
            UserTask.delegated_by,
            UserTask.priority,
            UserTask.requests,
            UserTask.escalation_level,
        )
        tasks = Counter(map(tuple, connection.execute(select(*columns).where(UserTask.instance_id == case.instance))))
        query = select(HistoryEvent.type, HistoryEvent.element_id, HistoryEvent.actor_id)
        events = Counter(map(tuple, connection.execute(query.where(HistoryEvent.instance_id == case.instance))))
        state = connection.execute(select(ProcessInstance.state).where(ProcessInstance.id == case.instance))
        return state.scalar_one(), tasks, events


def at_once(house: Context, first: Command, second: Command) -> tuple[str, str]:
    """How each ended; the house is as it was afterwards."""
    probe, write = house.database.probe, house.database.write
    try:
        return Pair(house).run(first, second)
    finally:
        house.database.probe = probe
        house.database.write = write  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def house(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    for made in opened(prepared_folder, tmp_path_factory.mktemp("races") / "data"):
        strip.publish(made, DIAGRAM)
        admin = actor(made, "admin")
        made.execute(SetGroup(actor=admin, key="quality", title="品质部\nQuality", lead="manager", parent="management"))
        made.execute(SetGroup(actor=admin, key="management", title="管理层\nManagement", lead="vp", parent="vp"))
        yield made


@pytest.mark.parametrize("first", ACTIONS)
def test_two_at_once_are_as_one_after_the_other(house: Context, first: str) -> None:
    for second in ACTIONS:
        if {first, second} <= GENTLE or ({first, second} & SOFT and not {first, second} & MOVING):
            continue
        asked = "answer" in (first, second)
        together, apart = Case(house, asked=asked), Case(house, asked=asked)
        pair = [ACTIONS[kind](house, together, who) for kind, who in ((first, "quality1"), (second, "quality2"))]
        ends = at_once(house, *pair)
        pair = [ACTIONS[kind](house, apart, who) for kind, who in ((first, "quality1"), (second, "quality2"))]
        assert ends == (outcome(house, pair[0]), outcome(house, pair[1])), second
        assert ends[0] == DONE, second
        assert picture(house, together) == picture(house, apart), second
        if first in ENDING and second in ENDING:
            events = picture(house, together)[2]
            ended = [kind for kind, element, _ in events.elements() if kind in ENDING.values() and element != "receive"]
            assert ended == [ENDING[first]], second


def test_a_signature_given_and_refused_at_once(house: Context) -> None:
    case = Case(house)
    signers = AddSigners(actor=actor(house, "quality1"), task_id=case.record, signers=("gm",), text="look")
    house.execute(signers)
    gm = actor(house, "gm")
    (request,) = [one["id"] for one in asked_of_me(house, gm, "en")["items"] if one["case_number"] == case.number]
    yes = SignTask(actor=gm, request_id=request, agree=True)
    no = SignTask(actor=gm, request_id=request, agree=False, text="no")
    assert at_once(house, yes, no) == (DONE, "request.ended")


def test_no_case_was_corrupted(house: Context) -> None:
    """After all the others: histories verify, engines load, and their waits are the rows there are."""
    assert audit_house(house) == []


# Fifty people


@pytest.fixture(scope="module")
def people(house: Context) -> list[str]:
    names = [f"racer{number}" for number in range(50)]
    for name in names:
        house.execute(
            AddUser(actor=actor(house, "admin"), username=name, display_name=name.upper(), groups=("quality", "sales"))
        )
    return names


def race(people: list[str], run: Callable[[str], Any]) -> dict[str, Any]:
    """All begin at the same moment; what each came to."""
    gate = threading.Barrier(len(people))

    def begin(name: str) -> Any:
        gate.wait()
        return run(name)

    with ThreadPoolExecutor(len(people)) as pool:
        return dict(zip(people, pool.map(begin, people), strict=True))


def claimed(house: Context, who: Actor, task_id: str) -> Rejected | None:
    """The refusal, if it was not won."""
    try:
        house.execute(ClaimTask(actor=who, task_id=task_id))
    except Rejected as refusal:
        return refusal
    return None


def test_fifty_for_one_task(house: Context, people: list[str]) -> None:
    case = Case(house)
    actors = {name: actor(house, name) for name in people}

    ends = race(people, lambda name: claimed(house, actors[name], case.record))
    (winner,) = [name for name, refusal in ends.items() if refusal is None]
    for name in set(people) - {winner}:
        assert ends[name].code == "task.claimed", name
        assert winner.upper() in ends[name].text("en")
        assert ends[name].details[0]["claimed_by"] == winner
        assert ends[name].details[0]["claimed_at"]
    assert task(house, case.number, "record")["claimed_by"] == winner


def test_fifty_for_five_hundred_tasks(house: Context, people: list[str]) -> None:
    """Each takes what is offered until nothing is free; whoever comes too late is told who was faster."""
    sales = actor(house, "sales1")
    filed = [FileComplaint(actor=sales, channel="phone", fields=FIELDS) for _ in range(500)]
    numbers = {house.execute(each).body["number"] for each in filed}
    with house.read() as connection:
        query = select(UserTask.id).join(CaseFile, CaseFile.id == UserTask.case_id)
        tasks = list(connection.execute(query.where(CaseFile.number.in_(numbers))).scalars())
    assert len(tasks) == 500
    actors = {name: actor(house, name) for name in people}
    told: Counter[str] = Counter()

    def work(name: str) -> list[str]:
        mine: list[str] = []
        wanted: str | None = Random(name).choice(tasks)
        while wanted is not None:
            refusal = claimed(house, actors[name], wanted)
            if refusal is None:
                mine.append(wanted)
                taken.add(wanted)
                wanted = next((each for each in tasks if each not in taken), None)
                continue
            assert refusal.code == "task.claimed", refusal
            assert refusal.details is not None
            assert refusal.details[0]["claimed_by"] in people
            told[name] += 1
            offered = refusal.details[0]["next"]
            wanted = offered["id"] if offered else None
        return mine

    taken: set[str] = set()
    ends = race(people, work)
    ours = [each for mine in ends.values() for each in mine if each in set(tasks)]
    assert sorted(ours) == sorted(tasks), "one winner each"
    with house.read() as connection:
        rows = connection.execute(select(UserTask.id, UserTask.claimed_by).where(UserTask.id.in_(tasks))).all()
    winners = {each: actors[name].user_id for name, mine in ends.items() for each in mine}
    assert {row.id: row.claimed_by for row in rows} == {each: winners[each] for each in tasks}
    assert sum(told.values()) > 0
