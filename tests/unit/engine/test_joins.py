"""Joins that stand directly behind a split."""

from tests.bpmn_builder import boundary, document, end, inclusive, parallel, process, start, timer, user
from tests.unit.engine.helpers import Driver, define


def test_an_inclusive_join_waits_for_a_branch_that_is_about_to_open() -> None:
    """The branches of a split open one after another, and the join may be the first of them."""
    flows = ["start > f", "f > j", "f > a", "a > j", "j > z", "z > end"]
    xml = document(process("p", start(), parallel("f"), inclusive("j"), user("a"), user("z"), end(), flows=flows))
    driver = Driver(define(xml))
    assert driver.open() == ["a"]
    driver.finish("a")
    assert driver.open() == ["z"]


HOUR = timer("duration", '"PT1H"')


def test_an_inclusive_join_waits_for_an_activity_whose_deadline_leads_to_it() -> None:
    flows = ["start > f", "f > a", "f > b", "a > j", "b > c", "c > other", "late > j", "j > z", "z > end"]
    nodes = [start(), parallel("f"), user("a"), user("b"), user("c"), boundary("late", "b", HOUR), inclusive("j")]
    driver = Driver(define(document(process("p", *nodes, user("z"), end(), end("other"), flows=flows))))
    driver.finish("a")
    assert driver.open() == ["b", "late"]
    driver.pass_time(hours=2)
    assert driver.open() == ["z"]
    driver.finish("z")
    assert driver.completed


def test_a_reminder_can_lead_straight_to_a_split_while_the_work_goes_on() -> None:
    flows = ["start > a", "a > end", "reminder > f", "f > b", "f > c", "b > j", "c > j", "j > other"]
    nodes = [start(), user("a"), boundary("reminder", "a", HOUR, interrupting=False), parallel("f"), user("b")]
    driver = Driver(define(document(process("p", *nodes, user("c"), parallel("j"), end(), end("other"), flows=flows))))
    driver.pass_time(hours=2)
    assert sorted(driver.open()) == ["a", "b", "c"]
    for task in ("b", "c", "a"):
        driver.finish(task)
    assert driver.completed
