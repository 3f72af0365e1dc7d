"""A year of the factory, from the first call to the day it is looked at: seeded, over the public API."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from server.casework.calendars import calendar_of
from server.clock import ManualClock
from server.simulation.breakdowns import Breakdowns
from server.simulation.customers import Customer, won
from server.simulation.fates import Fates
from server.simulation.life import Life
from server.simulation.machine import Machine
from server.simulation.matter import drawn
from server.simulation.office import Office
from server.simulation.people import OUTSIDE, Staff, hired
from server.simulation.plots import Plot
from server.simulation.recipes import LIES, OVERDUE, STEPS, leading_to
from server.simulation.repair_desk import REPAIR_HOUR, repair
from server.simulation.site import review_procedure, set_calendar
from server.simulation.ways import every_way
from server.simulation.world import World

if TYPE_CHECKING:
    from server.casework.context import Context

DAYS = 365
OPEN_DAYS = 60
"""Complaints that are to lie open at the end came in at most so many days before it, where their step allows."""
SETTLED = 110
"""Days after which nearly all have come to their end, whatever was met on the way."""


@dataclass(frozen=True)
class Plan:
    """`complaints` come in over the year; `open` more lie open at the end, at all steps; `until` ends the year.

    One of `rare` complaints goes a rare way; a job fails at least once with the chance `breakdown`. `reviewed`: the
    procedure is published anew in between, and open complaints are brought over. In the last `calm` days nobody calls.
    With `ways` as many more complaints come as it takes to go every way through the process. `half` 0 or 1: only the
    first or the last half of them comes, for two who play the same year side by side; the trouble of those in the first
    does not come back, so that it is known beforehand how many numbers they take.
    """

    seed: str
    complaints: int
    until: datetime
    open: int = 0
    days: int = DAYS
    rare: int = 6
    breakdown: float = 0.03
    reviewed: bool = True
    calm: int = 0
    ways: bool = False
    half: int | None = None


Progress = Callable[[int, int], None]


@dataclass
class _Arrival:
    moment: datetime
    customer: Customer
    plot: Plot
    rng: Random


class Year:
    """`context` has a ManualClock that stands at the year's beginning, and its house is prepared with the demo."""

    def __init__(self, context: "Context", plan: Plan, progress: Progress | None = None) -> None:
        clock = context.clock
        if not isinstance(clock, ManualClock):
            raise TypeError("a year needs a clock that is moved by hand")
        self._clock, self._plan, self._progress = clock, plan, progress
        rng = Random(plan.seed)
        self._rng = rng
        breakdowns = Breakdowns(context.topics, str(rng.getrandbits(64)), plan.breakdown)
        context.topics = breakdowns
        office = Office(context)
        site = office.get(OUTSIDE, "/calendar")
        calendar = calendar_of(context.settings.zone, site)
        people = hired(rng, clock.now().date(), plan.days)
        self.world = World(
            clock=clock,
            office=office,
            machine=Machine(context, clock),
            breakdowns=breakdowns,
            staff=Staff(people, calendar),
            rng=rng,
        )
        self._customers = won(rng, max(8, self.total // 6))
        self._fates = Fates(Random(rng.getrandbits(64)), plan.rare)
        self._came = 0
        self._arriving: list[_Arrival] = []
        self._arrivals()
        self.others: list[datetime] = []
        """When those come whom somebody else plays."""
        if plan.half is not None:
            self._share(plan.half)

    @property
    def total(self) -> int:
        return self._plan.complaints + self._plan.open + (sum(map(len, every_way())) if self._plan.ways else 0)

    def run(self) -> None:
        """Play it to the end. Raises Unexpected when the product refuses what it should not."""
        for each in self._arriving:
            self.world.agenda.note(each.moment, partial(self._calls, each))
        self._site()
        world, until = self.world, self._plan.until
        while True:
            due, noted = world.machine.next_at(), world.agenda.next_at()
            at = min((each for each in (due, noted) if each is not None), default=until)
            if at >= until:
                break
            self._clock.advance(max(at - self._clock.now(), timedelta()))
            if due is not None and due <= at:
                if world.machine.tick():
                    world.look_around()
            else:
                world.agenda.take()()
        self._clock.advance(until - self._clock.now())
        world.machine.tick()

    def _arrivals(self) -> None:
        """Who complains when; each complaint has dice of its own, so that one changes nothing for another."""
        rng, plan = self._rng, self._plan
        start = self._clock.now()
        moments = sorted(start + timedelta(days=plan.days - plan.calm) * rng.random() for _ in range(plan.complaints))
        late = plan.until - timedelta(days=min(SETTLED, plan.days / 3))
        for moment in moments:
            self._note(moment, self._fates.next(late=moment > late))
        if plan.ways:
            self._arrivals_of_every_way()
        steps = list(STEPS)
        for place in range(plan.open):
            step = steps[place % len(steps)]
            least = LIES.get(step, OVERDUE)
            days = min(rng.uniform(least, max(OPEN_DAYS, least + 10)), plan.days)
            self._note(plan.until - timedelta(days=days), leading_to(step, rng, varied=place >= len(steps)))

    def _arrivals_of_every_way(self) -> None:
        """The more rounds a complaint has before it, the earlier in the year it comes."""
        rng, start, days = self._rng, self._clock.now(), self._plan.days
        for plot in (plot for turn in every_way() for plot in turn):
            # What is merged needs one that came before it.
            share = rng.uniform(0.1 if plot.outside else 0.01, 0.72 - 0.13 * (plot.haste - 1))
            self._note(start + timedelta(days=days * share), plot)

    def _note(self, moment: datetime, plot: Plot) -> None:
        rng = Random(self._rng.getrandbits(64))
        customer = self._rng.choices(self._customers, [each.weight for each in self._customers])[0]
        self._arriving.append(_Arrival(moment, customer, plot, rng))

    def _share(self, half: int) -> None:
        arriving = sorted(self._arriving, key=lambda each: each.moment)
        middle = len(arriving) // 2
        shares = arriving[:middle], arriving[middle:]
        if half == 0:
            for each in shares[0]:
                each.plot = replace(each.plot, comes_back=False)
        self._arriving, self.others = shares[half], [each.moment for each in shares[1 - half]]

    def _calls(self, arrival: "_Arrival") -> None:
        """The customer calls or writes; outside working hours somebody sees to it the next morning."""
        customer, plot, moment, rng = arrival.customer, arrival.plot, arrival.moment, arrival.rng
        life = Life(self.world, customer, plot, drawn(customer, plot, self.world.today(), rng), rng)
        if life.channel in ("web", "api"):
            self._filed(life, moment)
            return
        at = self.world.staff.later(moment, rng.uniform(0.05, 0.6))
        self.world.agenda.note(at, lambda: self._filed(life, moment))

    def _filed(self, life: Life, received_at: datetime) -> None:
        life.file(received_at)
        self._came += 1
        if self._progress is not None:
            self._progress(self._came, self.total)

    def _site(self) -> None:
        """What the house itself does in a year: repairs each morning, a new calendar, the procedure looked at."""
        start, days = self._clock.now(), self._plan.days
        for day in range(days):
            self.world.agenda.note(start + timedelta(days=day) + REPAIR_HOUR, lambda: repair(self.world))
        for share in (0.3, 0.72):
            self.world.agenda.note(start + timedelta(days=days * share), lambda: set_calendar(self.world))
        if self._plan.reviewed:
            self.world.agenda.note(start + timedelta(days=days * 0.6), lambda: review_procedure(self.world))


def beginning(until: datetime, days: int = DAYS) -> datetime:
    """When a year that ends then begins."""
    return until.astimezone(UTC) - timedelta(days=days)
