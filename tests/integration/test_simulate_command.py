"""`kesu simulate` as an operator uses it: what it prints, and which folders it leaves alone."""

import json
from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

from tests.integration.test_command_line import kesu

__all__ = ["kesu"]

pytestmark = pytest.mark.one_database("which folder is filled is decided the same way on both")
Kesu = Callable[..., CompletedProcess[str]]
FEW = ("--complaints", "1", "--until", "2026-06-01", "--json")


def test_a_folder_is_filled_once_and_more_only_when_asked_for(kesu: Kesu) -> None:
    first = kesu("simulate", *FEW)
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert (told["complaints"], told["from"], told["until"]) == (1, "2025-06-01", "2026-06-01")
    assert told["events"]["case.filed"] == 1
    assert len(told["digest"]) == 64
    assert "1 of 1" in first.stderr

    again = kesu("simulate", *FEW)
    assert (again.returncode, again.stdout) == (2, "")
    assert "--add" in again.stderr

    more = kesu("simulate", "--add", "--seed", "2", *FEW)
    assert more.returncode == 0, more.stderr
    assert json.loads(more.stdout)["complaints"] == 1


def test_a_house_with_people_of_its_own_is_left_alone(kesu: Kesu) -> None:
    assert kesu("user", "add", "li.na", "--groups", "quality").returncode == 0
    for words in (("simulate", *FEW), ("simulate", "--add", *FEW)):
        refused = kesu(*words)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "li.na" in refused.stderr
    assert "sales1" not in kesu("user", "list").stdout


def test_the_year_does_not_end_in_the_future(kesu: Kesu) -> None:
    refused = kesu("simulate", "--until", "2999-01-01")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "2999-01-01" in refused.stderr
