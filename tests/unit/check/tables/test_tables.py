"""Tables: the labels of cases.py, and random small tables against trying every value."""

import re

import pytest

from server.engine.check import Finding, check_files
from tests.unit.check.case_fields import NAMES, SCHEMA
from tests.unit.check.drawing import escaped, tables
from tests.unit.check.tables.cases import CASES, Case


def drawn(case: Case) -> bytes:
    policy = f'hitPolicy="{case.policy}"' if case.policy else ""
    columns = "".join(
        f'<input id="in{place}"><inputExpression id="x{place}"><text>{escaped(source)}</text></inputExpression></input>'
        for place, source in enumerate(case.inputs)
    )
    columns += "".join(f'<output id="out{place}" name="{name}"/>' for place, name in enumerate(case.outputs))
    rules = ""
    for number, row in enumerate(case.rows, start=1):
        cells = ""
        for place, text in enumerate(row):
            kind = "inputEntry" if place < len(case.inputs) else "outputEntry"
            cells += f'<{kind} id="c{place}_r{number}"><text>{escaped(text)}</text></{kind}>'
        rules += f'<rule id="r{number}">{cells}</rule>'
    return tables(
        f'<decision id="decided" name="d"><decisionTable id="t" {policy}>{columns}{rules}</decisionTable></decision>'
    )


def told(finding: Finding) -> str:
    shown = finding.to_json(lambda text, **params: text.format(**params))
    return f"{shown['message']} {shown['fix']}"


def rule_of(finding: Finding) -> int | None:
    found = re.fullmatch(r"(?:c\d+_)?r(\d+)", finding.element or "")
    return int(found.group(1)) if found else None


def check(case: Case) -> list[Finding]:
    return check_files({"x.dmn": drawn(case)}, known_names=NAMES, case_schema=SCHEMA)


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("", {"K613"}),
        ('<inputValues id="v"><text>"x","y"</text></inputValues>', {"K614"}),
        ('<inputValues id="v"><text>"x","y","z"</text></inputValues>', {"K613"}),
        ('<inputValues id="v"><text>"x"</text></inputValues>', {"K614", "K617"}),
        ('<inputValues id="v"><text>[1..</text></inputValues>', {"K613"}),
    ],
)
def test_the_values_a_column_is_said_to_have_count_where_no_schema_says_them(said: str, codes: set[str]) -> None:
    case = Case("UNIQUE", ("field",), ("answer.x",), (('"x"', "1"), ('"y"', "2")))
    xml = drawn(case).replace(b"</inputExpression>", b"</inputExpression>" + said.encode())
    assert {finding.code for finding in check_files({"x.dmn": xml})} == codes


def test_a_long_list_of_values_is_looked_at_completely() -> None:
    rows = tuple((f'"P{number}"', str(number)) for number in range(400))
    for policy in ("UNIQUE", "FIRST"):
        whole = Case(policy, ("field",), ("answer.x",), (*rows, ("null", "0"), ('"P7"', "1")))
        wanted = {"UNIQUE": [("K613", None), ("K615", 402)], "FIRST": [("K613", None), ("K616", 402)]}[policy]
        found = check_files({"x.dmn": drawn(whole)})
        assert [(finding.code, rule_of(finding)) for finding in found] == wanted


def test_a_column_of_whole_numbers_has_nothing_between() -> None:
    case = Case("UNIQUE", ("field",), ("answer.x",), (("<= 3", "1"), (">= 4", "2"), ("null", "3")))
    assert [finding.code for finding in check_files({"x.dmn": drawn(case)})] == ["K613"]
    whole = drawn(case).replace(b'<inputExpression id="x0">', b'<inputExpression id="x0" typeRef="integer">')
    assert check_files({"x.dmn": whole}) == []


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_told_what_its_label_says(name: str) -> None:
    found = check(CASES[name])
    shown = sorted((finding.code, rule_of(finding) or 0) for finding in found)
    assert shown == sorted((code, rule or 0) for code, rule, _ in CASES[name].findings), [told(each) for each in found]
    for code, rule, words in CASES[name].findings:
        texts = [told(each) for each in found if (each.code, rule_of(each)) == (code, rule)]
        assert all(any(word in text for text in texts) for word in words), texts
