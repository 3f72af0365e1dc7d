"""Prompts and the complaint at a glance in application.toml: what is understood, and what is refused at its entry."""

import pytest

from server.domain.application import Application
from server.domain.rejection import Rejected

HEAD = 'key = "demo"\ntitle = "Demo"\nprocess_id = "demo"\nfiling_form = "file"\n'
COLUMN = '[columns.{0}]\npointer = "/{0}"\ntitle = "X"\n'


def parse(text: str) -> Application:
    return Application.parse((HEAD + text).encode())


def test_a_prompt_has_a_line_for_each_language_and_the_filing_form_may_show_some() -> None:
    found = parse('filing_prompts = ["calm"]\n[prompts]\ncalm = """\n先安抚\nCalm first"""\nfacts = "Facts"\n')
    assert found.prompts == {"calm": "先安抚\nCalm first", "facts": "Facts"}
    assert found.filing_prompts == ("calm",)


def test_an_application_without_prompts_has_none() -> None:
    found = parse("")
    assert (found.prompts, found.filing_prompts, found.glance) == ({}, (), ())


def test_at_a_glance_are_the_named_columns_or_the_first_ones() -> None:
    columns = "".join(COLUMN.format(name) for name in "abcdefghijklmn")
    assert parse('glance = ["c", "a", "c"]\n' + columns).glance == ("c", "a")
    assert parse("glance = []\n" + columns).glance == ()
    assert parse(columns).glance == tuple("abcdefghijkl")


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("[prompts]\ncalm = 3\n", "prompts.calm"),
        ('[prompts]\ncalm = " "\n', "prompts.calm"),
        ('[prompts]\nCalm = "x"\n', "prompts.Calm"),
        ('[prompts]\ncalm = "' + "x" * 301 + '"\n', "prompts.calm"),
        ('prompts = ["calm"]\n', "prompts"),
        ('filing_prompts = ["calm"]\n', "filing_prompts"),
        ('filing_prompts = "calm"\n[prompts]\ncalm = "x"\n', "filing_prompts"),
        ('glance = ["size"]\n' + COLUMN.format("a"), "glance"),
        ("glance = [1]\n" + COLUMN.format("a"), "glance"),
        ('glance = ["a","b","c","d","e","f","g","h","i","j","k","l","m"]\n'
         + "".join(COLUMN.format(name) for name in "abcdefghijklm"), "glance"),
    ],
)  # fmt: skip
def test_what_is_refused_names_its_entry(text: str, entry: str) -> None:
    with pytest.raises(Rejected) as refusal:
        parse(text)
    assert (refusal.value.code, refusal.value.params["entry"]) == ("bundle.application", entry)
