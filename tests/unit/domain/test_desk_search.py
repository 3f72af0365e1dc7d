"""Texts are made alike before they are compared, and what is asked for leads to whatever holds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.desk_search import LONGEST_FIELD, entry_of, fold, runs_of, terms_of


@pytest.mark.parametrize(
    ("written", "alike"),
    [
        ("ＡＣＭＥ　ＧｍｂＨ", "acme gmbh"),
        ("  P-１２３\t\n A ", "p-123 a"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("飞边 🙂", "飞边 🙂"),
        ("a\0b", "ab"),
        ("", ""),
    ],
)
def test_what_reads_alike_is_alike(written: str, alike: str) -> None:
    assert fold(written) == alike


def test_a_text_without_end_costs_no_more_than_a_long_one() -> None:
    assert len(fold("长" * 50_000)) == LONGEST_FIELD
    assert len(terms_of("a " * 50_000)) == 1


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_runs_of_a_part_are_runs_of_the_whole(before: str, part: str, after: str) -> None:
    whole, inside = fold(f"{before}{part}{after}"), fold(part)
    if inside in whole:
        assert runs_of(inside) <= runs_of(whole)


def test_two_chinese_characters_are_enough_and_two_letters_are_not() -> None:
    assert runs_of("飞边")
    assert not runs_of("of")


def test_an_entry_has_every_text_of_the_register_and_no_codes() -> None:
    columns = {
        "part_no": "Ｐ-7",
        "order_no": 4711,
        "level": "3",
        "description": "Flash",
        "channel": "phone",
        "is_quality": True,
    }
    entry = entry_of("HQ-2026-0001", "Edge", "ACME", columns)
    assert (entry.part, entry.order_no, entry.level) == ("p-7", "4711", "3")
    assert entry.words.split("\n") == ["hq-2026-0001", "edge", "acme", "p-7", "4711", "flash"]
    assert entry.runs() == sorted(set(entry.runs()))
