"""Whatever happens to a diagram: it is refused by type, or parsed and run to a wait, an end or a typed fault."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine import DiagramRefused, EngineError, Limits, parse_definition
from tests.bpmn_builder import (
    boundary,
    call,
    catch,
    condition,
    document,
    end,
    error,
    error_definition,
    event_gateway,
    exclusive,
    inclusive,
    message,
    message_definition,
    multi_instance,
    parallel,
    process,
    service,
    start,
    sub_process,
    timer,
    user,
)
from tests.unit.engine.helpers import Driver

INNER = sub_process(
    "sub", start("s1"), user("b"), end("e1"), flows=["s1 > b", "b > e1"], loop=multi_instance("rows", "row")
)
PARTS = [
    user("a"), boundary("t", "a", timer("cycle", "R/PT1H"), interrupting=False), user("x"), end("e2"), exclusive("g"),
    service("w", "t@1", {"n": "n + 1"}, result="out"), boundary("f", "w", error_definition("er")), end("e3"), INNER,
    parallel("p1"), parallel("p2"), inclusive("i1"), inclusive("i2"), call("c", "q"), event_gateway("eg"),
    catch("m", message_definition("msg", "reply")), catch("d", timer("duration", "PT1H")), catch("k", condition("n > 1")),
]  # fmt: skip
FLOWS = [
    "start > a", "a > w", "t > x", "x > e2", "f > e3", "w > g", "g > sub if n > 3", "g > i1 default", "i1 > p1 if n",
    "i1 > i2 default", "p1 > eg", "p1 > k", "eg > m", "eg > d", "m > p2", "d > i2", "k > p2", "p2 > i2", "sub > c",
    "c > i2", "i2 > end",
]  # fmt: skip
XML = document(
    message("msg", "go"), error("er", "E1", "failure"), process("p", start(), *PARTS, end(), flows=FLOWS),
    process("q", start("qs"), user("u"), end("qe"), flows=["qs > u", "u > qe"]),
).decode()  # fmt: skip
# Attribute values, leaves with their text, and texts of leaves: what can be changed without breaking the XML.
LEAF = r"<([\w:]+)[^<>]*>[^<>]*</\1>|(?<=>)[^<>]+(?=</)"
PIECES = [match.span() for part in (LEAF, r'"[^"]*"') for match in re.finditer(part, XML[60:])]
PIECES = [(first + 60, last + 60) for first, last in PIECES]
TEXTS = [
    "",
    '"a"',
    '"g"',
    '"p"',
    '"sub"',
    '"nonsense"',
    "<bpmn:task id='zz'/>",
    "</bpmn:process>",
    '"true"',
    '"0"',
    "&#0;",
    "x" * 50,
]


PIECE, TEXT = st.integers(0, len(PIECES) - 1), st.integers(0, len(TEXTS) - 1)


def damage(spans: list[tuple[int, int]]) -> str:
    text = XML
    for index, replacement in sorted(set(spans), reverse=True):
        first, last = PIECES[index % len(PIECES)]
        text = text[:first] + TEXTS[replacement % len(TEXTS)] + text[last:]
    return text


def outcome(xml: str) -> str:
    """What becomes of a diagram; anything but the engine's own errors comes through."""
    try:
        definition = parse_definition({"p.bpmn": xml.encode()}, "p")
        driver = Driver(definition, {"n": 5, "rows": [{"id": "1"}]}, limits=Limits(steps=200))
        for _ in range(12):
            waits = [wait for wait in driver.waits() if wait.kind in ("user_task", "job")]
            if not waits:
                break
            driver.finish(waits[0].element_id)
        driver.pass_time(hours=2)
    except DiagramRefused:
        return "refused"
    except EngineError:
        return "fault"
    return "completed" if driver.completed else "waiting"


def test_the_undamaged_diagram_runs_to_its_end() -> None:
    assert outcome(XML) == "completed"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(PIECE, TEXT), min_size=1, max_size=3, unique_by=lambda pair: pair[0]))
def test_damage_never_leaves_the_room_untyped(spans: list[tuple[int, int]]) -> None:
    assert outcome(damage(spans)) in ("refused", "fault", "completed", "waiting")
