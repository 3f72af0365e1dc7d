"""Texts in two languages, refusals and numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.numbering import complaint_number
from server.domain.rejection import Rejected
from server.domain.texts import Label, Sentence, pick_block, pick_line, pick_text


@pytest.mark.parametrize(
    ("text", "language", "line"),
    [
        ("确认\nConfirm", "zh-CN", "确认"),
        ("确认\nConfirm", "en", "Confirm"),
        ("\n确认 \n Confirm\n", "en", "Confirm"),
        ("确认", "en", "确认"),
        ("确认\nConfirm", "de", "Confirm"),
        ("", "en", ""),
        (None, "en", ""),
    ],
)
def test_one_line_a_language(text: str | None, language: str, line: str) -> None:
    assert pick_line(text, language=language) == line


def test_lines_follow_the_applications_own_order() -> None:
    assert pick_line("Confirm\n确认", ("en", "zh-CN"), "zh-CN") == "确认"
    assert pick_line("确认", ("zh-CN",), "en") == "确认"


def test_one_block_a_language() -> None:
    text = "S4\n[zh-CN]\n先倾听，\n再记录。\n[en]\nListen first,\nthen record.\n[1] is no language"
    assert pick_block(text, "zh-CN") == "S4\n\n先倾听，\n再记录。"
    assert pick_block(text, "de") == "S4\n\nListen first,\nthen record.\n[1] is no language"
    assert pick_block("[zh-CN]\n仅中文", "en") == "仅中文"
    assert pick_block("For all.", "en") == "For all."
    assert pick_block(None, "en") == ""
    assert pick_text("[zh-CN]\n甲\n[en]\nA", language="en") == pick_text("甲\nA", language="en") == "A"


def test_a_refusal_is_told_in_the_readers_language() -> None:
    error = Rejected(
        "case.invalid",
        "{title}: this field is required.",
        field="/customer/name",
        details=[
            {"field": "/x", "message": "{title}: at least {limit}.", "params": {"title": "X", "limit": 3}},
            {"a": 1},
        ],
        title=Label(("客户\nCustomer", "名称\nName")),
    )
    assert error.to_json("zh-CN") == {
        "code": "case.invalid",
        "message": "客户 › 名称：此项必填。",
        "field": "/customer/name",
        "details": [{"field": "/x", "message": "X：不得小于 3。"}, {"a": 1}],
    }
    assert str(error) == "Customer › Name: this field is required."
    assert Rejected("task.claimed", "x {y}").to_json("en") == {"code": "task.claimed", "message": "x {y}"}
    assert Sentence("{title}: at most {limit}.", {"title": "A", "limit": 1}).text("zh-CN") == "A：不得大于 1。"


@pytest.mark.parametrize("code", ["", "Task", "task.", "task claimed", "task-claimed", ".x", "a1"])
def test_a_code_is_dotted_words(code: str) -> None:
    with pytest.raises(ValueError, match="not a rejection code"):
        Rejected(code, "x")


def test_values_are_never_taken_for_places() -> None:
    assert str(Rejected("a", "{name} is wrong.", name="{code} {0.__class__}")) == "{code} {0.__class__} is wrong."


@given(st.from_regex(r"[A-Z0-9]{1,6}(-[A-Z0-9]{1,3})?", fullmatch=True), st.integers(2000, 2100), st.integers(1, 10**6))
def test_numbers_are_fit_for_the_phone_and_say_what_they_are_made_of(site: str, year: int, value: int) -> None:
    number = complaint_number(site, year, value)
    assert re.fullmatch(r"[A-Z0-9-]+", number)
    assert number.rsplit("-", 2) == [site, str(year), f"{value:04d}"]


def test_numbers_widen_and_refuse_nonsense() -> None:
    assert complaint_number("HQ", 2026, 1) == "HQ-2026-0001"
    assert complaint_number("HQ", 2026, 10_000) == "HQ-2026-10000"
    for site, year, value in (("hq", 2026, 1), ("", 2026, 1), ("HQ-", 2026, 1), ("HQ", 0, 1), ("HQ", 2026, 0)):
        with pytest.raises(ValueError, match="no complaint number"):
            complaint_number(site, year, value)
