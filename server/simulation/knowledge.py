"""What people know about a complaint, and the numbers, names and pictures they put into forms."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from server.domain.working_time import rfc3339
from server.simulation.customers import Customer
from server.simulation.matter import Matter, complaint
from server.simulation.money import Money
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
NOBODY_ASKS = ("/team/members/*/phone", "/team/members/*/email", "/closing/text")
DEPARTMENTS: Mapping[str, tuple[str, ...]] = {
    "man": ("production", "quality"),
    "machine": ("engineering", "production"),
    "material": ("purchasing", "quality"),
    "method": ("production", "engineering", "quality"),
    "environment": ("production", "engineering"),
    "measurement": ("quality", "engineering"),
    "design": ("engineering", "quality"),
}
"""Whose work it was, by the kind of the cause, the likeliest first."""
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
        if plot.alone and not plot.passed_on and self.channel == "authority":  # it would have to be signed
            self.channel = "phone"
        self.done: Counter[str] = Counter()
        self.money = Money()
        self.referred_as: str = ""
        """The kind of a referral, where somebody has said it."""
        self._pictures = rng.randrange(VARIANTS)
        self.unknown = self._not_told()
        self._values = self._known()

    def say(self, purpose: str, mood: str = "good") -> str:
        """A reason in the language of the complaint."""
        return phrase(self.language, purpose, mood, self.facts, self.rng)

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
            "/cause/side": self._side() if at == "/cause/side" else None,
            "/cause/responsible": self._responsible() if at == "/cause/responsible" else None,
        }
        return about[at] if about.get(at) in constants else None

    def _side(self) -> str:
        """Whose trouble it is, as the whole procedure is gone through: mostly ours."""
        supplied = self.matter.category == "material" and self.rng.random() < 0.5
        return "supplier" if supplied else self.rng.choices(("ours", "both", "external"), (88, 10, 2))[0]

    def _responsible(self) -> str:
        likely = DEPARTMENTS[self.matter.category]
        return self.rng.choices(likely, range(len(likely) + 1, 1, -1))[0]

    def amount(self, at: str) -> float:
        """A number for the field at the pointer."""
        name = at.rpartition("/")[2]
        bad, rng = self.matter.bad, self.rng
        if at.startswith("/costs/"):
            return self.money.spent(self, at)
        if at == "/plan/cost":
            return round(rng.uniform(120_000, 900_000) if self.plot.dear else rng.uniform(500, 60_000), -2)
        looked_at = {
            "/sorting/": self.matter.total,
            "/on_site/": self.matter.total,
            "/quarantine/": round(self.matter.total * rng.uniform(0.05, 0.7)),
            "/implementation/": round(self.matter.total * rng.uniform(0.1, 1.0)),
            "/rollout/": round(self.matter.total * rng.uniform(0.4, 1.2)),
        }
        quantity = next((many for group, many in looked_at.items() if at.startswith(group)), bad)
        nok = bad if quantity > bad else bad // 10
        amounts = {
            "quantity": max(quantity, 1),
            "counted": bad,
            "ok": max(quantity, 1) - nok,
            "nok": nok,
            "defective": rng.randint(1, 9) if at == f"/rollout/shipment_{shipments(self).bad}/defective" else 0,
            "checked": max(round(self.matter.total * rng.uniform(0.2, 1.0)), bad),
            "sample": 200,
            "effectiveness": 100,
            "expected_effect": rng.choice((50, 80, 100)),
            "share": rng.choice((60, 80, 100)),
            "cost": round(self.matter.cost * rng.uniform(0.7, 1.2), -1),
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
        if name.endswith("_by") or name in OUR_PEOPLE:
            return person.name
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
        gone = {"/product/serial", "/product/purchased_on", "/product/quantity_returned", *NOBODY_ASKS}
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
