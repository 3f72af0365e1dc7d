"""The vocabulary of events is one, and the chain finds what was altered."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import history
from server.domain.history import GENESIS, SENTENCES, EventType, digest, link, moment, sentence, verify

PAGE = Path(__file__).parents[3] / "docs" / "history.md"
SERVER = Path(history.__file__).parents[1]
WRITERS = ("casework", "commands", "runner")
START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def chain(count: int = 6) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    previous = GENESIS
    for seq in range(1, count + 1):
        data = {"task_id": f"t{seq}", "cost": seq * 1.5}
        salt = bytes([seq]) * 16
        event: dict[str, Any] = {"seq": seq, "at": START + timedelta(minutes=seq), "actor_id": seq % 3 or None}
        event |= {"type": str(EventType.TASK_COMPLETED), "element_id": "plan", "digest": digest(salt, data)}
        previous = link(previous, **event)
        events.append({**event, "hash": previous, "data": data, "salt": salt})
    return events


def codes(events: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(breach.seq, breach.code) for breach in verify(events)]


def rows() -> Iterator[list[str]]:
    for line in PAGE.read_text("utf-8").splitlines():
        if re.match(r"\| `[a-z]+\.", line):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_page_lists_exactly_the_types_there_are() -> None:
    listed = [row[0].strip("`") for row in rows()]
    assert sorted(listed) == sorted(EventType)
    assert set(SENTENCES) == set(EventType)


def test_what_the_page_says_is_written_has_a_writer() -> None:
    written = PAGE.read_text("utf-8").partition("have no writer yet")[0]
    promised = re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", written, re.MULTILINE)
    code = "".join(path.read_text("utf-8") for part in WRITERS for path in (SERVER / part).rglob("*.py"))
    assert len(promised) > 20
    assert [event for event in promised if f"EventType.{EventType(event).name}" not in code] == []


def test_every_place_in_a_sentence_is_filled_from_the_event_or_its_documented_data() -> None:
    documented = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[2])) for row in rows()}
    for event, template in SENTENCES.items():
        places = set(re.findall(r"{(\w+)}", template)) - {"actor", "element"}
        assert places <= documented[event], event


@pytest.mark.parametrize("event", EventType)
def test_every_event_has_a_sentence_in_both_languages_even_when_its_data_is_erased(event: EventType) -> None:
    english = sentence(event, "en", actor="Li", element="Plan", data=None)
    chinese = sentence(event, "zh-CN", actor="李", element="方案", data=None)
    assert english != chinese
    assert not re.search(r"[{}]", english + chinese)


def test_a_sentence_takes_names_from_the_event_and_values_from_its_data() -> None:
    data = {"to": "王", "reason": "{actor}", "actor": "forged"}
    assert (
        sentence("task.sent_back", "en", actor="Li", element="Plan", data=data)
        == "Li sent “Plan” back to “王”: {actor}"
    )


def test_a_chain_as_written_holds() -> None:
    assert verify(chain()) == []
    assert verify([]) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("at", START),
        ("actor_id", 99),
        ("type", "task.cancelled"),
        ("element_id", "approve_plan"),
        ("digest", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_an_altered_member_is_found(member: str, value: Any) -> None:
    events = chain()
    events[2][member] = value
    assert (3, "altered") in codes(events)


def test_altered_data_is_found() -> None:
    events = chain()
    events[4]["data"]["cost"] = 0
    assert codes(events) == [(5, "data")]
    assert "5" in verify(events)[0].text("zh-CN")


def test_events_left_out_put_in_or_swapped_are_found() -> None:
    events = chain()
    assert codes(events[:2] + events[3:]) == [(3, "gap")]
    assert codes(events[:2] + events[1:]) == [(3, "gap")]
    assert codes([events[1], events[0], *events[2:]]) == [(1, "gap")]
    assert codes(events[1:]) == [(1, "gap")]


def test_erased_data_leaves_the_chain_whole_only_when_an_event_says_so() -> None:
    events = chain()
    events[1] |= {"salt": None, "data": None}
    assert codes(events) == [(2, "no_data")]
    event = {
        "seq": 7,
        "at": START,
        "actor_id": 1,
        "type": "case.erased",
        "element_id": None,
        "digest": digest(b"s", {}),
    }
    assert verify([*events, {**event, "hash": link(events[-1]["hash"], **event), "salt": b"s", "data": {}}]) == []


def test_the_hash_is_the_documented_one() -> None:
    event = {"seq": 1, "at": START, "actor_id": 7, "type": "case.filed", "element_id": None, "digest": "ab"}
    # Made with sha256sum and openssl dgst from the texts that docs/history.md describes.
    assert link(GENESIS, **event) == "207e945b5d8d013b002613cf8101ca79a0ed215adaf504dc96c513f605253a17"
    assert digest(b"salt", {"b": "品", "a": 1.0}) == "10be388f7ace2d24e7a8a673444bb6bac1298fc96c9bb50de9a8b7ebbaa309d0"


def test_moments_are_the_same_from_every_zone() -> None:
    assert moment(START) == moment(START.astimezone(timezone(timedelta(hours=8)))) == "2026-03-02T01:30:00.000000Z"
    with pytest.raises(ValueError, match="aware"):
        moment(START.replace(tzinfo=None))


@given(
    st.dictionaries(st.text(max_size=3), st.integers() | st.floats(allow_nan=False, allow_infinity=False), max_size=3)
)
def test_canonical_json_depends_on_values_alone(data: dict[str, Any]) -> None:
    again = {key: int(value) if float(value).is_integer() else value for key, value in reversed(data.items())}
    assert history.canonical(data) == history.canonical(again)


def test_what_has_no_json_text_has_no_digest() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest(b"", {"a": float("nan")})
