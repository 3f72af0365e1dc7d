"""What was settled comes back: a new complaint that follows the old one."""

from datetime import timedelta

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.cancel_instance import CancelInstance
from server.commands.merge_complaint import MergeComplaint
from server.commands.report_recurrence import ReportRecurrence
from server.commands.suspend_instance import SuspendInstance
from server.persistence.models import CaseLink
from tests.durability.audit import audit_house
from tests.house import actor
from tests.integration.life import case, do, end, events, filed, refused, total
from tests.integration.test_competing import DONE, Pair

# Come back


def test_a_recurrence_is_a_new_complaint_that_knows_the_old_one(site: Context, clock: ManualClock) -> None:
    old = filed(site)
    end(site, old)
    clock.advance(timedelta(days=40))
    answer = do(
        site, ReportRecurrence, "sales1", number=old, reason="cracks again", fields={"product": {"batch": "B9"}}
    )
    new = case(site, answer["number"])
    assert new["received_at"].startswith("2026-04-11")
    assert (new["state"], new["channel"]) == ("active", "phone")
    assert new["case"]["customer"] == {"name": "ACME", "email": "qa@acme.example"}
    assert new["case"]["product"] == {"name": "Housing", "part_no": "P-1", "batch": "B9"}
    assert new["case"]["problem"] == {"title": "Cracks", "description": "cracks again"}
    assert new["case"]["successor"] == {"of": old, "reason": "cracks again"}
    assert new["links"] == [{"kind": "successor_of", "number": old}]
    assert case(site, old)["links"] == [{"kind": "has_successor", "number": answer["number"]}]
    (recurred,), (follows,) = events(site, old, "case.recurred"), events(site, answer["number"], "case.follows")
    assert recurred["data"] == {"number": answer["number"], "reason": "cracks again"}
    assert follows["data"] == {"number": old, "reason": "cracks again"}
    assert set(answer) == {"number", "instance_id", "status_url"}


def test_what_is_new_wins_over_what_is_copied(site: Context) -> None:
    old = filed(site)
    end(site, old)
    fields = {"customer": {"contact": "Li", "email": None}, "problem": {"description": "now at the lid", "title": None}}
    new = case(site, do(site, ReportRecurrence, number=old, reason="again", fields=fields, channel="visit")["number"])
    assert new["case"]["customer"] == {"name": "ACME", "contact": "Li"}
    assert new["case"]["problem"] == {"description": "now at the lid"}
    assert new["channel"] == "visit"
    assert refused(site, ReportRecurrence, number=old, reason="x", channel="owl").field == "/channel"
    refusal = refused(site, ReportRecurrence, number=old, reason="x", fields={"grading": {"level": 1}})
    assert refusal.code == "case.unknown_field"


def test_an_open_complaint_cannot_come_back(site: Context) -> None:
    number = filed(site)
    refusal = refused(site, ReportRecurrence, number=number, reason="again")
    assert refusal.code == "instance.open"
    assert number in refusal.text("en")
    do(site, SuspendInstance, instance_id=case(site, number)["instance_id"], reason="x")
    assert refused(site, ReportRecurrence, number=number, reason="again").code == "instance.open"


def test_of_a_duplicate_the_one_that_stayed_comes_back(site: Context) -> None:
    number, survivor = filed(site), filed(site)
    do(site, MergeComplaint, number=number, of=survivor, reason="same")
    refusal = refused(site, ReportRecurrence, number=number, reason="again")
    assert refusal.code == "link.duplicate"
    assert survivor in refusal.text("en")


def test_a_complaint_may_come_back_more_than_once_and_again_from_there(site: Context) -> None:
    old = filed(site)
    end(site, old)
    first = do(site, ReportRecurrence, number=old, reason="again")["number"]
    second = do(site, ReportRecurrence, number=old, reason="and again")["number"]
    end(site, first)
    third = do(site, ReportRecurrence, number=first, reason="once more")["number"]
    assert [link["number"] for link in case(site, old)["links"]] == [first, second]
    assert case(site, first)["links"] == [
        {"kind": "successor_of", "number": old},
        {"kind": "has_successor", "number": third},
    ]


def test_the_same_report_twice_files_once(site: Context) -> None:
    old = filed(site)
    end(site, old)
    given = {"number": old, "reason": "again", "command_id": "r-1"}
    assert do(site, ReportRecurrence, **given) == do(site, ReportRecurrence, **given)
    assert total(site, CaseLink) == 1


def test_an_old_version_without_such_a_field_gets_the_link_all_the_same(house: Context) -> None:
    old = filed(house)
    do(house, CancelInstance, instance_id=case(house, old)["instance_id"], reason="by mistake")
    new = do(house, ReportRecurrence, number=old, reason="again")["number"]
    assert case(house, new)["links"] == [{"kind": "successor_of", "number": old}]


def test_two_reports_of_one_recurrence_under_two_ids_are_two_complaints(site: Context) -> None:
    """Each is a filing of its own; both are linked, none is lost."""
    old = filed(site)
    end(site, old)
    first, second = (
        ReportRecurrence(actor=actor(site, by), number=old, reason="again") for by in ("quality1", "quality2")
    )
    assert Pair(site).run(first, second) == (DONE, DONE)
    assert len(case(site, old)["links"]) == 2
    assert len(events(site, old, "case.recurred")) == 2
    assert audit_house(site) == []
