"""Texts find the reader's language without a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.texts import Label
from server.i18n import LANGUAGES, N_, best_language, is_currency, money, translate, translations

TEXT = N_("{title}: at most {limit} characters.")


def test_a_text_is_translated_and_filled() -> None:
    label = Label(("名称\nName",))
    assert translate(TEXT, "zh-CN", title=label, limit=5) == "名称：最多 5 个字符。"
    assert translate(TEXT, "en", title=label, limit=5) == "Name: at most 5 characters."
    assert translate(TEXT, "zh_Hans_CN") == "{title}：最多 {limit} 个字符。"


def test_unknown_texts_and_languages_stay_english() -> None:
    assert translate("No such text {x}", "zh-CN") == "No such text {x}"
    assert translate(TEXT, "fr", title="a", limit=1) == "a: at most 1 characters."
    assert translate("", "zh-CN") == ""


def test_templates_get_gettext_and_ngettext() -> None:
    assert translations("zh-CN").gettext(TEXT).startswith("{title}：")
    assert translations("en").ngettext("one", "many", 2) == "many"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en", "en"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("zh-Hans-CN", "zh-CN"),
        ("de, fr;q=0.9, EN;q=0.1", "en"),
        ("en;q=0.5, zh;q=0.6", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en;q=nan, zh;q=x", "zh-CN"),
        ("*", "zh-CN"),
        ("", "zh-CN"),
        (None, "zh-CN"),
    ],
)
def test_the_header_says_what_the_reader_likes(header: str | None, language: str) -> None:
    assert best_language(header) == language
    assert best_language("de", "en") == "en"


@given(st.text(max_size=200))
def test_no_header_is_too_odd(header: str) -> None:
    assert best_language(header) in LANGUAGES


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        (12345.5, "CNY", "zh-CN", "¥12,346"),
        (350.5, "CNY", "en", "CN¥351"),
        (0.4, "EUR", "en", "€0"),
        (-2.5, "USD", "en", "-$2"),
    ],
)
def test_money_is_shown_in_whole_units_as_the_reader_writes_it(
    amount: float, currency: str, language: str, shown: str
) -> None:
    assert money(amount, currency, language) == shown


def test_a_currency_is_one_of_iso_4217() -> None:
    assert [code for code in ("CNY", "EUR", "USD", "cny", "XYZ", "Yuan", "") if is_currency(code)] == [
        "CNY",
        "EUR",
        "USD",
    ]


def test_a_place_may_be_called_like_a_parameter_of_ours() -> None:
    assert translate("{text} in {language}", "en", text="this", language="Latin") == "this in Latin"
