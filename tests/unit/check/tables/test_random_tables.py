"""Random small tables: what the check says is compared with carrying the table out for every value."""

import itertools
import random

import pytest

from server.engine.check import check_files
from server.engine.decision_table import read_decisions
from server.engine.errors import ProcessFault
from server.engine.expressions import Evaluator
from server.engine.gate import admit
from server.engine.rule_task import decide
from tests.unit.check.tables.cases import Case
from tests.unit.check.tables.test_tables import drawn, rule_of

SCHEMA = {
    "type": "object",
    "properties": {
        "level": {"type": "integer", "minimum": 1, "maximum": 5},
        "kind": {"type": "string", "enum": ["x", "y", "z"]},
        "safe": {"type": "boolean"},
        "result": {"type": "integer"},
    },
}
VALUES = {"level": [None, 1, 2, 3, 4, 5], "kind": [None, "x", "y", "z"], "safe": [None, True, False]}
CELLS = {
    "level": ["", "1", "5", "<= 2", "> 2", "[2..4]", "]2..5]", "not(3)", "2,4", "null", "? != null", ">= 3"],
    "kind": ["", '"x"', '"x","y"', 'not("z")', "null", '? in ["y", "z"]', "not(null)"],
    "safe": ["", "true", "false", "not(true)", "null"],
}
SEEDS = range(300)


def _table(chance: random.Random) -> Case:
    names = chance.sample(sorted(VALUES), chance.randint(1, 3))
    rows = tuple(
        (*(chance.choice(CELLS[name]) for name in names), str(chance.randint(1, 2)))
        for _ in range(chance.randint(1, 6))
    )
    return Case(chance.choice(("FIRST", "UNIQUE", "ANY")), tuple(names), ("result",), rows)


def _carried_out(case: Case) -> tuple[bool, bool, bool, set[int]]:
    """(a filled case without a rule, one with null without a rule, two rules that clash, rules that are chosen)."""
    (table,) = read_decisions(admit(drawn(case), "x.dmn"), "x.dmn")
    gap = gap_of_null = clash = False
    chosen: set[int] = set()
    for values in itertools.product(*(VALUES[name] for name in case.inputs)):
        known = dict(zip(case.inputs, values, strict=True))
        asked: list[int] = []

        def evaluate(source: str, external_context: dict | None = None, known: dict = known) -> object:
            names = {**known, **(external_context or {})}
            return Evaluator({}).evaluate(source, names.__getitem__)

        try:
            answer = decide(table, evaluate)["result"]
        except ProcessFault:
            clash = True
            continue
        if answer is None:
            gap, gap_of_null = gap or None not in values, gap_of_null or None in values
        for rule in table.rules:
            tests = zip(rule.tests, values, strict=True)
            if all(test is None or evaluate(test, {"dmn_input": value}) for test, value in tests):
                asked.append(rule.number)
        chosen.update(asked[:1])
    return gap, gap_of_null, clash, chosen


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_of_a_table_is_what_happens(seed: int) -> None:
    case = _table(random.Random(seed))
    gap, gap_of_null, clash, chosen = _carried_out(case)
    found = check_files({"x.dmn": drawn(case)}, known_names=frozenset(VALUES) | {"result"}, case_schema=SCHEMA)
    codes = {finding.code for finding in found}
    assert ("K613" in codes) == gap, case
    assert ("K614" in codes) == (gap_of_null and not gap), case
    assert ("K615" in codes) == clash, case
    never = {rule_of(finding) for finding in found if finding.code in ("K616", "K617")}
    if case.policy == "FIRST":
        assert never == set(range(1, len(case.rows) + 1)) - chosen, case
    assert codes <= {"K613", "K614", "K615", "K616", "K617"}
