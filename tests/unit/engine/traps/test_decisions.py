"""Field guide, section 1.6: decision tables."""

from typing import Any

import pytest

from server.engine import DiagramRefused, ProcessFault
from tests.bpmn_builder import decision_table, document, end, process, rule, start, user
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.traps import stock

XML = document(process("p", start(), rule("r", "d"), user("a"), end(), flows=["start > r", "r > a", "a > end"]))


def stock_result(table: bytes, **data: Any) -> dict[str, Any]:
    workflow = stock.begin(XML, table, data=data)
    result: dict[str, Any] = workflow.get_next_task(state=stock.READY, manual=True).data
    return result


def our_case(table: bytes, **case: Any) -> dict[str, Any]:
    return Driver(define(XML, table), case, known="x out").case


def one_column(*rows: tuple[str, str], **more: str) -> bytes:
    return decision_table("d", ["x"], ["out"], [([test], [value]) for test, value in rows], **more)


def test_feel_list_is_compared_with_a_tuple() -> None:
    table = one_column(('"a","b"', '"hit"'), hit_policy="FIRST")
    assert "out" not in stock_result(table, x="a")
    assert our_case(table, x="b")["out"] == "hit"


def test_feel_not_is_read_as_a_python_negation() -> None:
    table = one_column(('not("a")', '"hit"'))
    assert "out" not in stock_result(table, x="b")
    assert our_case(table, x="b")["out"] == "hit"
    assert "out" not in our_case(table, x="a")


def test_feel_interval_fails_at_run_time() -> None:
    table = one_column(("[100..200]", '"hit"'))
    with pytest.raises(Exception, match=r"invalid|syntax|Failed"):
        stock_result(table, x=150)
    assert our_case(table, x=200)["out"] == "hit"
    assert "out" not in our_case(one_column(("[100..200)", '"hit"')), x=200)


def test_unique_takes_the_first_of_two_rows() -> None:
    table = one_column(("> 1", '"first"'), ("> 2", '"second"'))
    assert stock_result(table, x=3)["out"] == "first"
    with pytest.raises(ProcessFault, match="rows 1, 2") as caught:
        our_case(table, x=3)
    assert caught.value.element_id == "r"


def test_any_does_not_compare_the_rows() -> None:
    table = one_column(("> 1", '"first"'), ("> 2", '"second"'), hit_policy="ANY")
    assert stock_result(table, x=3)["out"] == "first"
    with pytest.raises(ProcessFault):
        our_case(table, x=3)
    assert our_case(table, x=2)["out"] == "first"


def test_rule_order_gives_one_row_only() -> None:
    table = one_column(("> 1", '"first"'), ("> 2", '"second"'), hit_policy="RULE ORDER")
    assert stock_result(table, x=3)["out"] == "first"
    assert our_case(table, x=3)["out"] == ["first", "second"]


def test_collect_knows_no_aggregation() -> None:
    table = one_column(("> 1", "10"), ("> 2", "5"), hit_policy="COLLECT", aggregation="SUM")
    assert stock_result(table, x=3)["out"] == [10, 5]
    assert our_case(table, x=3)["out"] == 15


def test_unsupported_policies_are_refused() -> None:
    table = one_column(("> 1", "10"), hit_policy="PRIORITY")
    assert stock_result(table, x=3)["out"] == 10
    with pytest.raises(DiagramRefused):
        define(XML, table)


def test_no_match_leaves_an_old_result_standing() -> None:
    table = one_column(("> 10", '"hit"'))
    assert stock_result(table, x=3, out="old")["out"] == "old"
    assert "out" not in our_case(table, x=3, out="old")


def test_bare_word_output_fails_at_run_time() -> None:
    table = one_column(("> 1", "A"))
    with pytest.raises(Exception, match="A"):
        stock_result(table, x=3)
    with pytest.raises(ProcessFault, match="name A is not known"):
        our_case(table, x=3)


def test_a_second_decision_in_a_file() -> None:
    one = one_column(("> 1", '"one"')).decode()
    other = decision_table("d2", ["x"], ["out"], [(["-"], ['"two"'])]).decode()
    both = one.replace(
        "</definitions>", other[other.index("<decision ") : other.index("</definitions>")] + "</definitions>"
    )
    unique = both.replace('id="t"', 'id="t2"', 1).replace('id="i0"', 'id="i9"', 1)
    for part in ("ie0", "o0", "r0", "r0i0", "r0o0"):
        unique = unique.replace(f'id="{part}"', f'id="{part}9"', 1)
    with pytest.raises(Exception, match=r"tag|Multiple"):
        stock_result(unique.encode(), x=3)
    assert our_case(unique.encode(), x=3)["out"] == "one"


@pytest.mark.parametrize(
    ("test", "x", "hit"),
    [
        ("", 1, True), ("-", None, True), ("5", 5, True), ('"x"', "x", True), ("> 100", 101, True),
        ("> 100", None, False), ("50 < ? <= 100", 100, True), ('? in ["x","y"]', "y", True),
        ('in ["x","y"]', "y", True), ("<= 3", 3, True), ("!= 3", 4, True), ("= 3", 3, True), ("1,2,3", 3, True),
        ("]1..3[", 3, False), ("(1..3]", 3, True), ("< 0, > 10", 11, True), ("null", None, True), ("true", True, True),
        ('"what?"', "what?", True), ('"a,b"', "a,b", True), ("not(1,2)", 3, True), ("not(1,2)", 2, False),
        ("not(> 5)", 3, True), ("other.limit", 9, True),
    ],
)  # fmt: skip
def test_unary_tests(test: str, x: Any, hit: bool) -> None:
    case = our_case(one_column((test, '"hit"')), x=x, other={"limit": 9})
    assert case.get("out") == ("hit" if hit else None)


def test_outputs_at_dotted_paths_merge_with_what_stands_there() -> None:
    table = decision_table("d", ["x"], ["g.level", "g.sum"], [(["-"], ['"high"', "x * 2"])])
    assert our_case(table, x=3, g={"by": "anna"})["g"] == {"by": "anna", "level": "high", "sum": 6}


@pytest.mark.parametrize("cell", ["x +", "__import__('os')", "a = 1"])
def test_unreadable_cells_are_refused_at_parse_time(cell: str) -> None:
    with pytest.raises(DiagramRefused):
        define(XML, one_column((">1", cell)))
