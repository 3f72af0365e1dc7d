"""Diagrams that the check had never seen: the unsound ones are found, alone and inside a large one, the sound ones pass."""

import time

import pytest

from server.engine.check import Finding, check_files
from tests.unit.check.outsider.drive import NAMES, play
from tests.unit.check.outsider.replaying import shows_the_fault
from tests.unit.check.outsider.sound_cases import SOUND
from tests.unit.check.outsider.unsound_cases import UNSOUND
from tests.unit.check.outsider.writer import files

CODES = {
    "stuck": {"K801"}, "left": {"K802"}, "twice": {"K803"}, "dead": {"K804"}, "endless": {"K805"}, "spin": {"K217"},
    "loop": {"K216"}, "uncaught": {"K808"}, "apart": {"K205"}, "unraised": {"K253"}, "": {"K801", "K802", "K803"},
}  # fmt: skip
BEHAVIOUR = ("K217", "K801", "K802", "K803", "K804", "K805", "K806", "K808")


def large(processes: dict[str, str]) -> dict[str, str]:
    """The same behind twenty steps, a loop, a choice, and parallel work of six."""
    (main, text), *others = processes.items()
    lead = "S -> " + " -> ".join(f"U7{n}" for n in range(20)) + " -> X80 -> U80 -> X81 -> U81 -> X82 -> P83 -> P84 -> "
    more = ["X80 -> U82 -> X81", "X82 -> U719"] + [f"P83 -> U83{n} -> W83{n} -> P84" for n in range(6)]
    start, _, rest = text.partition(" -> ")
    return {main: "; ".join([lead.replace("S", start, 1) + rest, *more]), **dict(others)}


def found_in(processes: dict[str, str]) -> list[Finding]:
    begun = time.process_time()
    found = check_files(
        files(processes), forms={"any"}, topics={"work@1"}, groups={"quality", "sales"}, known_names=NAMES
    )
    assert time.process_time() - begun < 1
    return found


def both(cases: dict[str, object]) -> list[object]:
    return [
        pytest.param(name, shape, id=f"{name}{where}")
        for name in cases
        for shape, where in ((dict, ""), (large, ", in a large one"))
    ]


@pytest.mark.parametrize(("name", "shape"), both(UNSOUND))
def test_what_is_unsound_is_found(name, shape) -> None:
    processes, fault, element = UNSOUND[name]
    errors = [one for one in found_in(shape(processes)) if one.severity == "error" or one.code == "K253"]
    assert [one for one in errors if one.code in CODES[fault] and element in ("", one.element)], errors


@pytest.mark.parametrize(("name", "shape"), both(SOUND))
def test_what_is_sound_is_left_in_peace(name, shape) -> None:
    found = found_in(shape(SOUND[name]))
    assert [one for one in found if one.severity == "error" or one.code == "K807"] == []


@pytest.mark.parametrize("name", UNSOUND)
def test_the_engine_plays_every_counterexample_and_shows_the_fault(name: str) -> None:
    processes = UNSOUND[name][0]
    mine = [one for one in found_in(processes) if one.code in BEHAVIOUR]
    assert mine or UNSOUND[name][1] in ("loop", "apart", "unraised")
    for finding in mine:
        assert shows_the_fault(files(processes), finding, str(finding.process)), finding


@pytest.mark.parametrize("name", SOUND)
def test_the_engine_runs_what_is_sound(name: str) -> None:
    for seed in range(4):
        wrong, path = play(files(SOUND[name]), "p", seed)
        assert wrong.startswith("twice") or not wrong, (wrong, path)
