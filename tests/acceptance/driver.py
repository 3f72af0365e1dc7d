"""Brings complaints to their end over HTTP, knowing nothing but the published interface.

It answers whatever form it meets with random valid data and goes at each task the way an unfriendly tester would.
`Driver(base_url, token, seed)`; `.file()`, `.step(task)`, `.finish(instance_id)`. Every failure is an AssertionError
that names the seed and the last calls.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.acceptance.support import texts
from tests.acceptance.support.answers import ALL, LEAST, SOME, Answers, merge
from tests.acceptance.support.client import Client, Reply
from tests.acceptance.support.samples import sample
from tests.acceptance.support.schemas import unknown_keywords
from tests.acceptance.support.verify import check_history, check_saved

CHANNELS = ("phone", "email", "web", "api", "visit", "letter", "fax", "field", "internal", "authority")
PEOPLE = ("sales1", "sales2", "quality1", "quality2", "engineering1", "production1", "manager", "vp", "gm", "admin")
CUSTOMERS = ("ACME", "海天塑胶", "O'Neil & Söhne", "客户 <b>甲</b>", "شركة", "  ACME  ", "🙂 GmbH")

Message = Callable[[Mapping[str, Any]], dict[str, Any]]
"""From an instance to the body of `POST /messages`, for the element that waits."""


Outside = Callable[[str, Sequence[str]], tuple[str, dict[str, Any]] | None]
"""What may happen to a complaint at any time: from its number and those of others to path and body of a POST."""
NOT_NOW = {"instance.not_waiting", "instance.ended", "not_found.message"}


@dataclass(frozen=True)
class Mood:
    """Where the dice of one complaint lean to: `wishes` are preferred values by JSON pointer of the case file, taken
    with the chance `strict` wherever a form has the field; `outside` is what should happen to it from outside."""

    name: str
    wishes: Mapping[str, Any] = field(default_factory=dict)
    outside: str | None = None
    strict: float = 0.9


@dataclass(frozen=True)
class Filed:
    number: str
    instance_id: str


@dataclass
class Driver:
    """`tricks` off: each task is completed with one call. `messages` by element id; `patience` as in Client.

    `moods`: one for each complaint, by dice; none means that every answer is as likely as any other.
    """

    base_url: str
    token: str
    seed: int | str
    tricks: bool = True
    messages: Mapping[str, Message] = field(default_factory=dict)
    outside: Mapping[str, Outside] = field(default_factory=dict)
    moods: Sequence[Mood] = ()
    patience: float = 0
    stuck_after: float = 60
    completed: dict[str, list[str]] = field(default_factory=dict)
    """Task ids this driver completed, by instance id."""

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        # How often we ask while a job runs is chance: it must not change what is answered.
        self.asking = Random(f"{self.seed} asking")
        self.client = Client(self.base_url, self.token, self.patience)
        self._commands = 0
        self._moods: dict[str, Mood] = {}
        self._numbers: list[str] = []
        self._diverted: set[str] = set()

    def file(self, fields: Mapping[str, Any] | None = None, mood: Mood | None = None) -> Filed:
        """File a complaint with the least that is always enough, or with `fields`."""
        body = {"channel": self.rng.choice(CHANNELS), "fields": dict(fields or self._little())}
        body |= self._maybe_id()
        reply = self.expect(201, "POST", "/complaints", body)
        filed = Filed(reply.body["number"], reply.body["instance_id"])
        assert reply.body["status_url"], self.told("no status_url")
        self._numbers.append(filed.number)
        if mood is not None or self.moods:
            self._moods[filed.instance_id] = mood or self.rng.choice(self.moods)
        if "command_id" in body and self._now_and_then(0.3):
            again = self.expect(201, "POST", "/complaints", body)
            assert again.body == reply.body, self.told("a repeated filing answered something else")
        if self._now_and_then(0.3):
            register = self.all_items("/complaints", limit=1000)
            assert filed.number in [item["number"] for item in register], self.told("filed, yet not in the register")
        return filed

    def finish(self, instance_id: str) -> dict[str, Any]:
        """Work on the instance's tasks until it has completed; its last state."""
        deadline = time.monotonic() + self.stuck_after
        while True:
            instance: dict[str, Any] = self.expect(200, "GET", f"/instances/{instance_id}").body
            if instance["state"] == "completed":
                self._check_end(instance)
                return instance
            assert instance["state"] == "active", self.told(f"instance {instance_id} is {instance['state']}")
            tasks = self._tasks(instance)
            if tasks and not self._about_to_end(instance):
                if not self._from_outside(instance):
                    self.step(self.rng.choice(tasks))
                deadline = time.monotonic() + self.stuck_after
            else:
                assert time.monotonic() < deadline, self.told(f"stuck at {instance['active']}")
                time.sleep(0.02)

    def step(self, task: Mapping[str, Any]) -> bool:
        """Complete `task` one way or another; False when it ended otherwise (message, send-back)."""
        path = f"/tasks/{task['id']}"
        detail = self.expect(200, "GET", path, language=self.rng.choice(("en", "zh-CN"))).body
        assert detail["state"] == "open", self.told("a listed open task is not open")
        assert "complete" in detail["actions"], self.told("the task cannot be completed")
        assert not unknown_keywords(detail["form"]["schema"]), self.told("the form uses unpromised keywords")
        if self.tricks and self._leaves_by_another_way(task, detail):
            return False
        if self.tricks:
            self._prelude(path, task)
        return self._complete(path, task)

    def close(self) -> None:
        self.client.close()

    def expect(self, status: int, method: str, path: str, body: Any = None, **options: Any) -> Reply:
        reply = self.client.call(method, path, body, **options)
        assert reply.status == status, self.told(f"{method} {path}: {status} expected, not {reply.status}")
        return reply

    def all_items(self, path: str, limit: int | None = None, **query: Any) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            size = limit or self.asking.choice((1, 2, 7, 50, 1000, 5000))
            body = self.expect(200, "GET", path, query=query | {"limit": size, "cursor": cursor}).body
            assert len(body["items"]) <= min(size, 1000), self.told("a page has more items than asked for")
            found += body["items"]
            cursor = body["next"]
            if cursor is None:
                return found
            assert body["items"], self.told("an empty page has a next one")

    def told(self, what: str) -> str:
        """A failure with the seed and the last calls."""
        return self.client.told(f"[seed {self.seed}] {what}")

    def _little(self) -> dict[str, Any]:
        name = self.rng.choice(CUSTOMERS) if self.rng.random() < 0.7 else texts.text(self.rng, 1, 80)
        return {"customer": {"name": name}, "problem": {"description": texts.text(self.rng, 1, 1500)}}

    def _tasks(self, instance: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The instance's open tasks, asked for in one of several ways."""
        query: dict[str, Any] = {"case": instance["case_number"]}
        if self.tricks:
            query |= self.asking.choice(
                ({}, {"state": "open"}, {"order": "created"}, {"order": "due", "state": "open"})
            )
        tasks = self.all_items("/tasks", limit=None if self.tricks else 50, **query)
        for task in tasks:
            assert task["state"] == "open", self.told("the list of open tasks holds another")
            assert task["instance_id"] == instance["id"], self.told("case= lists another case's task")
        ids = [task["id"] for task in tasks]
        assert len(ids) == len(set(ids)), self.told("a task is listed twice")
        return tasks

    def _from_outside(self, instance: Mapping[str, Any]) -> bool:
        """Now and then something happens to the complaint that no task asked for; True when it did."""
        mood = self._moods.get(instance["id"])
        wanted = mood.outside if mood is not None else None
        stray = mood is None or mood.strict < 1
        if wanted is None and stray and self.outside and self._now_and_then(0.004):
            wanted = self.rng.choice(sorted(self.outside))
        elif wanted is not None and self.rng.random() > 0.25:
            wanted = None
        call = self.outside[wanted](instance["case_number"], self._numbers) if wanted is not None else None
        if call is None:
            return False
        path, body = call
        reply = self.client.call("POST", path, body | self._maybe_id())
        assert reply.status == 200 or reply.code in NOT_NOW, self.told("what happened outside was refused")
        if reply.status == 200:
            self._diverted.add(instance["id"])
        return reply.status == 200

    def _about_to_end(self, instance: Mapping[str, Any]) -> bool:
        """Whether the work left over may end any moment, since what happened outside is being settled."""
        return instance["id"] in self._diverted and any(step["kind"] == "job" for step in instance["active"])

    def _leaves_by_another_way(self, task: Mapping[str, Any], detail: Mapping[str, Any]) -> bool:
        if "send_back" in detail["actions"] and self._now_and_then(0.04):
            body = {"reason": texts.text(self.rng, 1, 200)} | self._maybe_id()
            if not body["reason"].strip():
                body["reason"] = "more facts needed"
            self.expect(200, "POST", f"/tasks/{task['id']}/send-back", body)
            gone = self.expect(200, "GET", f"/tasks/{task['id']}").body
            assert gone["state"] == "cancelled", self.told("a task that was sent back is not cancelled")
            return True
        message = self.messages.get(task["element_id"])
        if message is None or not self._now_and_then(0.5):
            return False
        body = message(task) | self._maybe_id()
        reply = self.expect(200, "POST", "/messages", body)
        assert reply.body["instance_id"] == task["instance_id"], self.told("the message went elsewhere")
        return True

    def _prelude(self, path: str, task: Mapping[str, Any]) -> None:
        """What people do with a task before they complete it."""
        for act in self.rng.sample((self._claim, self._draft, self._transfer, self._blunder), self.rng.randint(0, 2)):
            act(path, task)

    def _claim(self, path: str, _task: Mapping[str, Any]) -> None:
        self.expect(200, "POST", f"{path}/claim", self._maybe_id() or None)
        held = self.expect(200, "GET", path).body
        assert held["claimed_by"], self.told("claimed, yet nobody holds it")
        if self._now_and_then(0.3):
            self.expect(200, "POST", f"{path}/unclaim", {})
            held = self.expect(200, "GET", path).body
            assert held["claimed_by"] is None, self.told("unclaimed, yet somebody holds it")

    def _draft(self, path: str, _task: Mapping[str, Any]) -> None:
        form = self.expect(200, "GET", path).body
        data = self._answers(self.rng.choice((LEAST, SOME))).patch(form["form"]["schema"], form["form"]["data"])
        self.expect(200, "POST", f"{path}/draft", {"data": data} | self._maybe_id())
        after = self.expect(200, "GET", path).body
        assert after["state"] == "open", self.told("a draft ended its task")

    def _transfer(self, path: str, _task: Mapping[str, Any]) -> None:
        to = self.rng.choice(PEOPLE)
        self.expect(200, "POST", f"{path}/transfer", {"to": to, "reason": "test"} | self._maybe_id())
        after = self.expect(200, "GET", path).body
        assert after["assignee"] == to, self.told("transferred, yet not assigned")

    def _blunder(self, path: str, _task: Mapping[str, Any]) -> None:
        """A refused completion stores nothing, and its command id may be used again."""
        before = self.expect(200, "GET", path).body
        command = {"command_id": self.new_id()}
        bad = {"data": {"no_such_field_here": 1}} | command
        reply = self.client.call("POST", f"{path}/complete", bad)
        assert reply.status in (400, 422), self.told("an unknown field was accepted")
        after = self.expect(200, "GET", path).body
        assert after["revision"] == before["revision"], self.told("a refusal changed the case")
        assert after["state"] == "open", self.told("a refusal ended the task")

    def _complete(self, path: str, task: Mapping[str, Any]) -> bool:
        for _attempt in range(6):
            detail = self.expect(200, "GET", path).body
            form = detail["form"]
            patch = self._wished(task, form, self._answers().patch(form["schema"], form["data"]))
            body: dict[str, Any] = {"data": patch} | self._maybe_id()
            if self.tricks and self.rng.random() < 0.4:
                body["data"] = merge_whole(form["schema"], form["data"], patch)
            if self.rng.random() < 0.5:
                body["revision"] = detail["revision"]
            reply = self.client.call("POST", f"{path}/complete", body)
            if reply.status == 200:
                break
            # A worker may have written the case between reading the form and sending it.
            assert reply.code in ("case.changed", "case.conflict"), self.told("a valid answer was refused")
        assert reply.status == 200, self.told("six conflicts in a row")
        self.completed.setdefault(task["instance_id"], []).append(task["id"])
        if self.tricks:
            self._afterwards(path, task, body, reply)
            check_saved(self, task["case_number"], form["schema"], patch)
        return True

    def _wished(self, task: Mapping[str, Any], form: Mapping[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        """`patch` with what the complaint's mood wishes laid over it, and what that demands besides."""
        mood = self._moods.get(task["instance_id"])
        if mood is None:
            return patch
        kept = {pointer: value for pointer, value in mood.wishes.items() if self.rng.random() < mood.strict}
        return self._answers(LEAST).leaning(form["schema"], form["data"], patch, kept)

    def _afterwards(self, path: str, task: Mapping[str, Any], body: dict[str, Any], reply: Reply) -> None:
        assert {"task", "instance"} <= set(reply.body), self.told("the answer lacks task or instance")
        if "command_id" in body and self._now_and_then(0.4):
            again = self.expect(200, "POST", f"{path}/complete", body)
            assert again.body == reply.body, self.told("a repeated completion answered something else")
            other = self.expect(409, "POST", f"{path}/complete", {**body, "data": {}, "revision": 0})
            assert other.code == "command.reused", self.told("another body under a used id")
        if self._now_and_then(0.3):
            twice = self.expect(409, "POST", f"{path}/complete", {"data": {}, "command_id": self.new_id()})
            assert twice.code == "task.not_open", self.told("completed twice")
        if self._now_and_then(0.2):
            ended = self.all_items("/tasks", state="completed", case=task["case_number"])
            assert task["id"] in [one["id"] for one in ended], self.told("not among the completed tasks")

    def _answers(self, dense: float | None = None) -> Answers:
        chosen = self.rng.choice((LEAST, SOME, SOME, ALL)) if dense is None else dense
        return Answers(self.rng, self.upload, chosen if self.tricks else LEAST)

    def upload(self) -> str:
        """Store a small real file; its id."""
        name, data = sample(self.rng)
        reply = self.client.upload(name, data)
        assert reply.status == 201, self.told("a small real file was refused")
        assert reply.body["size"] == len(data), self.told("another size")
        if self._now_and_then(0.1):
            back = self.client.send("GET", f"/files/{reply.body['id']}", None, {})
            assert (back.status, back.body) == (200, data), self.told("the file comes back changed")
        return str(reply.body["id"])

    def new_id(self) -> str:
        self._commands += 1
        return f"driver-{self.seed}-{self.rng.getrandbits(48):x}-{self._commands}"[:64]

    def _maybe_id(self) -> dict[str, Any]:
        always = self.patience > 0
        return {"command_id": self.new_id()} if always or self.rng.random() < 0.6 else {}

    def _now_and_then(self, chance: float) -> bool:
        return self.tricks and self.rng.random() < chance

    def _check_end(self, instance: Mapping[str, Any]) -> None:
        assert instance["end_event"], self.told("completed without an end event")
        assert instance["ended_at"], self.told("completed without a time")
        assert instance["active"] == [], self.told("completed, yet something is active")
        assert self._tasks(instance) == [], self.told("completed, yet tasks are open")
        check_history(self, instance, self.completed.get(instance["id"], []))


def merge_whole(schema: Mapping[str, Any], data: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the form showed sent back, with the new answers in it; cleared fields as null."""
    whole: dict[str, Any] = merge(dict(schema), data, patch)
    return _with_nulls(whole, patch)


def _with_nulls(whole: dict[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in patch.items():
        if value is None:
            whole[name] = None
        elif isinstance(value, Mapping) and isinstance(whole.get(name), dict):
            _with_nulls(whole[name], value)
    return whole
