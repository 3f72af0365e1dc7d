"""Each pair of bundles says what was written down about it, and nothing else."""

import pytest

from server.casework.difference import bundle_changes, layout_only
from server.domain.bundle import Bundle
from tests.unit.difference.cases import BPMN, CASES, FLOWS, REVERSED, Case, base, diagram, pair


def told(old: dict[str, bytes], new: dict[str, bytes]) -> list[tuple[object, ...]]:
    changes = bundle_changes(Bundle(old), Bundle(new))
    return [(each.kind, each.subject, each.aspect, plain(each.before), plain(each.after)) for each in changes]


def plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_written_down(case: Case) -> None:
    found = told(*pair(case))
    assert sorted(map(repr, found)) == sorted(map(repr, case.expected))


@pytest.mark.parametrize("name", REVERSED)
def test_the_other_way_round(name: str) -> None:
    old, new = pair(next(case for case in CASES if case.name == name))
    assert set(told(new, old)) == REVERSED[name]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bundle_does_not_differ_from_itself(case: Case) -> None:
    _, new = pair(case)
    assert told(new, dict(new)) == []


def test_the_order_of_conditions_is_told() -> None:
    one = (*FLOWS[:5], "gw > inner if level > 1", *FLOWS[5:])
    other = (*FLOWS[:4], "gw > inner if level > 1", *FLOWS[4:])
    old, new = base() | {BPMN: diagram(one)}, base() | {BPMN: diagram(other)}
    assert told(old, new) == [("changed", "gw", "order", ("b", "inner"), ("inner", "b"))]


def test_what_is_only_drawn_elsewhere_is_told_apart() -> None:
    old, new = (Bundle(files) for files in pair(next(case for case in CASES if case.name == "layout only")))
    assert layout_only(old, new, bundle_changes(old, new)) == [BPMN]


@pytest.mark.parametrize("path", [BPMN, "choice.dmn", "forms/first.json", "forms/case.schema.json", "application.toml"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"<a", b"{", b"[]", b"<definitions/>"])
def test_what_cannot_be_read_is_one_change_and_no_fault(path: str, content: bytes) -> None:
    old, new = base(), base() | {path: content}
    for one, other in ((old, new), (new, old)):
        assert told(one, other)
