"""The XES writer: read back by a reader of its own (tests/reading_xes.py), and what that reader refuses."""

import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any

import pytest
from lxml import etree

from server.documents.xes import Id, Log, Trace, extension, xes
from tests.reading_xes import Case, Head, read

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
LOG = Log(
    own="https://site.example/kesu.xesext?a=1&b=2",
    attributes={"concept:name": "客户投诉"},
    trace={"concept:name": ""},
    event={"concept:name": "", "identity:id": Id("")},
    classifiers={"Activity": ("concept:name",), "Both": ("concept:name", "identity:id")},
)


def written(traces: list[Trace], log: Log = LOG) -> bytes:
    return b"".join(xes(log, traces))


def back(data: bytes) -> tuple[Head, list[Case]]:
    head = Head()
    return head, list(read(BytesIO(data), head))


def test_what_was_written_is_read_with_types_and_order() -> None:
    events = [
        {"concept:name": "a", "identity:id": Id("1"), "time:timestamp": NOON, "cost:total": 12.5, "kesu:n": 2**62},
        {"concept:name": "b", "identity:id": Id("2"), "org:resource": None, "kesu:big": 2**70, "kesu:yes": True},
    ]
    head, cases = back(
        written([Trace({"concept:name": "1", "kesu:no": False}, events), Trace({"concept:name": "2"}, [])])
    )
    assert cases == [
        Case(
            {"concept:name": "1", "kesu:no": False},
            [
                {
                    "concept:name": "a",
                    "identity:id": "1",
                    "time:timestamp": datetime(2026, 3, 2, 4, 0, 0, 123000, tzinfo=UTC),
                    "cost:total": 12.5,
                    "kesu:n": 2**62,
                },
                {"concept:name": "b", "identity:id": "2", "kesu:big": float(2**70), "kesu:yes": True},
            ],
        ),
        Case({"concept:name": "2"}, []),
    ]
    assert head.extensions["kesu"] == "https://site.example/kesu.xesext?a=1&b=2"
    assert {"concept", "lifecycle", "time", "org", "cost", "identity"} < set(head.extensions)
    assert head.classifiers == {"Activity": ["concept:name"], "Both": ["concept:name", "identity:id"]}
    assert head.attributes == {"concept:name": "客户投诉"}


@pytest.mark.parametrize(
    "text", ['<a href="x">&amp;\'</a>', "two\nlines\tand\r", "emoji 🧯", "飞边，缺料", " kept ", ""]
)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    _head, (case,) = back(written([Trace({"concept:name": text}, [])]))
    assert case.attributes["concept:name"] == text


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\ud800", "\ufffe"])
def test_a_sign_that_xml_cannot_hold_is_replaced(sign: str) -> None:
    _head, (case,) = back(written([Trace({"concept:name": f"a{sign}b"}, [])]))
    assert case.attributes["concept:name"] == "a\ufffdb"


def test_numbers_without_end_are_those_of_the_schema() -> None:
    data = written(
        [Trace({"concept:name": "", "kesu:a": float("inf"), "kesu:b": float("-inf"), "kesu:c": float("nan")}, [])]
    )
    assert [value in data for value in (b'value="INF"', b'value="-INF"', b'value="NaN"')] == [True, True, True]


def test_a_log_without_a_case_is_a_log() -> None:
    head, cases = back(written([]))
    assert cases == []
    assert head.globals["trace"] == {"concept:name": ""}


def test_memory_does_not_grow_with_the_cases() -> None:
    event = {"concept:name": "a", "time:timestamp": NOON}

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in xes(LOG, (Trace({"concept:name": str(number)}, [event] * 20) for number in range(count))):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(600) < peak(150) + 100_000


def test_the_description_of_our_attributes_is_one_of_an_extension() -> None:
    names = {"EN": "Level", "ZH": "级别"}
    found = etree.fromstring(extension(LOG.own, {"level": ("int", names)}, {"element": ("string", {"EN": "Id"})}))
    assert (found.tag, found.get("name"), found.get("prefix"), found.get("uri")) == (
        "xesextension",
        "Kesu",
        "kesu",
        LOG.own,
    )
    (level,) = found.find("trace")
    assert (level.tag, level.get("key")) == ("int", "level")
    assert {alias.get("mapping"): alias.get("name") for alias in level} == names
    assert found.find("event")[0].get("key") == "element"


GOOD = written(
    [Trace({"concept:name": "1"}, [{"concept:name": "a", "identity:id": Id("1"), "lifecycle:transition": "start"}])]
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'xes.version="1849.2016"', b'xes.version="2.0"'),
        (b'http://www.xes-standard.org/">\n', b'http://example.org/">\n'),
        (b'value="start"', b'value="begun"'),
        (b'<string key="concept:name" value="a"/>', b""),
        (b'<string key="concept:name" value="a"/>', b'<string key="concept:name" value="a"/>' * 2),
        (b'<string key="concept:name" value="a"/>', b'<text key="concept:name" value="a"/>'),
        (b'<string key="concept:name" value="a"/>', b'<string key="other:name" value="a"/>'),
        (b'<string key="concept:name" value="a"/>', b'<string key="concept:name"/>'),
        (b'<string key="concept:name" value="a"/>', b'<date key="concept:name" value="2026-03-02T10:00:00"/>'),
        (b'keys="concept:name"', b'keys="concept:nome"'),
        (b"</log>", b'<classifier name="X" scope="event" keys="concept:name"/></log>'),
        (b"</log>", b""),
    ],
)
def test_the_reader_refuses_what_the_standard_does_not_allow(old: bytes, new: bytes) -> None:
    assert old in GOOD
    back(GOOD)
    with pytest.raises((ValueError, etree.XMLSyntaxError)):
        back(GOOD.replace(old, new, 1))


def test_the_reader_refuses_an_id_that_is_there_twice() -> None:
    event: dict[str, Any] = {"concept:name": "a", "identity:id": Id("1")}
    with pytest.raises(ValueError, match="has an id again"):
        back(written([Trace({"concept:name": "1"}, [event]), Trace({"concept:name": "2"}, [event])]))
