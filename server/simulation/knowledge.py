"""What people know about a complaint, and the numbers, names and pictures they put into forms."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from server.domain.working_time import rfc3339
from server.simulation.customers import Customer
from server.simulation.matter import Matter, complaint
from server.simulation.pictures import VARIANTS, drawn
from server.simulation.plots import Plot
from server.simulation.trades import phrase
from server.simulation.verdicts import shipments

if TYPE_CHECKING:
    from server.simulation.people import Person
    from server.simulation.world import World

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
    "revision": "R{}",
    "conveyance_no": "B-{:05}",
    "complaint_no": "KS-{:04}",
    "/customer/supplier_no": "S{:05}",
    "/product/drawing_index": "R{}",
}
"""Of papers, by pointer or name: what the number looks like."""


class Knowledge:
    """`done` counts the steps by element, those that a message ended among them. `unknown`: pointers of fields for
    which there is nothing.
    """

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
        self._pictures = rng.randrange(VARIANTS)
        self.unknown = self._not_told()
        self._values = self._known()

    def say(self, purpose: str) -> str:
        """A reason in the language of the complaint."""
        return phrase(self.language, purpose, "good", self.facts, self.rng)

    def known_value(self, at: str) -> Any:
        """None where people have to think of something."""
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
            "defective": rng.randint(1, 9) if at == f"/rollout/shipment_{shipments(self).bad}/defective" else 0,
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

    def name_for(self, at: str, person: "Person") -> str | None:
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
        most = 9 if pattern and pattern.startswith("R") else 9999
        return pattern.format(self.rng.randint(1, most)) if pattern else None

    def day_before(self) -> str:
        return self.date_text(-1)

    def date_text(self, days: int) -> str:
        """So many days from now, at the site."""
        return (self.world.today() + timedelta(days=days)).isoformat()

    def moment_text(self, ahead: timedelta) -> str:
        return rfc3339(self.world.now() + ahead)

    def _not_told(self) -> frozenset[str]:
        """Fields for which this complaint has nothing."""
        gone = {"/product/serial", "/product/purchased_on", "/product/quantity_returned"}
        if self.matter.article.power is None:
            gone |= {"/product/power_w", "/grading/mw", "/grading/defect_degree"}
        if self.plot.verdict != "quality":
            gone |= {"/product/quantity_defective", "/product/batch", "/problem/defect", "/problem/our_description"}
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
