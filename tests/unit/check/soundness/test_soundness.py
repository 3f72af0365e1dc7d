"""The token game finds what is unsound, alone and hidden in large diagrams, and leaves the sound ones in peace."""

from pathlib import Path

import pytest

from server.domain.bundle import bundled_root
from server.engine import ProcessFault, parse_definition
from server.engine.check import Finding, check_files
from tests.unit.check.soundness.cases import SOUND, UNSOUND
from tests.unit.check.soundness.replay import Replay
from tests.unit.check.soundness.sketch import diagram, everything, read

BEHAVIOUR = ("K801", "K802", "K803", "K804", "K805", "K806", "K807")
NAMES = {"choice"}


def hidden(processes: dict[str, str]) -> dict[str, str]:
    """The same far inside: behind choices, a loop, and eight parallel branches."""
    (main, text), *others = processes.items()
    lead = "s > " + " > ".join(f"t7{n}" for n in range(20)) + " > x80 > t80 > x81 > t81 > x82 > p83 > p84 > "
    more = ["x80 > t82 > x81", "x82 > t79"]
    more += [f"p83 > t83{n}a > t83{n}b > t83{n}c > p84" for n in range(8)]
    assert text.startswith("s > ")
    return {main: "; ".join([lead + text.removeprefix("s > "), *more]), **dict(others)}


def behaviour(processes: dict[str, str]) -> list[Finding]:
    found = check_files(
        {"x.bpmn": diagram(processes)}, groups={"sales"}, known_names=NAMES, topics={"work@1"}, forms={"any"}
    )
    return [finding for finding in found if finding.code in BEHAVIOUR]


EVERY_UNSOUND = [
    pytest.param(shape(processes), code, element, id=f"{name}{where}")
    for name, (processes, code, element) in UNSOUND.items()
    for shape, where in ((dict, ""), (hidden, ", hidden"))
]
EVERY_SOUND = [
    pytest.param(shape(processes), id=f"{name}{where}")
    for name, processes in SOUND.items()
    for shape, where in ((dict, ""), (hidden, ", in a large one"))
]


def test_there_are_enough_of_both() -> None:
    assert len(EVERY_UNSOUND) >= 60
    assert len(SOUND) >= 60


@pytest.mark.parametrize(("processes", "code", "element"), EVERY_UNSOUND)
def test_what_is_unsound_is_found(processes: dict[str, str], code: str, element: str) -> None:
    found = behaviour(processes)
    assert found
    assert all(finding.severity == "error" for finding in found)
    if code:
        assert code in [finding.code for finding in found]
    if element:
        assert element in [finding.element for finding in found if not code or finding.code == code]


@pytest.mark.parametrize("processes", EVERY_SOUND)
def test_what_is_sound_is_left_in_peace(processes: dict[str, str]) -> None:
    assert [(one.code, one.element, one.counterexample) for one in behaviour(processes)] == []


def test_our_own_processes_are_sound() -> None:
    folder = Path(bundled_root()) / "workflows" / "complaint"
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".bpmn", ".dmn")}
    assert [one.code for one in check_files(files) if one.code in BEHAVIOUR] == []


def test_a_counterexample_starts_at_the_start_and_names_elements_of_the_diagram() -> None:
    for processes, _code, _element in UNSOUND.values():
        nodes = {name for text in processes.values() for name in _names(text)}
        for finding in behaviour(processes):
            assert finding.counterexample, finding
            assert finding.counterexample[0] in ("s", "s1")
            assert set(finding.counterexample) <= nodes


def _names(text: str) -> set[str]:
    sketch = read(text)
    return set(sketch.nodes) | {name for inner in sketch.inner.values() for name in inner.nodes}


FAULTS = [
    pytest.param(processes, finding, id=f"{name}: {finding.code} at {finding.element}")
    for name, (processes, _code, _element) in UNSOUND.items()
    for finding in behaviour(processes)
]


@pytest.mark.parametrize(("processes", "finding"), FAULTS)
def test_the_engine_itself_plays_the_counterexample(processes: dict[str, str], finding: Finding) -> None:
    definition = parse_definition({"x.bpmn": diagram(processes)}, str(finding.process))
    sketches = [one for text in processes.values() for one in everything(read(text))]
    try:
        play = Replay(definition, sketches, list(finding.counterexample), str(finding.element))
    except ProcessFault:
        # A join on a loop of its own: the engine turns round until a limit stops it.
        assert "K216" in {one.code for one in check_files({"x.bpmn": diagram(processes)})}
        return
    if finding.code in ("K801", "K802"):
        assert not play.instance.completed
        assert [wait.element_id for wait in play.instance.waits() if wait.kind != "call"] == []
        ended = {one for one in play.path if one[0] == "e"}
        assert bool(ended) == (finding.code == "K802")
    elif finding.code == "K803":
        assert play.path.count(str(finding.element)) == 2
    elif finding.code == "K805":
        for _turn in range(30):
            assert not play.instance.completed
            play.finish(play.instance.waits()[0])
    elif finding.code == "K806":
        assert len([wait for wait in play.instance.waits() if wait.kind == "user_task"]) >= 3
    else:
        assert finding.code == "K804"
        assert finding.element not in play.path
