"""What happens when the engine or a rule itself fails: a finding, never an exception."""

from collections.abc import Iterator

import pytest

from server.engine import check
from server.engine.check import Finding, check_files, structure
from server.engine.check.context import Context
from server.engine.errors import DiagramRefused
from tests.unit.check.drawing import chain, end, process, start

PLAIN = {"x.bpmn": process(start() + end() + chain("s", "e"))}


def test_a_refusal_of_the_engine_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(files: object, process_id: str) -> None:
        raise DiagramRefused("engine.unreadable", "Cannot run {id}.", {"id": process_id}, element="s")

    monkeypatch.setattr("server.engine.definition.parse_definition", refuse)
    (found,) = check_files(PLAIN)
    assert (found.code, found.severity, found.file, found.process, found.element) == (
        "K902",
        "error",
        "x.bpmn",
        "p",
        "s",
    )
    assert found.message.format(**found.params) == "Cannot run p."


def test_a_chain_too_long_for_the_parser_is_a_finding() -> None:
    ids = [f"k{number}" for number in range(900)]
    nodes = "".join(f'<task id="{node}"/>' for node in ids)
    (found,) = check_files({"x.bpmn": process(start() + nodes + end() + chain("s", *ids, "e"))})
    assert found.code == "K224"


def test_the_longest_chain_that_passes_can_be_parsed() -> None:
    ids = [f"k{number}" for number in range(structure.MAX_LENGTH - 2)]
    nodes = "".join(f'<task id="{node}"/>' for node in ids)
    assert check_files({"x.bpmn": process(start() + nodes + end() + chain("s", *ids, "e"))}) == []


def test_a_rule_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(context: Context) -> Iterator[Finding]:
        raise TypeError("a drawing nobody thought of")
        yield

    monkeypatch.setattr(check, "_RULES", (broken,))
    (found,) = check_files(PLAIN)
    assert (found.code, found.severity) == ("K903", "error")
    assert "a drawing nobody thought of" in found.message.format(**found.params)
