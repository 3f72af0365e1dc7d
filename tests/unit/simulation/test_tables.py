"""Lines of tables say what belongs together, and every value is one that the case file knows."""

import json
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from server.domain.bundle import Bundle, bundled_root
from server.simulation.tables import OWN, TABLES
from server.simulation.trades import LANGUAGES, phrases

SCHEMA = json.loads(Bundle.from_folder(bundled_root(), "complaint")["forms/case.schema.json"])


def lines(at: str, seed: int) -> Any:
    people = {"quality": "李娜", "engineering": "孙浩", "production": "吴强", "sales": "王丽"}
    world = SimpleNamespace(on_duty=lambda group, _rng: SimpleNamespace(name=people[group]))
    return TABLES[at](SimpleNamespace(rng=Random(seed), matter=SimpleNamespace(category="machine"), world=world))  # type: ignore[arg-type]


def items_of(at: str) -> Any:
    part = SCHEMA
    for name in at.split("/")[1:]:
        part = part["properties"][name]
    return part["items"]


@pytest.mark.parametrize("at", TABLES)
def test_the_case_file_knows_what_is_fixed(at: str) -> None:
    properties = items_of(at)["properties"]
    for line in (each for seed in range(20) for each in lines(at, seed)):
        for name, value in line.fixed.items():
            allowed = [each["const"] for each in properties[name].get("oneOf", ())]
            assert not allowed or value in allowed


@pytest.mark.parametrize("at", TABLES)
def test_no_line_is_there_twice(at: str) -> None:
    for seed in range(20):
        moods = [line.mood for line in lines(at, seed)]
        assert len(set(moods)) == len(moods) > 0


def test_one_candidate_is_the_cause_and_the_others_are_not() -> None:
    for seed in range(20):
        found = {
            line.fixed["category"]: (line.mood, line.fixed["verdict"]) for line in lines("/root_cause/candidates", seed)
        }
        assert found.pop("machine") == (OWN, "confirmed")
        assert found
        assert all(verdict in ("excluded", "open") for _, verdict in found.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_line_has_words_of_its_own(language: str) -> None:
    known = phrases(language)
    for at in ("/root_cause/five_why/*/why", "/root_cause/candidates/*/cause", "/plan/actions/*/action",
               "/containment/actions/*/action", "/rollout/prevention/*/change", "/team/members/*/function"):  # fmt: skip
        moods = {line.mood for seed in range(60) for line in lines(at.partition("/*/")[0], seed)}
        assert moods <= known[at].keys(), at
