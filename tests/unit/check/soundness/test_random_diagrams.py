"""Random diagrams: whatever the engine gets stuck in, the check has told before."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.clock import ManualClock
from server.engine import Environment, ProcessFault, ProcessInstance, parse_definition
from server.engine.check import check_files
from tests.unit.check.soundness.replay import NOW
from tests.unit.check.soundness.sketch import Sketch, diagram, read

PLAYS = 6
STEPS = 60


def sketch_of(rng: Random) -> str:
    """Gateways and tasks in a row with flows forward, some back; everything leads to the end somehow."""
    count = rng.randint(3, 9)
    names = ["s", *(f"{rng.choice('xxppottt')}{number}" for number in range(count)), "e"]
    flows = set()
    for position, name in enumerate(names[:-1]):
        several = name[0] in "xpo" and rng.random() < 0.6
        for _ in range(rng.randint(2, 3) if several else 1):
            back = rng.random() < 0.08 and position >= 1
            target = (
                rng.choice(names[1:position] or ["e"]) if back and position > 1 else rng.choice(names[position + 1 :])
            )
            flows.add((name, target))
    reached = {target for _source, target in flows}
    for position, name in enumerate(names[1:-1], 1):
        if name not in reached:
            sources = [one for one in names[1:position] if one[0] in "xpo"]
            flows.add((rng.choice(sources), name) if sources else ("s", name))
    return "; ".join(
        f"{source} > {target}" for source, target in sorted(flows, key=lambda one: (names.index(one[0]), one))
    )


def plays_into_trouble(text: str, rng: Random) -> str:
    """Play at random; what the engine got stuck in, "" when nothing."""
    sketch, case = read(text), {"choice": {}}
    definition = parse_definition({"x.bpmn": diagram({"p": text})}, "p")
    environment = Environment(clock=ManualClock(NOW), known_names=frozenset({"choice"}))
    choose(sketch, case, rng)
    try:
        instance = ProcessInstance.start(definition, case, environment)
        for _ in range(STEPS):
            if instance.completed:
                return "twice" if [one for _p, one in instance.path()].count("e") > 1 else ""
            waits = [wait for wait in instance.waits() if wait.kind == "user_task"]
            if not waits:
                return "stuck"
            choose(sketch, case, rng)
            instance.complete_user_task(rng.choice(waits).task_id)
    except ProcessFault as fault:
        return f"fault: {fault}"
    return ""


def choose(sketch: Sketch, case: dict[str, dict[str, object]], rng: Random) -> None:
    for gateway in sketch.nodes:
        targets = sketch.targets(gateway)
        if gateway[0] == "x" and len(targets) > 1:
            case["choice"][gateway] = rng.choice(targets)
        elif gateway[0] == "o" and len(targets) > 1:
            case["choice"][gateway] = rng.sample(targets, rng.randint(1, len(targets)))


@pytest.mark.slow
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.integers(0, 2**32))
def test_what_the_engine_gets_stuck_in_is_told_before(seed: int) -> None:
    rng = Random(seed)
    text = sketch_of(rng)
    found = check_files({"x.bpmn": diagram({"p": text})}, groups={"sales"}, known_names={"choice"}, forms={"any"})
    errors = sorted({finding.code for finding in found if finding.severity == "error"})
    if any(code < "K8" and code not in ("K212", "K216") for code in errors):
        return  # drawn wrongly: such a diagram never gets to the engine
    for _ in range(PLAYS):
        trouble = plays_into_trouble(text, rng)
        assert not trouble or errors, f"{trouble} in {text} (seed {seed})"
