"""Words for the procedure's tests: a complaint of the demo, worked on by the people of its lanes.

Given `filed(key)` and `up_to(element)`, when `does(element, …)`, then look at `case`, `task()`, `mails()`, `files()`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from server.commands.upload_file import UploadFile
from server.queries.mailbox import mailbox
from tests import stories
from tests.house import actor, drain_jobs
from tests.rest import Api

PEOPLE = {
    "sales": "sales1",
    "quality": "quality1",
    "engineering": "engineering1",
    "production": "production1",
    "management": "manager",
}


@dataclass
class Procedure:
    """One complaint; `admin` looks at it, the people of the lanes work on it."""

    admin: Api
    story: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    number: str = ""
    instance_id: str = ""

    def filed(self, key: str, *, by: str = "sales1", **more: Any) -> "Procedure":
        """Given: the complaint `key` of the demo reaches us; `more` adds to what was filed."""
        self.story = stories.answers(key)
        fields = stories.fields(key) | more
        reply = self.admin.as_(by).post("/complaints", {"channel": stories.SAMPLES[key]["channel"], "fields": fields})
        assert reply.status_code == 201, reply.json
        self.number, self.instance_id = reply.json["number"], reply.json["instance_id"]
        drain_jobs(self.admin.context)
        return self

    def up_to(self, element: str) -> "Procedure":
        """Given: all steps before `element` were done as the story tells."""
        for step in self.story:
            if step == element:
                break
            self.does(step)
        assert self.waiting() == [element]
        return self

    def does(self, element: str, data: dict[str, Any] | None = None, *, by: str | None = None) -> None:
        """When: a person of the step's lane completes it with the story's answers, or with `data`."""
        reply = self.tries(element, self.story[element] if data is None else data, by=by)
        assert reply.status_code == 200, reply.json

    def tries(self, element: str, data: dict[str, Any], *, by: str | None = None) -> TestResponse:
        """When: the same, and it may be refused."""
        task = self.task(element)
        person = self.admin.as_(by or PEOPLE[task["groups"][0]])
        reply = person.post(f"/tasks/{task['id']}/complete", {"data": data, "revision": task["revision"]})
        drain_jobs(self.admin.context)
        return reply

    def sends_back(self, element: str, reason: str, target: str | None = None) -> None:
        """When: the work goes back to an earlier step."""
        task = self.task(element)
        person = self.admin.as_(PEOPLE[task["groups"][0]])
        reply = person.post(f"/tasks/{task['id']}/send-back", {"reason": reason, "target": target})
        assert reply.status_code == 200, reply.json
        drain_jobs(self.admin.context)

    def with_photo(self, data: bytes, name: str = "defect.png", *, by: str = "sales1") -> str:
        """Given: a stored picture; its id."""
        context = self.admin.context
        command = UploadFile(actor=actor(context, by), name=name, stream=BytesIO(data))
        return str(context.execute(command).body["id"])

    def waiting(self) -> list[str]:
        """Element ids of what the complaint waits for."""
        instance = self.instance()
        return [step["element_id"] for step in instance["active"] if step["kind"] == "user_task"]

    def instance(self) -> dict[str, Any]:
        return dict(self.admin.get(f"/instances/{self.instance_id}").json)

    def task(self, element: str, language: str = "en") -> dict[str, Any]:
        """The open task of `element`, as its person sees it."""
        items = self.admin.get(f"/tasks?case={self.number}").json["items"]
        (item,) = [item for item in items if item["element_id"] == element]
        person = self.admin.as_(PEOPLE[item["groups"][0]])
        return dict(person.get(f"/tasks/{item['id']}", language=language).json)

    @property
    def case(self) -> dict[str, Any]:
        return dict(self.admin.get(f"/complaints/{self.number}").json["case"])

    def mails(self) -> list[dict[str, Any]]:
        """What was sent to the customer, oldest first."""
        context = self.admin.context
        found = mailbox(context, actor(context, "admin"), limit=1000)["items"]
        return [mail for mail in reversed(found) if mail["case_number"] == self.number]

    def content(self, file_id: str) -> bytes:
        return bytes(self.admin.get(f"/files/{file_id}").data)

    def history(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.admin.get(f"/instances/{self.instance_id}/history?limit=1000").json["items"]
        return items


def fields_of(task: Mapping[str, Any]) -> set[str]:
    """JSON pointers of everything the task's form asks for."""
    return set(_pointers(task["form"]["schema"], ""))


def choices(task: Mapping[str, Any], pointer: str) -> set[Any]:
    """What may be chosen at `pointer` of the task's form."""
    found = task["form"]["schema"]
    for name in pointer.split("/")[1:]:
        found = found["properties"][name]
    return {one["const"] for one in found["oneOf"]}


def _pointers(schema: Mapping[str, Any], at: str) -> list[str]:
    found: list[str] = []
    for name, part in schema.get("properties", {}).items():
        found += [f"{at}/{name}", *_pointers(part, f"{at}/{name}")]
    return found
