"""The demo's complaints are ones that the process accepts, as far as each of them goes."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from server.casework.rounds import begin_rounds
from server.clock import ManualClock
from server.domain.bundle import bundled_root
from server.engine import Environment, ProcessInstance, Wait
from server.runner.samples import PEOPLE
from tests.unit.process.bundled import BUNDLE, FORMS
from tests.unit.process.driving import DEFINITION, FUNCTIONS, NAMES, RESULTS, merge

COMPLAINTS = json.loads((bundled_root() / "server/demo/complaints.json").read_text(encoding="utf-8"))
CHANNELS = [choice["const"] for choice in FORMS.case_schema()["properties"]["intake"]["properties"]["channel"]["oneOf"]]
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
each_complaint = pytest.mark.parametrize("complaint", COMPLAINTS, ids=lambda complaint: complaint["key"])

# Where each of them stands: the end event, or the open user tasks.
STANDS: dict[str, str | set[str]] = {
    "housing-sink-marks": "End_Archived",
    "junction-box-cracks": {"eight_d"},
    "turbid-water": {"plan"},
    "meter-reading": "End_NotQuality",
    "silver-streaks": {"verify_plan"},
    "label-peeling": {"confirm"},
    "connector-crack": {"receive"},
    "micro-cracks-transport": {"quarantine_wip", "return_goods"},
    "fan-blade-burrs": {"shipment_3"},
    "valve-seat-leak": {"satisfaction"},
    "foreign-bearing": "End_NotValid",
    "missing-screws": "End_ResolvedAtOnce",
    "wrong-colour": "End_Withdrawn",
}
ROUNDS = {"junction-box-cracks": ("eight_d", 2), "turbid-water": ("plan", 2), "fan-blade-burrs": ("eight_d", 2)}


class Play:
    """One complaint going through the engine by its answers."""

    def __init__(self, complaint: dict[str, Any]) -> None:
        self.case: dict[str, Any] = {"number": "K-2026-00001", "intake": {"channel": complaint["channel"]}}
        merge(self.case, complaint["fields"])
        environment = Environment(clock=ManualClock(NOW), functions=FUNCTIONS, known_names=NAMES)
        self.instance = ProcessInstance.start(DEFINITION, self.case, environment)
        self.seen: set[str] = set()
        self.go_on()

    def open(self, kind: str) -> list[Wait]:
        return [wait for wait in self.instance.waits() if wait.kind == kind]

    def go_on(self) -> None:
        """Workers finish what waits for them; user tasks that are new begin their rounds."""
        while jobs := self.open("job"):
            self.instance.complete_job(jobs[0].task_id, RESULTS.get(jobs[0].topic or "", {"sent": True}))
        fresh = [wait for wait in self.open("user_task") if wait.task_id not in self.seen]
        self.seen |= {wait.task_id for wait in fresh}
        begin_rounds(BUNDLE.application, self.case, fresh, NOW)

    def answer(self, answer: dict[str, Any]) -> None:
        if "message" in answer:
            (wait,) = [wait for wait in self.open("message") if wait.message == answer["message"]]
            self.instance.deliver_message(wait.task_id, answer["payload"])
        else:
            (wait,) = [wait for wait in self.open("user_task") if wait.element_id == answer["element_id"]]
            form, data = wait.properties["formKey"], answer["data"]
            assert FORMS.view_data(form, data) == data, f"{form} has no such fields"
            merge(self.case, data)
            assert FORMS.errors(form, FORMS.view_data(form, self.case), "en") == [], form
            assert wait.group in PEOPLE
            self.instance.complete_user_task(wait.task_id)
        self.go_on()


def test_there_are_enough_of_them_in_both_languages() -> None:
    assert len({complaint["key"] for complaint in COMPLAINTS}) == len(COMPLAINTS)
    assert sum(complaint["language"] == "en" for complaint in COMPLAINTS) == 3
    assert {complaint["key"] for complaint in COMPLAINTS} == set(STANDS)


@each_complaint
def test_it_can_be_filed(complaint: dict[str, Any]) -> None:
    assert complaint["channel"] in CHANNELS
    assert complaint["received_hours_ago"] > 0
    assert FORMS.errors("file", complaint["fields"], "en") == []
    assert FORMS.view_data("file", complaint["fields"]) == complaint["fields"]


@each_complaint
def test_its_answers_lead_to_where_it_is_meant_to_stand(complaint: dict[str, Any]) -> None:
    play = Play(complaint)
    for answer in complaint["answers"]:
        play.answer(answer)
    standing = STANDS[complaint["key"]]
    if isinstance(standing, str):
        assert play.instance.end_event == standing
    else:
        assert {wait.element_id for wait in play.open("user_task")} == standing
    if complaint["key"] in ROUNDS:
        loop, number = ROUNDS[complaint["key"]]
        assert play.case["rounds"][loop] == number
        assert len(play.case[f"{loop}_rounds"]) == number - 1
        assert play.case[f"{loop}_rounds"][0]["reason"]


def test_chinese_answers_have_chinese_punctuation() -> None:
    text = json.dumps(COMPLAINTS, ensure_ascii=False)
    assert re.findall(r"[一-鿿][,;:?!(]|[,;:?!)][一-鿿]", text) == []


def test_no_real_address_gets_mail() -> None:
    for complaint in COMPLAINTS:
        assert complaint["fields"]["customer"].get("email", "x.example").endswith(".example")
