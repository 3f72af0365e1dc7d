"""Whole complaints as a person with a script lives them: every call has a command id and is repeated until answered."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests import stories
from tests.acceptance.support.client import Client
from tests.acceptance.support.samples import png

STUCK_SECONDS = 60.0
STORY = "housing-sink-marks"


@dataclass
class Life:
    """One complaint. `acknowledged` keeps every answer by its command id: none of them may ever be lost."""

    client: Client
    name: str
    number: str = ""
    instance_id: str = ""
    acknowledged: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def say(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """One command under the next command id."""
        command_id = f"{self.name}-{len(self.acknowledged)}"
        reply = self.client.call(method, path, body | {"command_id": command_id})
        assert reply.status == status, self.client.told(f"{method} {path}: {status} expected, not {reply.status}")
        self.acknowledged[command_id] = (reply.status, reply.body)
        return reply.body

    def upload(self) -> str:
        name, data = png(Random(self.name))
        command_id = f"{self.name}-{len(self.acknowledged)}"
        reply = self.client.upload(name, data, command_id)
        assert reply.status == 201, self.client.told("the upload was refused")
        self.acknowledged[command_id] = (reply.status, reply.body)
        return str(reply.body["id"])

    def file(self, fields: Mapping[str, Any]) -> None:
        filed = self.say("POST", "/complaints", 201, channel="phone", fields=fields)
        self.number, self.instance_id = filed["number"], filed["instance_id"]

    def task(self, element_id: str) -> str:
        """The id of the open task, as soon as it is there."""
        return str(self.until(lambda: self._open_task(element_id), f"no open task {element_id}"))

    def act(self, element_id: str, verb: str, **body: Any) -> Any:
        return self.say("POST", f"/tasks/{self.task(element_id)}/{verb}", **body)

    def complete(self, element_id: str, data: Mapping[str, Any]) -> None:
        self.act(element_id, "complete", data=data)

    def instance(self) -> dict[str, Any]:
        return dict(self.client.call("GET", f"/instances/{self.instance_id}").body)

    def incident(self, element_id: str) -> int | None:
        """The open incident of this complaint at the element, if there is one."""
        items = self.client.call("GET", "/incidents").body["items"]
        own = [item for item in items if item["instance_id"] == self.instance_id and item["element_id"] == element_id]
        return next((item["id"] for item in own if item["state"] == "open"), None)

    def end(self, state: str = "completed") -> dict[str, Any]:
        """The instance, as soon as it has ended so."""
        return dict(self.until(lambda: (found := self.instance())["state"] == state and found, f"not {state}"))

    def until(self, ask: Callable[[], Any], why: str) -> Any:
        """What `ask` gives, as soon as it gives something; the server may die and rise meanwhile."""
        deadline = time.monotonic() + STUCK_SECONDS
        while not (found := ask()):
            assert time.monotonic() < deadline, self.client.told(f"{why}: {self.instance()}")
            time.sleep(0.03)
        return found

    def _open_task(self, element_id: str) -> str | None:
        items = self.client.call("GET", "/tasks", query={"case": self.number, "state": "open"}).body["items"]
        return next((item["id"] for item in items if item["element_id"] == element_id), None)


def whole_complaint(life: Life) -> None:
    """S4's steps with everything people do on the way; ends at End_Archived."""
    answers = stories.answers(STORY)
    photo = life.upload()
    life.file(stories.fields(STORY))
    life.act("receive", "claim")
    life.complete("receive", answers["receive"])
    life.act("record", "draft", data=answers["record"])
    record = answers["record"]
    life.complete("record", record | {"problem": record["problem"] | {"photos": [photo]}})
    life.act("confirm", "claim")
    life.act("confirm", "unclaim")
    life.act("confirm", "transfer", to="quality1", reason="knows the part")
    life.complete("confirm", answers["confirm"])
    life.task("cause_side")
    life.say("POST", f"/instances/{life.instance_id}/suspend", reason="the customer asked us to wait")
    life.say("POST", f"/instances/{life.instance_id}/resume", reason="he is back")
    life.say("PATCH", f"/complaints/{life.number}", reason="misheard", data={"customer": {"contact": "Wang Li"}})
    steps = list(answers)
    for element_id in steps[steps.index("cause_side") : steps.index("approve_plan")]:
        life.complete(element_id, answers[element_id])
    life.act("approve_plan", "send-back", reason="who pays for the gauge?", target="plan")
    for element_id in steps[steps.index("plan") : steps.index("customer_answer")]:
        life.complete(element_id, answers[element_id])
    life.task("customer_answer")
    payload = {"result": "accepted", "text": "8D accepted"}
    life.say("POST", "/messages", name="eight_d.answered", correlation={"number": life.number}, payload=payload)
    for element_id in steps[steps.index("customer_answer") + 1 :]:
        life.complete(element_id, answers[element_id])
    assert life.end()["end_event"] == "End_Archived"


def troubled_complaint(life: Life) -> None:
    """Through workshop.TROUBLE: a timer, a caught error, an incident and its repair, a fault, a cancellation."""
    life.file({"customer": {"name": "ACME"}, "problem": {"description": "The press is broken"}})
    life.complete("record", {"problem": {"kind": "zero_km"}, "immediate": {"resolved": "no"}})
    incident = life.until(lambda: life.incident("broken"), "no incident")
    amended = {"problem": {"description": "The press was mended"}}
    life.say("PATCH", f"/complaints/{life.number}", reason="repaired", data=amended)
    life.say("POST", f"/incidents/{incident}/retry")
    confirm = life.task("confirm")
    data = {"classification": {"is_quality": "yes", "validity": "valid"}}
    refused = life.client.call("POST", f"/tasks/{confirm}/complete", {"data": data, "command_id": f"{life.name}-fault"})
    assert (refused.status, refused.code) == (422, "process.fault"), life.client.told("the fault was not told")
    assert life.incident("team"), life.client.told("the fault is no incident")
    life.say("POST", f"/instances/{life.instance_id}/cancel", reason="the diagram is wrong")
    life.end("cancelled")
