"""Plain JSON comes in, everything else is told what it is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.json_gate import MAX_DEPTH, check_plain, read_json
from server.domain.rejection import Rejected
from server.domain.texts import Sentence


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": float("nan")}, "/a"),
        ({"a": [1, float("inf")]}, "/a/1"),
        ({"a": 2**64}, "/a"),
        ({"a/b": {"x": "nul\0"}}, "/a~1b/x"),
        ({"a": "\ud800"}, "/a"),
        ({"a": {"typename": "x"}}, "/a"),
        ({"__proto__": 1}, ""),
        ({"__class__": 1}, ""),
        ({1: "x"}, ""),
        ({"a": b"x"}, "/a"),
        ({"a": {1, 2}}, "/a"),
        (nested(MAX_DEPTH + 1), "/0" * MAX_DEPTH),
    ],
)
def test_what_is_no_plain_json_is_refused_where_it_stands(value: Any, field: str) -> None:
    with pytest.raises(Rejected) as caught:
        check_plain(value)
    assert (caught.value.code, caught.value.field) == ("malformed.value", field)
    assert caught.value.text("zh-CN") != caught.value.text("en")


def test_too_much_is_refused() -> None:
    with pytest.raises(Rejected) as caught:
        check_plain({"a": "好" * 400_000})
    assert caught.value.code == "too_large"


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63) + 1, 2**63 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b/c", "值"]), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_every_other_json_value_passes_and_survives_its_text(value: Any) -> None:
    check_plain(value)
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b'{"a": 1, "a": 2}',
        b"NaN",
        b"[Infinity]",
        b'"\xff"',
        b"1" * 5000,
        b"[" * 100_000,
        b'{"a":' * 20 + b"1" + b"}" * 20,
    ],
)
def test_bad_json_texts_are_refused_with_the_name_of_the_file(text: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        read_json(text, name="forms/x.json")
    assert caught.value.code == "malformed.json"
    assert "forms/x.json" in caught.value.text("en")


def test_brackets_inside_a_text_are_no_nesting() -> None:
    value = {"a": '[[[[[[[[[[[[[[[[\\"[[[['}
    assert read_json(json.dumps(value).encode()) == value
    with pytest.raises(Rejected, match="larger"):
        read_json(b'"0123456789"', max_bytes=5)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a": 1,}', "it is not understood at line 1, column"),
        (b"\xff", "it is not UTF-8"),
        (b'{"a": 1, "a": 2}', "the key 'a' is given twice"),
        (b"NaN", "NaN is not a JSON number"),
        (b"1" * 30, "a number has too many digits"),
        (b"[" * 20 + b"]" * 20, "it is nested deeper than 12 levels"),
    ],
)
def test_the_reason_is_a_sentence_that_can_be_translated(data: bytes, words: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read_json(data, name="body")
    assert words in refusal.value.text("en")
    reason = refusal.value.params["reason"]
    assert isinstance(reason, Sentence)
