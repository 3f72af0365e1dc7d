"""docs/xes.md says of each type of event of a history what becomes of it in the process log, and of each attribute."""

import re

from server.domain.event_log import LOGGED, REPAIRS
from server.domain.history import EventType
from server.queries.event_log import EVENT, TRACE
from tests.docs.pages import ROOT, section, text

PAGE = text(ROOT / "docs/xes.md")


def first_cells(heading: str) -> set[str]:
    rows = re.findall(r"^\| (`.+?) \|", section(ROOT / "docs/xes.md", heading), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_type_that_becomes_an_event_has_its_row() -> None:
    told = first_cells("## Which event of the history becomes which event of the log")
    types = {name for name in told if ":" not in name}
    # The beginning only says which version is meant; repairs are told in words further down.
    assert types >= LOGGED - {EventType.INSTANCE_STARTED} - {"instance.moved"}
    assert types <= {str(each) for each in EventType} | REPAIRS


def test_every_attribute_of_ours_has_its_row() -> None:
    told = set(re.findall(r"`kesu:(\w+)`", PAGE))
    assert {*TRACE, *EVENT} <= told
