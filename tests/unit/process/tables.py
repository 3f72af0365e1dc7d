"""Asks one decision table of the bundled complaint application, without a diagram around it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from server.clock import ManualClock
from server.domain.working_time import WorkCalendar, functions
from server.engine.decision_table import DecisionTable, read_decisions
from server.engine.environment import CaseEnvironment, Environment
from server.engine.rule_task import decide
from tests.unit.process.bundled import BUNDLE, FORMS

NAMES = frozenset(FORMS.case_schema()["properties"]) | {"number"}
CLOCK = ManualClock(datetime(2026, 3, 2, tzinfo=UTC))
HANDED_IN = Environment(
    clock=CLOCK, known_names=NAMES, functions=functions(WorkCalendar(ZoneInfo("Asia/Shanghai")), CLOCK)
)


def labels(name: str) -> list[dict[str, Any]]:
    """The results of `<name>_cases.json`, written down before the table."""
    found: list[dict[str, Any]] = json.loads((Path(__file__).parent / f"{name}_cases.json").read_text("utf-8"))
    return found


@cache
def table(decision_id: str) -> DecisionTable:
    """The only decision of `<decision_id>.dmn`."""
    file = f"{decision_id}.dmn"
    [found] = read_decisions(etree.fromstring(BUNDLE[file]), file)
    assert found.id == decision_id
    return found


def decided(decision_id: str, case: Mapping[str, Any], **names: Any) -> dict[str, Any]:
    """Output values by output name; `names` are handed in beside the case, as the server does."""
    return _decided(table(decision_id), {**case, **names})


def row(decision_id: str, case: Mapping[str, Any], **names: Any) -> int:
    """Number of the row that holds first, from 1."""
    numbered = [replace(rule, outputs=(str(rule.number),)) for rule in table(decision_id).rules]
    asked = replace(table(decision_id), outputs=("row",), rules=tuple(numbered))
    number: int = _decided(asked, {**case, **names})["row"]
    return number


def _decided(asked: DecisionTable, case: dict[str, Any]) -> dict[str, Any]:
    return decide(asked, partial(CaseEnvironment(case, HANDED_IN).evaluate, context={}))
