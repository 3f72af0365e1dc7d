"""One complaint from the call to the archive: what people do about it, and when."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from server.simulation.answers import Pen
from server.simulation.customers import Customer
from server.simulation.matter import Matter, complaint
from server.simulation.office import Reply, Unexpected
from server.simulation.outside import WAITS, told_by_message
from server.simulation.people import OUTSIDE, Person
from server.simulation.pictures import VARIANTS, drawn
from server.simulation.plots import Plot

if TYPE_CHECKING:
    from server.simulation.world import World

Task = Mapping[str, Any]
SENDING_BACK = "send_back"
"""The one thing of a plot's happenings that somebody does instead of a step."""
WRITTEN = ("email", "web", "letter", "fax", "api")
THE_CUSTOMERS = frozenset({"/answer/answered_by", "/closing/told_by", "/archive/accepted_by"})
OUR_PEOPLE = frozenset({"leader", "chair", "by", "responsible", "people", "trainer", "keeper", "attendees"})
TEAM_MEMBER = "/team/members/*/name"
FUNCTIONS = {
    "zh-CN": ("品质工程师", "模具工程师", "工艺员", "班长", "客服专员"),
    "en": ("quality engineer", "tool engineer", "process engineer", "shift leader", "customer service"),
}
NUMBERS = {
    "slip_no": "TH-{:04}",
    "number": "SH-{:05}",
    "/eight_d/number": "8D-{:04}",
    "/rollout/prevention/*/number": "QP-{:04}",
    "revision": "R{:02}",
    "conveyance_no": "B-{:05}",
    "complaint_no": "KS-{:04}",
    "/customer/supplier_no": "S{:05}",
    "/product/drawing_index": "R{:02}",
}
"""Of papers, by pointer or name: what the number looks like."""
GONE = frozenset({"task.not_open", "not_found.task", "instance.ended"})
"""Refusals that only say that something else came first."""


class Life:
    """`done` counts the steps by element, those that a message ended among them."""

    def __init__(self, world: "World", customer: Customer, plot: Plot, matter: Matter, rng: Random) -> None:
        self.world: World = world
        self.customer: Customer = customer
        self.plot: Plot = plot
        self.matter: Matter = matter
        self.rng: Random = rng
        self.language: str = customer.language
        self.facts: Mapping[str, str] = matter.facts
        self.channel: str = "authority" if plot.passed_on else customer.channel(rng)
        self.done: Counter[str] = Counter()
        self.steps = 0
        self.number = self.instance_id = self.state = ""
        self._haste = 8 if plot.stops_at else 1
        """So many times faster than others it is brought to where it is to lie."""
        self._lies = False
        """Nobody does anything about it any more."""
        self._seen: set[str] = set()
        self._open: dict[str, str] = {}
        """Element by id of the tasks that were open when they were last looked at."""
        self._to_come = {name: rng.randint(1, 12) for name in plot.happenings}
        if plot.outside:
            self._to_come[plot.outside] = plot.outside_after
        self._pictures = rng.randrange(VARIANTS)
        self.unknown = self._not_told()
        self._values = self._known()

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
            body["received_at"] = _rfc3339(received_at)
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
                at = self.world.staff.later(self.world.now(), self.rng.uniform(0.2, 9))
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
        if wait is not None and rng.random() < self.plot.told:
            days = rng.uniform(*wait.days) / self._haste
            at = now + timedelta(days=days, seconds=rng.random())
            self.world.agenda.note(at, lambda: self._told(task))
            return
        person = self.world.staff.doer(task, now, rng)
        due = datetime.fromisoformat(task["due_at"]) if task["due_at"] else None
        at, _forgotten = self.world.staff.moment(person, now, due, rng)
        if wait is not None:
            at = self.world.staff.at_work(person, self.world.staff.later(now, 8 * rng.uniform(*wait.days)), rng)
        at = now + (at - now) / self._haste
        self.world.agenda.note(at, lambda: self._come_to(task, person))

    def _told(self, task: Task) -> None:
        """The customer, a carrier or an authority tells by himself what the task would have asked."""
        if self._lies:
            return
        name, payload = told_by_message(task["element_id"], self, Pen(self, self.world.somebody()))
        body = {"name": name, "correlation": {"number": self.number}, "payload": payload}
        self._after(self.world.office.try_("POST", OUTSIDE, "/messages", body), task, "told")

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
        self._after(reply, task, person.username)

    def _corrected(self, task: Task, person: Person, refused: Reply) -> Reply:
        """Read what is wrong, read the form again, and fill in what it says."""
        schema = self.world.form(task, person, again=True)
        data = Pen(self, person).fill(schema)
        for each in refused.body["error"].get("details", ()):
            _set(data, schema, each["field"], Pen(self, person))
        return self.world.office.try_("POST", person.username, f"/tasks/{task['id']}/complete", {"data": data})

    def _after(self, reply: Reply, task: Task, who: str) -> None:
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

    # What people know and write

    def say(self, purpose: str) -> str:
        """A reason in the language of the complaint."""
        return self.world.say(purpose, self)

    def known_value(self, at: str) -> Any:
        return self._values.get(at)

    def picture(self, who: str) -> str:
        """The id of a picture of the defect that this person has taken."""
        self._pictures = (self._pictures + 1) % VARIANTS
        data = drawn(self.matter.motif, self._pictures)
        return self.world.office.upload(who, f"{self.matter.motif}-{self._pictures + 1}.png", data, "image/png")

    def kind_of(self, at: str, constants: list[Any]) -> Any:
        """The choice that the matter itself gives; None leaves it to the dice."""
        about = {
            "/classification/kind": self.matter.kind,
            "/problem/kind": self.matter.where,
            "/root_cause/category": self.matter.category,
            "/root_cause/candidates/*/category": self.matter.category if self.rng.random() < 0.4 else None,
        }
        return about[at] if about.get(at) in constants else None

    def amount(self, at: str) -> float:
        """A number for the field at the pointer."""
        name = at.rpartition("/")[2]
        bad, rng = self.matter.bad, self.rng
        if at == "/plan/cost":
            return rng.uniform(120_000, 900_000) if self.plot.dear else rng.uniform(500, 60_000)
        amounts = {
            "quantity": bad,
            "counted": bad,
            "ok": bad - bad // 10,
            "nok": bad // 10,
            "defective": 3 if self.plot.shipments else 0,
            "checked": self.matter.total,
            "sample": 200,
            "effectiveness": 100,
            "expected_effect": rng.choice((50, 80, 100)),
            "share": rng.choice((60, 80, 100)),
            "cost": self.matter.cost * rng.uniform(0.7, 1.2),
            "amount": self.matter.cost,
            "time_spent": rng.choice((0.5, 1, 2, 4, 6)),
            "score": rng.randint(3, 5),
        }
        return float(amounts.get(name, rng.randint(1, 20)))

    def name_for(self, at: str, person: Person) -> str | None:
        """Names and numbers that are no phrases; None when it takes one."""
        name = at.rpartition("/")[2]
        if at in THE_CUSTOMERS or (name == "name" and at != TEAM_MEMBER):
            return self.customer.contact
        if at == "/assignment/person":
            return self.world.on_duty("quality", self.rng).username
        if at in ("/team/sponsor", "/assignment/report_to"):
            return self.world.staff.people["manager"].name
        if at == TEAM_MEMBER:
            return self.rng.choice(list(self.world.staff.people.values())).name
        if name.endswith("_by") or name in OUR_PEOPLE:
            return person.name
        if name == "function":
            return self.rng.choice(FUNCTIONS[self.language])
        pattern = NUMBERS.get(at) or NUMBERS.get(name)
        return pattern.format(self.rng.randint(1, 9999)) if pattern else None

    def day_before(self) -> str:
        return self.date_text(-1)

    def date_text(self, days: int) -> str:
        """So many days from now, at the site."""
        return (self.world.today() + timedelta(days=days)).isoformat()

    def moment_text(self, ahead: timedelta) -> str:
        return _rfc3339(self.world.now() + ahead)

    def _not_told(self) -> frozenset[str]:
        """Fields for which this complaint has nothing."""
        gone = {"/product/serial", "/product/purchased_on", "/product/quantity_returned"}
        if self.matter.article.power is None:
            gone |= {"/product/power_w", "/grading/mw", "/grading/defect_degree"}
        if self.plot.verdict != "quality":
            gone |= {"/product/quantity_defective", "/product/batch"}
        if self.customer.email is None:
            gone.add("/customer/email")
        return frozenset(gone)

    def _known(self) -> Mapping[str, Any]:
        matter, customer, article = self.matter, self.customer, self.matter.article
        values: dict[str, Any] = {
            "/customer/name": customer.name,
            "/customer/contact": customer.contact,
            "/customer/phone": customer.phone,
            "/customer/email": customer.email,
            "/customer/language": customer.language,
            "/customer/number": f"C{customer.number:04}",
            "/problem/description": complaint(customer, matter, self.plot, self.rng),
            "/problem/defect": matter.about["name"],
            "/product/name": article.names[customer.language],
            "/product/part_no": article.part_no,
            "/product/customer_part_no": article.customer_part_no,
            "/product/batch": matter.lot,
            "/product/order_no": matter.order_no,
            "/product/delivered_on": matter.delivered.isoformat(),
            "/product/quantity_delivered": matter.total,
            "/product/quantity_defective": matter.bad,
            "/product/power_w": article.power,
            "/grading/cost": matter.cost,
        }
        return {at: value for at, value in values.items() if at not in self.unknown}


def _set(data: dict[str, Any], schema: Mapping[str, Any], field: str, pen: Pen) -> None:
    """A value for the field that was found missing or wrong."""
    names = field.split("/")[1:]
    here, part = data, schema
    for name in names[:-1]:
        here = here.setdefault(name, {})
        part = part["properties"][name]
    here[names[-1]] = pen.value(part["properties"][names[-1]], field)


def _rfc3339(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
