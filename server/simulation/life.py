"""One complaint from the call to the archive: what people do about it, and when."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from server.simulation.answers import Pen
from server.simulation.customers import Customer
from server.simulation.knowledge import Knowledge
from server.simulation.matter import Matter
from server.simulation.office import Reply, Unexpected
from server.simulation.outside import WAITS, tells, told_by_message
from server.simulation.people import OUTSIDE, Person
from server.simulation.plots import Plot

if TYPE_CHECKING:
    from server.simulation.world import World

Task = Mapping[str, Any]
SENDING_BACK = "send_back"
"""The one thing of a plot's happenings that somebody does instead of a step."""
WRITTEN = ("email", "web", "letter", "fax", "api")
GONE = frozenset({"task.not_open", "not_found.task", "instance.ended"})
"""Refusals that only say that something else came first."""


class Life(Knowledge):
    """`state` is empty while the complaint is open: then its end event, or what the instance says."""

    def __init__(self, world: "World", customer: Customer, plot: Plot, matter: Matter, rng: Random) -> None:
        super().__init__(world, customer, plot, matter, rng)
        self.steps = 0
        self.tried: Counter[str] = Counter()
        """How often something that colleagues ask of one another came too early or too late."""
        self.number = self.instance_id = self.state = ""
        self._lies = False
        """Nobody does anything about it any more."""
        self._seen: set[str] = set()
        self._open: dict[str, str] = {}
        """Element by id of the tasks that were open when they were last looked at."""
        self._to_come = {name: rng.randint(1, 12) for name in plot.happenings}
        if plot.outside:
            self._to_come[plot.outside] = plot.outside_after

    # What is filed

    def file(self, received_at: datetime) -> None:
        """The call comes in; whoever takes it writes it down."""
        who = OUTSIDE if self.channel in ("web", "api") else self.world.on_duty("sales", self.rng).username
        fields = {
            "customer": self._picked("customer", ("name", "contact", "phone", "email", "language")),
            "problem": {"description": self._values["/problem/description"]},
            "product": self._picked("product", ("name", "part_no", "order_no", "quantity_defective")),
        }
        if self.channel in WRITTEN and self.rng.random() < 0.3:
            fields["problem"]["photos"] = [self.picture(who)]
        body: dict[str, Any] = {"channel": self.channel, "fields": fields}
        if received_at < self.world.now():
            body["received_at"] = exact(received_at)
        self.found(self.world.office.send(who, "/complaints", body))

    def found(self, filed: Mapping[str, Any]) -> None:
        """The complaint exists; `filed` is what filing answers."""
        self.number, self.instance_id = filed["number"], filed["instance_id"]
        self.world.born(self)
        self.moved()

    def again(self, filed: Mapping[str, Any]) -> None:
        """The trouble came back: another complaint about the same, which now goes well."""
        rng = Random(self.rng.getrandbits(64))
        Life(self.world, self.customer, Plot(method=self.plot.method), self.matter, rng).found(filed)

    def _picked(self, group: str, names: tuple[str, ...]) -> dict[str, Any]:
        values = {name: self._values.get(f"/{group}/{name}") for name in names}
        kept = {name: value for name, value in values.items() if value is not None}
        return {name: value for name, value in kept.items() if name in ("name", "email") or self.rng.random() < 0.75}

    # What happens

    def moved(self, instance: Task | None = None) -> None:
        """Something was done: jobs run, new tasks are seen, and what else is to happen is noted.

        `instance` is what a call answered about it; nobody looks where it tells that nothing is new.
        """
        ran = self.world.machine.run_jobs()
        if ran or instance is None or not self._knows_all(instance):
            self.look()
        for name, after in sorted(self._to_come.items()):
            if name != SENDING_BACK and self.steps >= after and not self.state and not self._lies:
                del self._to_come[name]
                at = self.world.staff.later(self.world.now(), self.rng.uniform(0.2, 9) / self.plot.haste)
                self.world.agenda.note(at, self.world.happening(name, self))

    def _knows_all(self, instance: Task) -> bool:
        """Whether the process waits for nothing but tasks that were seen before."""
        active = [step["element_id"] for step in instance["active"] if step["kind"] == "user_task"]
        return bool(active) and sorted(active) == sorted(self._open.values())

    def look(self) -> None:
        """See which tasks are open now and plan the new ones."""
        items = self.world.office.get(OUTSIDE, "/tasks", case=self.number, limit=100)["items"]
        self._open = {task["id"]: task["element_id"] for task in items}
        self.world.watch(self, not items)
        if not items:
            instance = self.world.office.get(OUTSIDE, f"/instances/{self.instance_id}")
            if instance["state"] in ("completed", "cancelled"):
                self._ended(instance)
        for task in sorted(items, key=lambda each: (each["created_at"], each["element_id"])):
            if task["id"] not in self._seen:
                self._seen.add(task["id"])
                self._plan(task)

    def _ended(self, instance: Task) -> None:
        self.state = instance["end_event"] or instance["state"]
        self.world.watch(self, False)
        if self.plot.comes_back and self.state == "End_Archived":
            days = self.rng.uniform(10, 45)
            self.world.agenda.note(self.world.now() + timedelta(days=days), self.world.happening("recurrence", self))

    def _plan(self, task: Task) -> None:
        element = task["element_id"]
        if element == self.plot.stops_at:
            self._lies = True
        if self._lies:
            return
        now, rng = self.world.now(), self.rng
        wait = WAITS.get(element)
        if wait is not None and tells(element, self):
            days = rng.uniform(*wait.days) / self.plot.haste
            at = now + timedelta(days=days, seconds=rng.random())
            self.world.agenda.note(at, lambda: self._told(task))
            return
        person = self.world.staff.doer(task, now, rng)
        due = datetime.fromisoformat(task["due_at"]) if task["due_at"] else None
        at, _forgotten = self.world.staff.moment(person, now, due, rng)
        if wait is not None:
            at = self.world.staff.at_work(person, self.world.staff.later(now, 8 * rng.uniform(*wait.days)), rng)
        at = now + (at - now) / self.plot.haste
        self.world.agenda.note(at, lambda: self._come_to(task, person))

    def _told(self, task: Task) -> None:
        """The customer, a carrier or an authority tells by himself what the task would have asked."""
        if self._lies:
            return
        name, payload = told_by_message(task["element_id"], self, Pen(self, self.world.somebody()))
        body = {"name": name, "correlation": {"number": self.number}, "payload": payload}
        self.after(self.world.office.try_("POST", OUTSIDE, "/messages", body), task, "told")

    def _come_to(self, task: Task, person: Person) -> None:
        """The person opens the task: to hand it on, to send it back, to begin, or to get it done."""
        rng, office, path = self.rng, self.world.office, f"/tasks/{task['id']}"
        if self.state or self._lies:
            return
        if SENDING_BACK in self._to_come and self._sends_back(task, person):
            return
        if rng.random() < person.passes_on and not task.get("assignee"):
            other = self.world.colleague(person, task, rng)
            if other is not None:
                body = {"to": other.username, "reason": self.say("transfer")}
                if office.try_("POST", person.username, f"{path}/transfer", body).status == 200:
                    person = other
        begun = rng.random() < person.claims
        if begun:
            reply = office.try_("POST", person.username, f"{path}/claim")
            if reply.code in GONE:
                self.look()
                return
            if rng.random() < 0.12:
                office.try_("POST", person.username, f"{path}/unclaim")
        if begun or rng.random() < person.drafts:
            if rng.random() < 0.4:
                schema = self.world.form(task, person)
                office.try_("POST", person.username, f"{path}/draft", {"data": Pen(self, person).fill(schema)})
            at = self.world.staff.later(self.world.now(), rng.uniform(0.1, 1.5))
            self.world.agenda.note(at, lambda: self._complete(task, person))
        else:
            self._complete(task, person)

    def _sends_back(self, task: Task, person: Person) -> bool:
        detail = self.world.office.try_("GET", person.username, f"/tasks/{task['id']}")
        if detail.status != 200 or "send_back" not in detail.body["actions"] or not self.done["record"]:
            return False
        del self._to_come[SENDING_BACK]
        body = {"reason": self.say("send_back")}
        reply = self.world.office.try_("POST", person.username, f"/tasks/{task['id']}/send-back", body)
        if reply.status != 200:
            return False
        self.steps += 1
        self.moved()
        return True

    def _complete(self, task: Task, person: Person) -> None:
        if self.state or self._lies:
            return
        data = Pen(self, person).fill(self.world.form(task, person))
        reply = self.world.office.try_("POST", person.username, f"/tasks/{task['id']}/complete", {"data": data})
        if reply.code == "case.invalid":
            reply = self._corrected(task, person, reply)
        self.after(reply, task, person.username)

    def _corrected(self, task: Task, person: Person, refused: Reply) -> Reply:
        """Read what is wrong, read the form again, and fill in what it says."""
        schema = self.world.form(task, person, again=True)
        data = Pen(self, person).fill(schema)
        for each in refused.body["error"].get("details", ()):
            _set(data, schema, each["field"], Pen(self, person))
        return self.world.office.try_("POST", person.username, f"/tasks/{task['id']}/complete", {"data": data})

    def after(self, reply: Reply, task: Task, who: str) -> None:
        if reply.status == 200:
            self.done[task["element_id"]] += 1
            self.steps += 1
            self._open.pop(task["id"], None)
            self.moved(reply.body.get("instance"))
        elif reply.code in GONE or reply.code == "not_found.message":
            self.look()
        elif reply.code in ("instance.suspended", "task.claimed"):
            at = self.world.staff.later(self.world.now(), self.rng.uniform(4, 12))
            self._seen.discard(task["id"])
            self.world.agenda.note(at, self.look)
        else:
            raise Unexpected(f"{self.number} at {task['element_id']} by {who}: {reply.body}")

    def work_on(self) -> str:
        """Whatever the plot says: have one of the open tasks done now, in anybody's place; its element.

        Raises Unexpected when there is none, or when the process does not take it.
        """
        office = self.world.office
        items = office.get(OUTSIDE, "/tasks", case=self.number, limit=100)["items"]
        if not items:
            raise Unexpected(f"{self.number} has no open task")
        task = min(items, key=lambda each: each["element_id"])
        form = office.get(OUTSIDE, f"/tasks/{task['id']}")["form"]
        person = self.world.staff.doer(task, self.world.now(), self.rng)
        pen = Pen(self, person, sent_by=OUTSIDE)
        office.send(OUTSIDE, f"/tasks/{task['id']}/complete", {"data": pen.fill(form["schema"])})
        self.world.machine.run_jobs()
        return str(task["element_id"])


def _set(data: dict[str, Any], schema: Mapping[str, Any], field: str, pen: Pen) -> None:
    """A value for the field that was found missing or wrong."""
    names = field.split("/")[1:]
    here, part = data, schema
    for name in names[:-1]:
        here = here.setdefault(name, {})
        part = part["properties"][name]
    here[names[-1]] = pen.value(part["properties"][names[-1]], field)


def exact(at: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond."""
    return at.isoformat().replace("+00:00", "Z")
