"""The two complaints that go through the pages, and every text in them that is a person's and not the product's."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.domain.bundle import bundled_root
from server.security.demo import DEMO_PEOPLE
from tests import stories

PEOPLE = {
    "sales": "sales1", "quality": "quality1", "engineering": "engineering1", "production": "production1",
    "service": "service1", "management": "manager", "vp": "vp", "gm": "gm",
}  # fmt: skip
"""Who does a group's steps."""
HANDED_ON = {"record": "sales2"}
"""Who does a step that was handed on."""


@dataclass(frozen=True)
class Story:
    """What is typed: at filing, at each step by element id, and in the small forms."""

    filed: dict[str, Any]
    answers: dict[str, dict[str, Any]]
    why_handed_on: str
    why_sent_back: str


def _chinese() -> Story:
    answers = stories.answers("housing-sink-marks")
    return Story(stories.fields("housing-sink-marks"), answers, "客户是你的老客户", "缺少检具的交期")


def _english() -> Story:
    told = json.loads(Path(__file__).with_name("english.json").read_text("utf-8"))
    return Story(told["fields"], told["answers"], "You know this customer", "When is the pull tester ready?")


STORIES = {"zh-CN": _chinese(), "en": _english()}
NOT_QUALITY: dict[str, dict[str, Any]] = {
    "confirm": {"classification": {"is_quality": "no", "validity": "valid", "reason": "读数正确,户内马桶漏水。"}},
    "investigate_answer": {
        "service": {"investigation": "上门复核水表,误差在允许范围。", "answer": "水表准确,建议更换马桶浮球。"}
    },
    "record_service": {"service": {"satisfied": "yes", "record": "电话说明并上门一次。"}},
}


def texts_in(value: Any) -> Iterator[str]:
    """Every text of a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, str):
        yield value


def constants_in(schema: Any) -> Iterator[str]:
    """The values behind the labels of a JSON Schema; no page shows one."""
    if isinstance(schema, dict):
        if "const" in schema:
            yield str(schema["const"])
        schema = list(schema.values())
    if isinstance(schema, list):
        for one in schema:
            yield from constants_in(one)


def typed_texts() -> set[str]:
    """What people wrote or are called; pages show it as it is, whatever the reader's language."""
    schema = json.loads((bundled_root() / "forms/complaint/case.schema.json").read_text("utf-8"))
    told = [[one.filed, one.answers, one.why_handed_on, one.why_sent_back] for one in STORIES.values()]
    people = [[one.username, one.display_name] for one in DEMO_PEOPLE]
    lines = texts_in([told, people, NOT_QUALITY, list(stories.SAMPLES.values())])
    return {line for text in lines for line in text.splitlines() if line} - set(constants_in(schema))
