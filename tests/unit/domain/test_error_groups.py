"""Which errors have the same cause: texts as workers, mail servers, web services and databases write them."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from server.domain.fingerprint import fingerprint, shape

GROUPS: dict[str, list[str]] = json.loads(Path(__file__).with_name("error_groups.json").read_text("utf-8"))


@pytest.mark.parametrize("name", [name for name, texts in GROUPS.items() if len(texts) > 1])
def test_one_cause_is_one_group(name: str) -> None:
    assert len({fingerprint(text) for text in GROUPS[name]}) == 1, [shape(text) for text in GROUPS[name]]


def test_different_causes_do_not_fall_together() -> None:
    shapes = {name: {fingerprint(text) for text in texts} for name, texts in GROUPS.items()}
    fallen = [(one, other) for one, other in combinations(shapes, 2) if shapes[one] & shapes[other]]
    assert fallen == []


def test_names_that_the_case_knows_count_for_nothing() -> None:
    known = ("海天塑胶", "Wang Li")
    one = fingerprint("RuntimeError: Wang Li of 海天塑胶 cannot be reached", known)
    other = fingerprint("RuntimeError: Anna of ACME cannot be reached", ("ACME", "Anna"))
    assert one == other
    assert one != fingerprint("RuntimeError: Anna of ACME cannot be paid", ("ACME", "Anna"))


def test_a_known_name_that_is_the_whole_text_stays() -> None:
    """A worker may pass on what the case says; two such texts are two causes."""
    assert fingerprint("RuntimeError: the oven is cold", ("the oven is cold",)) != fingerprint(
        "RuntimeError: the saw is blunt", ("the saw is blunt",)
    )


@pytest.mark.parametrize("text", ["", " ", "'", "“", "\0", "1", "x" * 100_000, "'" * 5000, "(" * 5000, "a1" * 20_000])
def test_odd_texts_have_a_fingerprint_soon(text: str) -> None:
    assert len(fingerprint(text)) == 16
