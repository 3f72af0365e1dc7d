"""What lies ahead of a place in a diagram, and what another version has lost."""

from server.engine import Outlook, ProcessInstance, candidates, missing
from tests.bpmn_builder import boundary, call, document, end, exclusive, process, start, timer, user
from tests.unit.engine.helpers import Driver, define

CALLED = process("inner", start("s"), user("x"), user("y"), end("e"), flows=["s > x", "x > y", "y > e"])


def drawing(condition: str = "size > 3", extra: str = "", tail: str = "last") -> bytes:
    """first (boundary event late) > which > call or last > end, with `inner` called."""
    return document(
        process(
            "p",
            start(),
            user("first"),
            boundary("late", "first", timer("duration", "'PT1H'")),
            exclusive("which"),
            call("calls", "inner"),
            user(tail, {"note": extra} if extra else None),
            end(),
            flows=[
                "start > first", "first > which", f"which > calls if {condition}", f"which > {tail} default",
                f"calls > {tail}", f"late > {tail}", f"{tail} > end",
            ],
        ),
        CALLED,
    )  # fmt: skip


def outlook(xml: bytes) -> Outlook:
    return Outlook(define(xml), {"p.bpmn": xml})


def names(found: frozenset[tuple[str, str]]) -> set[str]:
    return {element for _process, element in found if "_" not in element}


def test_ahead_are_flows_events_and_what_is_called() -> None:
    sight = outlook(drawing())
    assert names(sight.ahead(frozenset({("p", "first")}))) == {
        "late", "which", "calls", "last", "end", "s", "x", "y", "e"
    }  # fmt: skip
    assert names(sight.ahead(frozenset({("p", "last")}))) == {"end"}
    assert names(sight.ahead(frozenset({("inner", "x")}))) == {"y", "e"}
    assert names(sight.ahead(frozenset({("inner", "x"), ("p", "calls")}))) == {"y", "e", "last", "end"}


def test_the_same_way_is_one_drawn_alike() -> None:
    old, other = outlook(drawing()), outlook(drawing(condition="size > 4"))
    first, last = frozenset({("p", "first")}), frozenset({("p", "last")})
    assert old.way(first) == outlook(drawing()).way(first)
    assert old.way(first) != other.way(first)
    assert old.way(last) == other.way(last)
    assert old.way(last) != outlook(drawing(extra="more")).way(last)


def test_what_is_asked_later_is_asked_of_the_case() -> None:
    xml = drawing(condition="size > 3")
    definition, sight = define(xml), outlook(xml)
    marking = frozenset({("p", "first")})
    for case, wrong in (({"size": "large"}, True), ({"size": 5}, False), ({}, False)):
        driver = Driver(definition, dict(case), known="size")
        instance = ProcessInstance.load(definition, driver.blob, dict(case), driver.env)
        faults = sight.faults(instance, marking)
        assert [source for _element, source, _reason in faults] == (["size > 3"] if wrong else [])
        assert sight.faults(instance, frozenset({("p", "last")})) == []


def test_what_is_gone_and_where_to_go_on() -> None:
    old, renamed = define(drawing()), define(drawing().replace(b'"first"', b'"begin"'))
    assert missing(old, renamed) == frozenset()
    without = define(
        document(process("p", start(), user("other"), user("last"), end(),
                         flows=["start > other", "other > last", "last > end"]))
    )  # fmt: skip
    lost = missing(old, without)
    assert names(lost) == {"first", "late", "which", "calls", "s", "x", "y", "e"}
    assert [each.id for each in candidates(old, without, ("p", "first"))] == ["other", "last"]
    assert candidates(old, without, ("inner", "x")) == []
