"""Life outside the happy path: withdrawn, merged, referred; on a small process with a strip for it."""

from typing import Any

import pytest
from sqlalchemy import select

from server.casework.context import Context
from server.commands.cancel_instance import CancelInstance
from server.commands.deliver_message import DeliverMessage
from server.commands.merge_complaint import MergeComplaint
from server.commands.refer_complaint import ReferComplaint
from server.commands.report_recurrence import ReportRecurrence
from server.commands.suspend_instance import SuspendInstance
from server.commands.withdraw_complaint import WithdrawComplaint
from server.persistence.models import CaseFile, CaseLink, HistoryEvent, Incident
from server.queries.case_story import case_story
from server.runner.register import CaseRegister
from tests.durability.audit import audit_house
from tests.house import actor
from tests.integration import strip
from tests.integration.life import case, do, end, events, filed, refused, total
from tests.integration.test_competing import DONE, Pair

# Withdrawn


def test_a_withdrawn_complaint_takes_the_way_of_its_diagram_and_says_so(site: Context) -> None:
    number = filed(site)
    answer = do(site, WithdrawComplaint, "sales1", number=number, reason=" solved by himself ", name="Ms Wang")
    assert (answer["state"], answer["end_event"], answer["active"]) == ("completed", "end_withdrawn", [])
    seen = case(site, number)
    assert seen["case"]["withdrawal"] == {
        "reason": "solved by himself",
        "name": "Ms Wang",
        "at": "2026-03-02T01:00:00.000Z",
    }
    (event,) = events(site, number, "case.withdrawn")
    assert (event["actor"], event["element_id"], event["data"]["reason"]) == (
        "sales1",
        "withdrawn",
        "solved by himself",
    )
    told = [line["sentence"] for line in case_story(site, actor(site, "admin"), number, "en")]
    assert "王丽 noted that the customer withdrew the complaint: solved by himself" in told


def test_a_reason_is_needed_for_each_of_them(site: Context) -> None:
    number = filed(site)
    other = filed(site)
    assert refused(site, WithdrawComplaint, number=number, reason=" ").code == "case.reason_missing"
    assert refused(site, MergeComplaint, number=number, of=other, reason="").code == "case.reason_missing"
    assert refused(site, ReferComplaint, number=number, kind="legal", reason="\n").code == "case.reason_missing"
    end(site, number)
    assert refused(site, ReportRecurrence, number=number, reason="").code == "case.reason_missing"


@pytest.mark.parametrize("who", ["production1", "engineering1", "owner"])
def test_not_everybody_may(site: Context, who: str) -> None:
    number = filed(site, by=who)
    for command, given in (
        (WithdrawComplaint, {}),
        (MergeComplaint, {"of": "HQ-1"}),
        (ReferComplaint, {"kind": "legal"}),
    ):
        assert refused(site, command, who, number=number, reason="x", **given).code == "forbidden.permission"


def test_a_complaint_one_may_not_see_is_none(site: Context) -> None:
    """sales1 sees what sales works on; what nobody of sales has a part in is not his."""
    strip.publish(site, strip.document(*_only_quality()))
    number = filed(site, by="admin")
    for command, given in (
        (WithdrawComplaint, {}),
        (MergeComplaint, {"of": "HQ-1"}),
        (ReferComplaint, {"kind": "legal"}),
        (ReportRecurrence, {}),
    ):
        assert refused(site, command, "sales1", number=number, reason="x", **given).code == "not_found.case"


def _only_quality() -> list[str]:
    return [
        strip.process(
            "complaint",
            strip.start(),
            strip.user("record", {"formKey": "empty"}),
            strip.end(),
            flows=["start > record", "record > end"],
            lanes=strip.lanes(quality=["record"]),
        )
    ]


def test_a_version_without_the_strip_refuses_and_changes_nothing(house: Context) -> None:
    strip.publish(house, strip.PLAIN)
    number, other = filed(house), filed(house)
    before = case(house, number)
    for command, given in (
        (WithdrawComplaint, {}),
        (MergeComplaint, {"of": other}),
        (ReferComplaint, {"kind": "legal"}),
    ):
        refusal = refused(house, command, number=number, reason="x", **given)
        assert refusal.code == "instance.not_waiting"
        assert number in refusal.text("en")
        assert str(before["version"]) in refusal.text("en")
    assert case(house, number) == before
    assert total(house, CaseLink) == 0


@pytest.mark.parametrize("ended", [False, True])
def test_suspended_and_ended_complaints_refuse(site: Context, ended: bool) -> None:
    number, other = filed(site), filed(site)
    lever = CancelInstance if ended else SuspendInstance
    do(site, lever, instance_id=case(site, number)["instance_id"], reason="x")
    for command, given in (
        (WithdrawComplaint, {}),
        (MergeComplaint, {"of": other}),
        (ReferComplaint, {"kind": "legal"}),
    ):
        code = "instance.ended" if ended else "instance.suspended"
        assert refused(site, command, number=number, reason="x", **given).code == code


def test_a_repetition_with_the_same_command_id_is_the_same(site: Context) -> None:
    number = filed(site)
    given = {"number": number, "reason": "solved", "command_id": "w-1"}
    assert do(site, WithdrawComplaint, **given) == do(site, WithdrawComplaint, **given)
    assert len(events(site, number, "case.withdrawn")) == 1
    assert refused(site, WithdrawComplaint, **(given | {"reason": "other"})).code == "command.reused"


def test_what_was_broken_is_settled_when_the_complaint_ends_another_way(site: Context) -> None:
    number = filed(site)
    with site.database.write("test") as connection:
        row = connection.execute(select(CaseFile.id).where(CaseFile.number == number)).scalar_one()
        connection.execute(
            Incident.__table__.insert().values(
                instance_id=case(site, number)["instance_id"],
                case_id=row,
                kind="fault",
                message="x",
                fingerprint="x",
                state="open",
                created_at=site.clock.now(),
            )
        )
        connection.exec_driver_sql("UPDATE process_instance SET state = 'incident'")
    do(site, WithdrawComplaint, number=number, reason="solved")
    with site.read() as connection:
        assert connection.execute(select(Incident.state)).scalars().all() == ["obsolete"]


# Merged


def test_a_duplicate_ends_and_both_know_of_each_other(site: Context) -> None:
    survivor, number = filed(site), filed(site)
    answer = do(site, MergeComplaint, "quality1", number=number, of=survivor, reason="same delivery")
    assert (answer["state"], answer["end_event"]) == ("completed", "end_merged")
    seen, other = case(site, number), case(site, survivor)
    assert seen["links"] == [{"kind": "duplicate_of", "number": survivor}]
    assert other["links"] == [{"kind": "has_duplicate", "number": number}]
    assert seen["case"]["duplicate"] == {"of": survivor, "reason": "same delivery"}
    assert other["state"] == "active"
    (merged,), (absorbed,) = events(site, number, "case.merged"), events(site, survivor, "case.absorbed")
    assert merged["data"] == {"number": survivor, "reason": "same delivery"}
    assert absorbed["data"] == {"number": number, "reason": "same delivery"}
    end(site, survivor)


def test_what_cannot_be_the_one_that_stays(site: Context) -> None:
    number, survivor, third, gone = filed(site), filed(site), filed(site), filed(site)
    do(site, MergeComplaint, number=third, of=survivor, reason="same")
    do(site, CancelInstance, instance_id=case(site, gone)["instance_id"], reason="x")
    before = total(site, HistoryEvent)
    for of, code in (
        (number, "link.itself"),
        (f" {number.lower()} ", "link.itself"),
        ("HQ-2026-999999", "link.unknown"),
        ("", "link.unknown"),
        (third, "link.duplicate"),
        (gone, "link.cancelled"),
    ):
        refusal = refused(site, MergeComplaint, number=number, of=of, reason="same")
        assert (refusal.code, refusal.field) == (code, "/of")
    assert survivor in refused(site, MergeComplaint, number=number, of=third, reason="same").text("en")
    assert (total(site, CaseLink), total(site, HistoryEvent)) == (1, before)


def test_one_that_has_ended_may_stay(site: Context) -> None:
    survivor = filed(site)
    end(site, survivor)
    ended = case(site, survivor)
    number = filed(site)
    do(site, MergeComplaint, number=number, of=survivor, reason="told twice")
    seen = case(site, survivor)
    assert (seen["state"], seen["ended_at"], seen["end_event"]) == ("completed", ended["ended_at"], "End_Archived")
    assert seen["links"] == [{"kind": "has_duplicate", "number": number}]
    assert audit_house(site) == []


def test_no_circle_of_duplicates(site: Context) -> None:
    one, two, three = filed(site), filed(site), filed(site)
    do(site, MergeComplaint, number=one, of=two, reason="same")
    do(site, MergeComplaint, number=two, of=three, reason="same")
    assert refused(site, MergeComplaint, number=three, of=one, reason="same").code == "link.duplicate"
    assert refused(site, MergeComplaint, number=three, of=two, reason="same").code == "link.duplicate"


def test_the_one_that_stays_must_be_seen_by_who_merges(site: Context) -> None:
    number = filed(site)
    strip.publish(site, strip.document(*_only_quality()))
    unseen = filed(site)
    refusal = refused(site, MergeComplaint, "sales1", number=number, of=unseen, reason="same")
    assert (refusal.code, refusal.field) == ("link.unknown", "/of")
    do(site, MergeComplaint, "admin", number=number, of=unseen, reason="same")
    assert case(site, number, "sales1")["links"] == []
    assert case(site, number, "quality1")["links"] == [{"kind": "duplicate_of", "number": unseen}]


def test_another_customers_complaint_needs_a_second_word(site: Context) -> None:
    number, survivor, same = filed(site, "ACME"), filed(site, "Haitian"), filed(site, " acme ")
    refusal = refused(site, MergeComplaint, number=number, of=survivor, reason="same lot")
    assert (refusal.code, refusal.field) == ("link.other_customer", "/confirm")
    assert "Haitian" in refusal.text("en")
    do(site, MergeComplaint, number=number, of=survivor, reason="same lot", confirm=True)
    do(site, MergeComplaint, number=same, of=filed(site, "ACME"), reason="same lot")


def test_a_merge_told_as_a_message_links_just_the_same(site: Context) -> None:
    number, survivor = filed(site), filed(site)
    asked = {"name": "complaint.merged", "correlation": {"number": number}}
    wrong = asked | {"payload": {"of": number, "reason": "same"}}
    assert refused(site, DeliverMessage, **wrong).code == "link.itself"
    do(site, DeliverMessage, **asked, payload={"of": survivor, "reason": "same"})
    assert case(site, survivor)["links"] == [{"kind": "has_duplicate", "number": number}]


def test_repeats_count_a_duplicate_only_once(site: Context) -> None:
    first, second, third = filed(site), filed(site), filed(site)
    register = CaseRegister(site, site.settings.site, third)
    assert register.repeats("ACME", "P-1", None, 12).numbers == [first, second]
    assert register.repeats("ACME", "P-1", None, 12).quantity == 60
    do(site, MergeComplaint, number=second, of=first, reason="same")
    counted = register.repeats("ACME", "P-1", None, 12)
    assert (counted.count, counted.quantity, counted.numbers) == (1, 30, [first])


# Referred


def test_a_complaint_referred_outside_waits_for_what_others_say(site: Context) -> None:
    number = filed(site)
    answer = do(site, ReferComplaint, "manager", number=number, kind="legal", reason="sued")
    assert answer["end_event"] == "end_referred"
    assert case(site, number)["case"]["referral"] == {"kind": "legal", "reason": "sued"}
    (event,) = events(site, number, "case.referred")
    assert event["data"] == {"to": "legal", "reason": "sued"}


def test_a_kind_the_case_file_does_not_know_is_refused(site: Context) -> None:
    number = filed(site)
    before = case(site, number)
    refusal = refused(site, ReferComplaint, number=number, kind="oracle", reason="x")
    assert (refusal.code, refusal.field) == ("message.payload", "/kind")
    assert case(site, number) == before


# What may be done, told to those who may


def ways(site: Context, number: str, by: str = "admin") -> list[str]:
    """What is told of the verbs tried here; others have their own tests."""
    known = ("amend", "withdraw", "merge", "refer", "recurrence")
    return [verb for verb in case(site, number, by)["actions"] if verb in known]


def test_the_actions_of_a_complaint_are_those_that_would_not_be_refused(site: Context) -> None:
    number, plain = filed(site), filed(site)
    assert ways(site, number) == ["amend", "withdraw", "merge", "refer"]
    assert ways(site, number, "sales1") == ["amend", "withdraw", "merge", "refer"]
    assert ways(site, number, "owner") == []
    do(site, SuspendInstance, instance_id=case(site, plain)["instance_id"], reason="x")
    assert ways(site, plain) == []
    do(site, MergeComplaint, number=number, of=plain, reason="same")
    assert ways(site, number) == []
    ended = filed(site)
    end(site, ended)
    assert ways(site, ended) == ["recurrence"]
    strip.publish(site, strip.PLAIN)
    assert ways(site, filed(site)) == ["amend"]


# Messages and what they bring


def test_a_message_is_found_by_the_number_from_the_first_moment_on(site: Context) -> None:
    number = filed(site)
    asked = {"name": "complaint.withdrawn", "correlation": {"number": number}}
    do(site, DeliverMessage, **asked, payload={"reason": "told by mail"})
    assert case(site, number)["end_event"] == "end_withdrawn"


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"reason": 5}, "/reason"),
        ({"why": "x"}, "/why"),
        ({"at": "yesterday"}, "/at"),
        ({"reason": "x" * 2001}, "/reason"),
    ],
)
def test_a_payload_that_does_not_fit_stores_nothing(site: Context, payload: dict[str, Any], field: str) -> None:
    number = filed(site)
    before, history = case(site, number), total(site, HistoryEvent)
    asked = {"name": "complaint.withdrawn", "correlation": {"number": number}}
    refusal = refused(site, DeliverMessage, **asked, payload=payload)
    assert (refusal.code, refusal.field) == ("message.payload", field)
    assert (case(site, number), total(site, HistoryEvent)) == (before, history)
    do(site, DeliverMessage, **asked, payload={"reason": "again, rightly"})


def test_a_file_nobody_uploaded_is_refused_in_a_message_too(site: Context) -> None:
    number = filed(site)
    asked = {"name": "complaint.referred", "correlation": {"number": number}}
    assert refused(site, DeliverMessage, **asked, payload={"material": ["0" * 32]}).code == "file.unknown"
    assert case(site, number)["state"] == "active"


def test_two_waits_for_one_message_are_ambiguous(house: Context) -> None:
    strip.publish(house, strip.document(*_two_waits()))
    number = filed(house)
    asked = {"name": "complaint.withdrawn", "correlation": {"number": number}, "payload": {"reason": "x"}}
    assert refused(house, DeliverMessage, **asked).code == "message.ambiguous"
    assert refused(house, WithdrawComplaint, number=number, reason="x").code == "message.ambiguous"


def _two_waits() -> list[str]:
    told = strip.message_definition("m", variable="withdrawal", correlation={"number": "number"})
    return [
        strip.message("m", "complaint.withdrawn"),
        strip.process(
            "complaint",
            strip.start(),
            strip.parallel("split"),
            strip.user("receive", {"formKey": "empty"}),
            strip.catch("one", told),
            strip.catch("two", told),
            *(strip.end(name) for name in ("end_a", "end_b", "end_c")),
            flows=[
                "start > split",
                "split > receive",
                "split > one",
                "split > two",
                "receive > end_a",
                "one > end_b",
                "two > end_c",
            ],
            lanes=strip.lanes(sales=["receive"]),
        ),
    ]


# At the same moment


def test_two_complaints_cannot_swallow_each_other(site: Context) -> None:
    one, two = filed(site), filed(site)
    first = MergeComplaint(actor=actor(site, "quality1"), number=one, of=two, reason="same")
    second = MergeComplaint(actor=actor(site, "quality2"), number=two, of=one, reason="same")
    assert Pair(site).run(first, second) == (DONE, "link.duplicate")
    assert (case(site, one)["state"], case(site, two)["state"]) == ("completed", "active")


def test_who_is_to_stay_and_is_cancelled_meanwhile_does_not_stay(site: Context) -> None:
    number, survivor = filed(site), filed(site)
    merge = MergeComplaint(actor=actor(site, "quality1"), number=number, of=survivor, reason="same")
    instance = case(site, survivor)["instance_id"]
    cancel = CancelInstance(actor=actor(site, "manager"), instance_id=instance, reason="x")
    assert Pair(site).run(cancel, merge) == (DONE, "link.cancelled")
    assert case(site, number)["state"] == "active"


def test_a_withdrawal_that_comes_second_finds_the_end(site: Context) -> None:
    number, survivor = filed(site), filed(site)
    merge = MergeComplaint(actor=actor(site, "quality1"), number=number, of=survivor, reason="same")
    withdraw = WithdrawComplaint(actor=actor(site, "sales1"), number=number, reason="solved")
    assert Pair(site).run(merge, withdraw) == (DONE, "instance.ended")
