"""What a mapping of steps and fields says, and what it does to a case file."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected


def moved(case: dict[str, Any], **pairs: str) -> dict[str, Any]:
    given = {f"/{old.replace('_', '/')}": f"/{new.replace('_', '/')}" for old, new in pairs.items()}
    result = deepcopy(case)
    assert CaseMapping.read(given).move(result) == []
    return result


def test_steps_and_fields_are_told_apart_and_written_as_read() -> None:
    given = {"b": "c", "/x/y": "/z", "a": "d"}
    found = CaseMapping.read(given)
    assert found.elements == (("a", "d"), ("b", "c"))
    assert found.fields == (("/x/y", "/z"),)
    assert CaseMapping.read(json.loads(json.dumps(found.to_json()))) == found
    assert not CaseMapping.read({})


@pytest.mark.parametrize(
    "given",
    [
        [], None, "a=b", {"a": 1}, {"": "b"}, {"a": ""}, {"a": "/b"}, {"/a": "b"}, {"a": "b" * 201},
        {"/a": "/a"}, {"/": "/b"}, {"/a": "/x", "/a/b": "/y"}, {"/a": "/x/y", "/b": "/x"}, {"/a": "/x", "/b": "/x"},
        {"/rows/*/a": "/a"}, {"/rows/*/a": "/others/*/a"}, {"/rows/*": "/b"}, {str(n): "x" for n in range(201)},
    ],
)  # fmt: skip
def test_what_is_no_mapping(given: Any) -> None:
    with pytest.raises(Rejected) as caught:
        CaseMapping.read(given)
    assert caught.value.code == "malformed.mapping"
    assert "{" not in str(caught.value)


def test_a_value_moves_and_leaves_no_empty_group() -> None:
    case = {"customer": {"phone": "1", "name": "A"}, "old": {"only": {"here": [1, 2]}}}
    assert moved(case, customer_phone="contact_phone", old_only_here="kept") == {
        "customer": {"name": "A"},
        "contact": {"phone": "1"},
        "kept": [1, 2],
    }


def test_what_is_not_filled_is_left_alone() -> None:
    case: dict[str, Any] = {"customer": {"name": "A"}, "empty": None}
    assert moved(case, customer_phone="contact_phone", empty="full") == case


def test_two_fields_change_places() -> None:
    assert moved({"a": 1, "b": 2}, a="b", b="a") == {"a": 2, "b": 1}


def test_in_every_row() -> None:
    case = {"rows": [{"id": "1", "due": "x", "in": [{"id": "2", "a": 1}]}, {"id": "3"}, {"id": "4", "due": "y"}]}
    result = deepcopy(case)
    CaseMapping.read({"/rows/*/due": "/rows/*/when/date", "/rows/*/in/*/a": "/rows/*/in/*/b"}).move(result)
    assert result == {
        "rows": [
            {"id": "1", "when": {"date": "x"}, "in": [{"id": "2", "b": 1}]},
            {"id": "3"},
            {"id": "4", "when": {"date": "y"}},
        ]
    }


def test_names_with_slashes_and_tildes() -> None:
    case = {"a/b": {"c~d": 1}}
    assert CaseMapping.read({"/a~1b/c~0d": "/e"}).move(case) == []
    assert case == {"e": 1}


@pytest.mark.parametrize("target", ["/b", "/c/x", "/c/x/y"])
def test_nothing_is_overwritten(target: str) -> None:
    case = {"a": 1, "b": 2, "c": {"x": 3}}
    before = deepcopy(case)
    assert CaseMapping.read({"/a": target}).move(case) == [target]
    assert case == before


_NAMES = st.sampled_from(["a", "b", "c", "d"])
_GROUP = st.dictionaries(_NAMES, st.integers(0, 9), min_size=1)


@given(
    case=st.dictionaries(_NAMES, st.integers(0, 9) | _GROUP),
    names=st.permutations(["/a", "/b", "/c/a", "/d/b"]),
    count=st.integers(1, 4),
)
def test_moved_there_and_back_is_as_before(case: dict[str, Any], names: list[str], count: int) -> None:
    there = CaseMapping.read({name: f"/new{place}/f" for place, name in enumerate(names[:count])})
    back = CaseMapping.read({new: old for old, new in there.to_json().items()})
    result = deepcopy(case)
    assert there.move(result) == []
    assert back.move(result) == []
    assert result == case
