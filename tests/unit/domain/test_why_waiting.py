"""The sentence that says why a complaint waits, against those written down beforehand."""

from typing import Any

import pytest

from server.domain.why_waiting import Awaited, Standing, why_waiting
from tests.unit.domain.why_waiting_cases import CASES


def standing(given: dict[str, Any]) -> Standing:
    places = tuple(Awaited(**place) for place in given.get("places", ()))
    return Standing(**given | {"places": places, "late": tuple(given.get("late", ()))})


@pytest.mark.parametrize(("name", "given", "english", "chinese"), CASES, ids=[case[0] for case in CASES])
def test_the_sentence(name: str, given: dict[str, Any], english: str, chinese: str) -> None:
    assert why_waiting(standing(given), "en") == english
    assert why_waiting(standing(given), "zh-CN") == chinese


def test_there_are_enough_situations_and_no_two_alike() -> None:
    assert len(CASES) >= 25
    assert len({english for _name, _given, english, _chinese in CASES}) == len(CASES)
