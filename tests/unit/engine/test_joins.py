"""Joins that stand directly behind a split."""

from tests.bpmn_builder import document, end, inclusive, parallel, process, start, user
from tests.unit.engine.helpers import Driver, define


def test_an_inclusive_join_waits_for_a_branch_that_is_about_to_open() -> None:
    """The branches of a split open one after another, and the join may be the first of them."""
    flows = ["start > f", "f > j", "f > a", "a > j", "j > z", "z > end"]
    xml = document(process("p", start(), parallel("f"), inclusive("j"), user("a"), user("z"), end(), flows=flows))
    driver = Driver(define(xml))
    assert driver.open() == ["a"]
    driver.finish("a")
    assert driver.open() == ["z"]
