"""Words for the procedure's tests: a complaint, worked on by the people of its lanes.

Given `filed()`, `tells(step=…)` and `up_to(step)`, when `does(step, …)`, then look at `case`, `task()`, `mails()`.
Answers are the story's (story.py) where a test says nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from server.commands.upload_file import UploadFile
from server.queries.mailbox import mailbox
from tests.acceptance.story import FILED, STEPS, Data, laid_over
from tests.house import actor, drain_jobs
from tests.rest import Api

PEOPLE = {
    "sales": "sales1",
    "quality": "quality1",
    "engineering": "engineering1",
    "production": "production1",
    "service": "service1",
    "management": "manager",
    "vp": "vp",
    "gm": "gm",
}
MOST_STEPS = 200


@dataclass
class Procedure:
    """One complaint; `admin` looks at it, the people of the lanes work on it."""

    admin: Api
    story: dict[str, Data] = field(default_factory=lambda: dict(STEPS))
    number: str = ""
    instance_id: str = ""
    done: list[str] = field(default_factory=list)
    """The steps completed, in order."""
    _people: dict[str, Api] = field(default_factory=dict)

    def person(self, username: str) -> Api:
        if username not in self._people:
            self._people[username] = self.admin.as_(username)
        return self._people[username]

    def filed(self, channel: str = "phone", *, by: str = "sales1", **more: Data) -> "Procedure":
        """Given: the story's complaint reaches us; `more` is laid over what is filed."""
        body = {"channel": channel, "fields": laid_over(FILED, more)}
        reply = self.person(by).post("/complaints", body)
        assert reply.status_code == 201, reply.json
        self.number, self.instance_id = reply.json["number"], reply.json["instance_id"]
        drain_jobs(self.admin.context)
        return self

    def tells(self, **answers: Data) -> "Procedure":
        """Given: at these steps the story is another from now on."""
        for step, data in answers.items():
            self.story[step] = laid_over(self.story[step], data)
        return self

    def up_to(self, step: str) -> "Procedure":
        """Given: everything open was done as the story tells until `step` is to be done."""
        for _ in range(MOST_STEPS):
            waiting = self.waiting()
            if step in waiting:
                return self
            assert waiting, f"the case ended before {step}: {self.done}"
            self.does(waiting[0])
        raise AssertionError(f"{step} never came: {self.done}")

    def to_the_end(self) -> dict[str, Any]:
        """When: all the rest is done as the story tells; the instance as it ended."""
        for _ in range(MOST_STEPS):
            waiting = self.waiting()
            if not waiting:
                break
            self.does(waiting[0])
        instance = self.instance()
        assert instance["state"] == "completed", instance
        return instance

    def does(self, step: str, data: Data | None = None, *, by: str | None = None) -> None:
        """When: a person of the step's lane completes it with the story's answers, or with `data`."""
        reply = self.tries(step, self.story[step] if data is None else data, by=by)
        assert reply.status_code == 200, (step, reply.json)

    def tries(self, step: str, data: Data, *, by: str | None = None) -> TestResponse:
        """When: the same, and it may be refused."""
        item = self.item(step)
        person = self.person(by or PEOPLE[item["groups"][0]])
        reply = person.post(f"/tasks/{item['id']}/complete", {"data": data})
        if reply.status_code == 200:
            self.done.append(step)
            drain_jobs(self.admin.context)
        return reply

    def sends_back(self, step: str, reason: str, target: str | None = None) -> None:
        """When: the work goes back to an earlier step."""
        item = self.item(step)
        person = self.person(PEOPLE[item["groups"][0]])
        reply = person.post(f"/tasks/{item['id']}/send-back", {"reason": reason, "target": target})
        assert reply.status_code == 200, reply.json
        drain_jobs(self.admin.context)

    def tells_us(self, name: str, /, **payload: Any) -> None:
        """When: a message from outside reaches the complaint."""
        body = {"name": name, "correlation": {"number": self.number}, "payload": payload}
        reply = self.admin.post("/messages", body)
        assert reply.status_code == 200, reply.json
        drain_jobs(self.admin.context)

    def asks(self, verb: str, *, by: str = "manager", **body: Any) -> dict[str, Any]:
        """When: somebody withdraws, merges, refers or reports a recurrence of the complaint."""
        reply = self.person(by).post(f"/complaints/{self.number}/{verb}", body)
        assert reply.status_code in (200, 201), reply.json
        drain_jobs(self.admin.context)
        return dict(reply.json)

    def with_photo(self, data: bytes, name: str = "defect.png", *, by: str = "sales1") -> str:
        """Given: a stored picture; its id."""
        context = self.admin.context
        command = UploadFile(actor=actor(context, by), name=name, stream=BytesIO(data))
        return str(context.execute(command).body["id"])

    def items(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.admin.get(f"/tasks?case={self.number}").json["items"]
        return found

    def item(self, step: str) -> dict[str, Any]:
        """The open task of `step` as a line of the list."""
        (found,) = [item for item in self.items() if item["element_id"] == step]
        return found

    def waiting(self) -> list[str]:
        """Element ids of the open tasks."""
        return [item["element_id"] for item in self.items()]

    def instance(self) -> dict[str, Any]:
        return dict(self.admin.get(f"/instances/{self.instance_id}").json)

    def task(self, step: str, language: str = "en") -> dict[str, Any]:
        """The open task of `step`, as its person sees it."""
        item = self.item(step)
        person = self.person(PEOPLE[item["groups"][0]])
        return dict(person.get(f"/tasks/{item['id']}", language=language).json)

    @property
    def case(self) -> dict[str, Any]:
        return dict(self.detail()["case"])

    def detail(self) -> dict[str, Any]:
        return dict(self.admin.get(f"/complaints/{self.number}").json)

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
        found.append(f"{at}/{name}")
        found += _pointers(part, f"{at}/{name}")
    return found
