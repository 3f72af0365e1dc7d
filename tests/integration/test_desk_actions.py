"""Delegate, add signers, ask, urge, priority, comments: what each does, leaves in the history, and refuses."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.add_comment import AddComment
from server.commands.add_signers import AddSigners
from server.commands.answer_question import AnswerQuestion
from server.commands.ask_colleague import AskColleague
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.delegate_task import DelegateTask
from server.commands.disable_user import DisableUser
from server.commands.name_substitute import NameSubstitute
from server.commands.return_task import ReturnTask
from server.commands.save_draft import SaveDraft
from server.commands.see_mention import SeeMention
from server.commands.set_priority import SetPriority
from server.commands.sign_task import SignTask
from server.commands.transfer_task import TransferTask
from server.commands.unclaim_task import UnclaimTask
from server.commands.urge_task import UrgeTask
from server.commands.withdraw_request import WithdrawRequest
from server.persistence.models import CaseFile, OutboxMail
from server.queries.audience import audience
from server.queries.case_story import case_story
from server.queries.colleagues import colleagues
from server.queries.comments import comments
from server.queries.requests import asked_of_me
from server.queries.send_back_preview import send_back_preview
from server.queries.task_detail import task_detail
from server.security.visibility import visible_to
from tests.durability.audit import audit_house
from tests.house import actor, drain_jobs
from tests.integration.desk_house import URGENT, complete, filed, publish, received, task
from tests.integration.life import case, do, events, refused


@pytest.fixture
def site(house: Context) -> Context:
    return publish(house)


@pytest.fixture
def number(site: Context) -> str:
    """`record` and `secure` are open."""
    return received(site)


@pytest.fixture
def record(site: Context, number: str) -> str:
    return str(task(site, number, "record")["id"])


def mails(site: Context) -> list[tuple[str, str]]:
    """(recipient's user name, subject) of our own people's mails."""
    with site.read() as connection:
        rows = connection.execute(select(OutboxMail.recipient, OutboxMail.subject).order_by(OutboxMail.id)).all()
    return [(row.recipient.partition("@")[0], row.subject) for row in rows]


def asked(site: Context, username: str) -> list[dict[str, Any]]:
    return asked_of_me(site, actor(site, username), "en")["items"]  # type: ignore[no-any-return]


def sentences(site: Context, number: str) -> list[str]:
    return [event["sentence"] for event in case_story(site, actor(site, "admin"), number, "en")]


# Delegating


def test_a_delegated_task_comes_back_and_the_delegator_completes_it(site: Context, number: str, record: str) -> None:
    do(site, ClaimTask, "quality1", task_id=record)
    done = do(site, DelegateTask, "quality1", task_id=record, to="engineering1", reason="You know the tool")
    assert (done["task"]["assignee"], done["task"]["claimed_by"]) == ("engineering1", "engineering1")
    assert any(name == "engineering1" for name, _ in mails(site))
    actions = task_detail(site, actor(site, "engineering1"), record, "en")["actions"]
    assert "return" in actions
    assert "complete" not in actions
    assert refused(site, CompleteTask, "engineering1", task_id=record, data=URGENT).code == "task.delegated"
    assert refused(site, CompleteTask, "quality1", task_id=record, data=URGENT).code == "task.claimed"
    do(site, SaveDraft, "engineering1", task_id=record, data=URGENT)
    back = do(site, ReturnTask, "engineering1", task_id=record, reason="Filled in")
    assert (back["task"]["assignee"], back["task"]["claimed_by"]) == ("quality1", "quality1")
    assert task_detail(site, actor(site, "quality1"), record, "en")["draft"]["data"] == URGENT
    do(site, CompleteTask, "quality1", task_id=record, data=URGENT)
    (delegated,) = events(site, number, "task.delegated")
    (returned,) = events(site, number, "task.returned")
    assert (delegated["actor"], delegated["data"]["to"], delegated["data"]["reason"]) == (
        "quality1",
        "engineering1",
        "You know the tool",
    )
    assert (returned["actor"], returned["data"]["to"]) == ("engineering1", "quality1")
    assert audit_house(site) == []


def test_the_delegator_may_take_it_back(site: Context, record: str) -> None:
    do(site, DelegateTask, "quality1", task_id=record, to="engineering1")
    assert "claim" in task_detail(site, actor(site, "quality1"), record, "en")["actions"]
    assert do(site, ClaimTask, "quality1", task_id=record)["task"]["claimed_by"] == "quality1"
    assert refused(site, ReturnTask, "quality1", task_id=record).code == "task.not_delegated"
    assert refused(site, CompleteTask, "engineering1", task_id=record, data=URGENT).code in (
        "forbidden.task",
        "not_found.task",
    )
    do(site, CompleteTask, "quality1", task_id=record, data=URGENT)


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (UnclaimTask, {}),
        (TransferTask, {"to": "quality2"}),
        (DelegateTask, {"to": "quality2"}),
    ],
)
def test_what_was_delegated_is_not_passed_on(site: Context, record: str, command: Any, given: dict[str, str]) -> None:
    do(site, DelegateTask, "quality1", task_id=record, to="engineering1")
    assert refused(site, command, "engineering1", task_id=record, **given).code == "task.delegated"


@pytest.mark.parametrize(
    ("to", "code"), [("quality1", "task.oneself"), ("nobody", "task.unknown_colleague"), ("", "task.unknown_colleague")]
)
def test_to_whom_nothing_is_delegated(site: Context, record: str, to: str, code: str) -> None:
    assert refused(site, DelegateTask, "quality1", task_id=record, to=to).code == code


def test_when_the_delegator_has_left_it_goes_back_to_the_group(site: Context, record: str) -> None:
    do(site, DelegateTask, "quality1", task_id=record, to="engineering1")
    do(site, DisableUser, username="quality1")
    back = do(site, ReturnTask, "engineering1", task_id=record)
    assert (back["task"]["assignee"], back["task"]["claimed_by"]) == (None, None)


# Signing


def test_nothing_is_completed_before_those_asked_first_have_signed(site: Context, number: str, record: str) -> None:
    do(site, AddSigners, "quality1", task_id=record, signers=("manager", "engineering1"), text="Is the tool ours?")
    refusal = refused(site, CompleteTask, "quality1", task_id=record, data=URGENT)
    assert refusal.code == "task.unsigned"
    assert {each["signer"] for each in refusal.details or ()} == {"manager", "engineering1"}
    (one,) = asked(site, "manager")
    assert (one["kind"], one["text"], one["asked_by"]) == ("signature", "Is the tool ours?", "quality1")
    do(site, SignTask, "manager", request_id=one["id"], agree=True)
    assert asked(site, "manager") == []
    assert refused(site, CompleteTask, "quality1", task_id=record, data=URGENT).code == "task.unsigned"
    do(site, SignTask, "engineering1", request_id=asked(site, "engineering1")[0]["id"], agree=True, text="Yes")
    assert do(site, CompleteTask, "quality1", task_id=record, data=URGENT)["task"]["state"] == "completed"
    assert [event["actor"] for event in events(site, number, "task.signed")] == ["manager", "engineering1"]
    assert audit_house(site) == []


def test_a_refused_signature_gives_the_task_back_with_the_reason(site: Context, number: str, record: str) -> None:
    do(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="Please look")
    request = asked(site, "manager")[0]["id"]
    assert refused(site, SignTask, "manager", request_id=request, agree=False).code == "task.text_missing"
    do(site, SignTask, "manager", request_id=request, agree=False, text="The lot number is missing")
    refusal = refused(site, CompleteTask, "quality1", task_id=record, data=URGENT)
    assert refusal.code == "task.unsigned"
    assert (refusal.details or [{}])[0]["remark"] == "The lot number is missing"
    assert any("The lot number is missing" in sentence for sentence in sentences(site, number))
    assert refused(site, SignTask, "manager", request_id=request, agree=True).code == "request.ended"
    do(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="Added")
    do(site, SignTask, "manager", request_id=asked(site, "manager")[0]["id"], agree=True)
    do(site, CompleteTask, "quality1", task_id=record, data=URGENT)


def test_those_asked_after_sign_what_was_filled_in(site: Context, number: str, record: str) -> None:
    do(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="Read it", position="after")
    assert asked(site, "manager") == []
    kept = do(site, CompleteTask, "quality1", task_id=record, data=URGENT)
    assert (kept["task"]["state"], kept["signing"]) == ("open", ["manager"])
    assert "urgency" not in case(site, number)["case"]["intake"]
    do(site, SignTask, "manager", request_id=asked(site, "manager")[0]["id"], agree=True)
    changed = {"intake": {"urgency": "normal"}}
    again = do(site, CompleteTask, "quality1", task_id=record, data=changed)
    assert again["signing"] == ["manager"], "what was changed since is signed again"
    do(site, SignTask, "manager", request_id=asked(site, "manager")[0]["id"], agree=True)
    assert do(site, CompleteTask, "quality1", task_id=record, data=changed)["task"]["state"] == "completed"
    assert case(site, number)["case"]["intake"]["urgency"] == "normal"
    assert len(events(site, number, "signature.asked")) == 2
    assert audit_house(site) == []


def test_a_form_that_does_not_fit_is_not_given_to_be_signed(site: Context, record: str) -> None:
    do(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="Read it", position="after")
    assert refused(site, CompleteTask, "quality1", task_id=record, data={}).code == "case.invalid"
    assert asked(site, "manager") == []


def test_a_signature_may_be_done_without_for_a_reason(site: Context, number: str, record: str) -> None:
    do(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="Please look")
    request = asked(site, "manager")[0]["id"]
    assert refused(site, WithdrawRequest, "quality1", request_id=request).code == "task.text_missing"
    assert refused(site, WithdrawRequest, "manager", request_id=request, reason="x").code == "forbidden.request"
    do(site, WithdrawRequest, "quality1", request_id=request, reason="On leave")
    do(site, CompleteTask, "quality1", task_id=record, data=URGENT)
    assert [event["data"]["reason"] for event in events(site, number, "request.withdrawn")] == ["On leave"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"signers": (), "text": "x"}, "task.signers"),
        ({"signers": ("manager",), "text": "  "}, "task.text_missing"),
        ({"signers": ("quality1",), "text": "x"}, "task.oneself"),
        ({"signers": ("nobody",), "text": "x"}, "task.unknown_colleague"),
        ({"signers": ("manager",), "text": "x", "position": "between"}, "task.position"),
        ({"signers": ("manager",), "text": "x" * 5001}, "task.text_long"),
    ],
)
def test_signers_that_are_refused(site: Context, record: str, given: dict[str, Any], code: str) -> None:
    assert refused(site, AddSigners, "quality1", task_id=record, **given).code == code


def test_only_who_was_asked_signs_and_once(site: Context, record: str) -> None:
    do(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="x")
    assert refused(site, AddSigners, "quality1", task_id=record, signers=("manager",), text="x").code == (
        "task.signer_twice"
    )
    request = asked(site, "manager")[0]["id"]
    assert refused(site, SignTask, "quality2", request_id=request, agree=True).code == "forbidden.request"
    assert refused(site, SignTask, "service1", request_id=request, agree=True).code == "not_found.request"
    assert refused(site, SignTask, "manager", request_id="nothing", agree=True).code == "not_found.request"


# Asking


def test_a_question_stops_our_own_limit_and_no_promise_to_the_customer(house: Context, clock: ManualClock) -> None:
    number = filed(house)
    drain_jobs(house)
    received = task(house, number, "receive")
    promised = received["due_at"]
    answer = do(house, AskColleague, "sales1", task_id=received["id"], of="quality1", text="Is it ours?")
    assert answer["clock_stands"] is False
    assert task(house, number, "receive")["due_at"] == promised
    complete(house, number, "receive", "sales1", URGENT)
    complete(house, number, "record", "sales1", {"problem": {"kind": "zero_km"}, "immediate": {"resolved": "no"}})
    drain_jobs(house)
    mine = next(
        each for element in ("assign", "confirm") for each in task_items(house, number) if each["element_id"] == element
    )
    before = mine["due_at"]
    assert before is not None
    who = "manager" if mine["element_id"] == "assign" else "quality1"
    asking = do(house, AskColleague, who, task_id=mine["id"], of="engineering1", text="Which tool?")
    assert asking["clock_stands"] is True
    standing = task_detail(house, actor(house, who), mine["id"], "en")
    assert (standing["due_at"], standing["clock_stands"]) == (None, True)
    assert "waiting for a colleague's answer" in standing["deadline"]["text"]
    clock.advance(timedelta(hours=1))
    do(house, AnswerQuestion, "engineering1", request_id=asking["request"], text="Tool 7")
    running = task_detail(house, actor(house, who), mine["id"], "en")
    assert running["clock_stands"] is False
    assert running["due_at"] > before
    assert "pause" in running["deadline"]["text"]
    assert audit_house(house) == []


def task_items(house: Context, number: str) -> list[dict[str, Any]]:
    from server.queries.task_list import task_list

    return task_list(house, actor(house, "admin"), language="en", case=number)["items"]  # type: ignore[no-any-return]


def test_who_is_asked_sees_the_complaint_and_answers(site: Context, number: str, record: str) -> None:
    do(site, AskColleague, "quality1", task_id=record, of="service1", text="Did they call again?")
    (one,) = asked(site, "service1")
    assert (one["text"], one["case_number"], one["task_name"]) == ("Did they call again?", number, "Record")
    assert case(site, number, "service1")["number"] == number
    assert refused(site, AnswerQuestion, "service1", request_id=one["id"], text=" ").code == "task.text_missing"
    assert refused(site, AnswerQuestion, "manager", request_id=one["id"], text="x").code == "forbidden.request"
    do(site, AnswerQuestion, "service1", request_id=one["id"], text="Twice")
    assert refused(site, AnswerQuestion, "service1", request_id=one["id"], text="x").code == "request.ended"
    assert [each["answer"] for each in task_detail(site, actor(site, "quality1"), record, "en")["requests"]] == [
        "Twice"
    ]
    assert any("answered about “Record”: Twice" in sentence for sentence in sentences(site, number))
    assert [name for name, subject in mails(site) if "answered" in subject or "答复" in subject] == ["quality1"]


def test_a_question_may_be_taken_back_and_ends_with_its_task(site: Context, record: str) -> None:
    first = do(site, AskColleague, "quality1", task_id=record, of="service1", text="?")["request"]
    do(site, WithdrawRequest, "quality1", request_id=first)
    assert asked(site, "service1") == []
    do(site, AskColleague, "quality1", task_id=record, of="service1", text="!")
    do(site, CompleteTask, "quality1", task_id=record, data=URGENT)
    assert asked(site, "service1") == []


# Hurrying


def test_urging_reaches_the_group_or_the_holder_and_once_an_hour(
    site: Context, number: str, record: str, clock: ManualClock
) -> None:
    told = do(site, UrgeTask, "sales1", task_id=record, text="The line stands")["told"]
    assert {"quality1", "quality2"} <= set(told)
    assert not {"sales1", "production1"} & set(told)
    refusal = refused(site, UrgeTask, "sales1", task_id=record)
    assert refusal.code == "task.urged_already"
    do(site, ClaimTask, "quality2", task_id=record)
    assert do(site, UrgeTask, "sales2", task_id=record)["told"] == ["quality2"]
    clock.advance(timedelta(minutes=59))
    assert "wait another 1 min" in refused(site, UrgeTask, "sales1", task_id=record).text("en")
    clock.advance(timedelta(minutes=1))
    do(site, UrgeTask, "sales1", task_id=record)
    assert len(events(site, number, "task.urged")) == 3
    assert refused(site, UrgeTask, "service1", task_id=record).code == "not_found.task"


def test_a_priority_needs_a_reason_and_keeps_the_due_date(site: Context, number: str, record: str) -> None:
    due = task(site, number, "record")["due_at"]
    assert refused(site, SetPriority, "quality1", task_id=record, priority=75, reason=" ").code == "task.text_missing"
    for wrong in (-1, 101):
        refusal = refused(site, SetPriority, "quality1", task_id=record, priority=wrong, reason="x")
        assert refusal.code == "task.priority"
    do(site, SetPriority, "quality1", task_id=record, priority=75, reason="The line stands")
    do(site, SetPriority, "quality1", task_id=record, priority=75, reason="again")
    (event,) = events(site, number, "task.prioritised")
    assert (event["data"]["before"], event["data"]["priority"]) == (50, 75)
    assert task(site, number, "record")["priority"] == 75
    assert task(site, number, "record")["due_at"] == due


# Comments


def test_who_is_mentioned_sees_the_complaint_and_is_told(site: Context, number: str, record: str) -> None:
    text = "请@production1看一下. Ask @nobody! Mail qa@quality2.example"
    said = do(site, AddComment, "quality1", number=number, text=text, task_id=record)
    assert said["mentions"] == ["production1"], "Chinese needs no space; a mail address names nobody"
    (one,) = asked(site, "production1")
    assert (one["kind"], one["text"]) == ("mention", text)
    (shown,) = comments(site, actor(site, "production1"), number, "en")["items"]
    assert (shown["author"], shown["task_name"]) == ("quality1", "Record")
    assert refused(site, SeeMention, "manager", request_id=one["id"]).code == "not_found.request"
    for _ in range(2):
        do(site, SeeMention, "production1", request_id=one["id"])
    assert asked(site, "production1") == []
    assert [event["data"]["mentions"] for event in events(site, number, "comment.added")] == [["production1"]]
    assert audit_house(site) == []


def test_who_may_not_see_the_complaint_cannot_be_mentioned_until_he_is_asked(
    site: Context, number: str, record: str
) -> None:
    refusal = refused(site, AddComment, "quality1", number=number, text="@Service1 and @production1, look")
    assert (refusal.code, refusal.field) == ("comment.mention", "/text")
    assert "@service1 may not see this complaint" in refusal.text("en")
    assert comments(site, actor(site, "quality1"), number, "en")["items"] == []
    assert asked(site, "production1") == [], "nobody is told of what was not written"
    assert [each["username"] for each in audience(site, actor(site, "quality1"), number, "service")] == []
    do(site, AskColleague, "quality1", task_id=record, of="service1", text="Did they call?")
    assert [each["username"] for each in audience(site, actor(site, "quality1"), number, "service1")] == ["service1"]
    assert do(site, AddComment, "quality1", number=number, text="@service1 thanks")["mentions"] == ["service1"]


def test_the_people_who_can_be_mentioned_are_those_who_see_the_complaint(
    site: Context, number: str, clock: ManualClock
) -> None:
    """Asked person by person with the condition that every query on cases carries."""
    admin, now = actor(site, "admin"), clock.now()
    period = {"starts_at": now, "ends_at": now + timedelta(days=1)}
    do(site, NameSubstitute, absent="production1", substitute="service1", reason="leave", **period)
    do(site, DisableUser, username="quality2")
    everybody = [each["username"] for each in colleagues(site, admin)]
    seeing = set()
    for name in everybody:
        with site.read() as connection:
            query = select(CaseFile.id).where(CaseFile.number == number, visible_to(actor(site, name)))
            seeing |= {name} if connection.execute(query).first() else set()
    found = {each["username"] for each in audience(site, admin, number, limit=50)}
    assert found | {"admin"} == seeing
    assert "service1" in found
    assert found < set(everybody)


def test_comments_that_are_refused(site: Context, number: str) -> None:
    other = task(site, filed(site), "receive")["id"]
    assert refused(site, AddComment, "quality1", number=number, text=" \n").code == "task.text_missing"
    assert refused(site, AddComment, "quality1", number=number, text="x" * 5001).code == "task.text_long"
    assert refused(site, AddComment, "service1", number=number, text="x").code == "not_found.case"
    assert refused(site, AddComment, "quality1", number=number, text="x", task_id=other).code == "not_found.task"


def test_comments_come_in_pages(site: Context, number: str) -> None:
    for position in range(3):
        do(site, AddComment, "quality1", number=number, text=f"{position} 👍")
    first = comments(site, actor(site, "quality1"), number, "en", limit=2)
    rest = comments(site, actor(site, "quality1"), number, "en", limit=2, cursor=first["next"])
    found = [each["text"] for page in (first, rest) for each in page["items"]]
    assert sorted(found) == ["0 👍", "1 👍", "2 👍"]
    assert rest["next"] is None


# Sending back


def test_sending_back_tells_first_what_it_cancels(site: Context, number: str, record: str) -> None:
    do(site, ClaimTask, "production1", task_id=task(site, number, "secure")["id"])
    told = send_back_preview(site, actor(site, "quality1"), record, "receive", "en")
    assert [(each["element_id"], each["name"], each["kind"]) for each in told["cancels"]] == [
        ("secure", "Secure", "user_task")
    ]
    assert told["cancels"][0]["claimed_by_name"]
    assert task(site, number, "secure")["state"] == "open"
    assert task(site, number, "record")["id"] == record
    assert audit_house(site) == []


def test_a_preview_is_refused_as_sending_back_would_be(site: Context, number: str, record: str) -> None:
    from server.domain.rejection import Rejected

    for who, target, code in (
        ("quality1", "approve", "task.no_way_back"),
        ("quality1", "", "task.no_way_back"),
        ("production1", "receive", "forbidden.task"),
        ("service1", "receive", "not_found.task"),
    ):
        with pytest.raises(Rejected) as refusal:
            send_back_preview(site, actor(site, who), record, target, "en")
        assert refusal.value.code == code
