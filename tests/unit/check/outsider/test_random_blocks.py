"""Random processes of blocks: what is built soundly is never blamed, one wrong block is always found."""

import time
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.engine.check import Finding, check_files
from tests.unit.check.outsider.blocks import FAULTS, Blocks
from tests.unit.check.outsider.drive import NAMES, play
from tests.unit.check.outsider.test_outsider import BEHAVIOUR
from tests.unit.check.outsider.writer import files

CALM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def errors(text: str) -> list[Finding]:
    begun = time.process_time()
    found = check_files(
        files({"p": text}), forms={"any"}, topics={"work@1"}, groups={"quality", "sales"}, known_names=NAMES
    )
    assert time.process_time() - begun < 2
    return [one for one in found if one.severity == "error"]


@CALM
@given(st.integers(0, 2**32), st.integers(1, 3))
def test_what_is_built_soundly_is_never_blamed(seed: int, depth: int) -> None:
    text = Blocks(Random(seed), depth=depth).process()
    assert errors(text) == [], text


@CALM
@given(st.integers(0, 2**32), st.integers(1, 3), st.sampled_from(FAULTS))
def test_one_wrong_block_is_always_found(seed: int, depth: int, fault: str) -> None:
    text = Blocks(Random(seed), fault, depth).process()
    assert {one.code for one in errors(text)} & {"K216", *BEHAVIOUR}, text


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_the_engine_runs_what_is_built_soundly(seed: int) -> None:
    text = Blocks(Random(seed), depth=2).process()
    wrong, path = play(files({"p": text}), "p", seed)
    assert not wrong or wrong.startswith("twice"), (wrong, text, path)
