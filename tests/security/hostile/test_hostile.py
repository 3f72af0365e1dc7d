"""Hostile files are refused within a second and for a reason that can be shown; the gate itself raises one type only."""

import time

import pytest

from server.engine import DiagramRefused, parse_definition
from server.engine.check import CODES, check_files
from server.engine.gate import admit
from tests.security.hostile.corpus import Hostile, corpus, xml_attacks

# Processor time: a busy machine makes nothing here more dangerous.
SECONDS = 1.0
KNOWN = frozenset(f"field_{number}" for number in range(300))


@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile[0])
def test_a_hostile_file_is_refused_in_time(hostile: Hostile) -> None:
    _, file, data, codes = hostile
    started = time.thread_time()
    found = check_files({file: data}, known_names=KNOWN)
    took = time.thread_time() - started
    reported = {finding.code for finding in found if finding.severity == "error"}
    assert reported & codes, found
    assert "K903" not in reported
    assert took < SECONDS
    for finding in found:
        assert finding.code in CODES
        assert len(finding.message.format(**finding.params)) < 2000


@pytest.mark.parametrize("hostile", [*xml_attacks()], ids=lambda hostile: hostile[0])
def test_the_gate_refuses_and_says_why(hostile: Hostile) -> None:
    _, file, data, codes = hostile
    started = time.thread_time()
    with pytest.raises(DiagramRefused) as refused:
        admit(data, file)
    assert time.thread_time() - started < SECONDS
    assert refused.value.code in codes
    assert str(refused.value)
    assert refused.value.fix


@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile[0])
def test_the_parser_knows_one_exception_only(hostile: Hostile) -> None:
    _, file, data, _ = hostile
    reason = "accepted"
    try:
        parse_definition({file: data}, "p")
    except DiagramRefused as refused:
        reason = str(refused)
    assert reason


def test_nothing_is_read_from_outside(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for diagrams")
    xml = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(DiagramRefused) as refused:
            admit(xml.encode(encoding), "x.bpmn")
        assert "not for diagrams" not in str(refused.value)
