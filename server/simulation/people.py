"""The people of the demo and their habits: how fast, how careful, at what hours, and when they are away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from random import Random
from typing import Any

from server.domain.working_time import WorkCalendar
from server.security.demo import DEMO_PEOPLE

MORNING = timedelta(minutes=20)
OUTSIDE = "admin"
"""Who hands in what comes from outside, as a customer's portal would by its token; and the repair desk."""
OWNER = "owner"


@dataclass(frozen=True)
class Person:
    """`pace`: 1 takes as long as most; `care`: how likely an optional field is filled; shares are chances."""

    username: str
    name: str
    groups: tuple[str, ...]
    pace: float
    care: float
    claims: float
    drafts: float
    forgets: float
    passes_on: float
    away: frozenset[date]


def hired(rng: Random, start: date, days: int) -> list[Person]:
    """Everybody who works on complaints, with the habits that this seed gives them."""
    found = []
    for demo in DEMO_PEOPLE:
        groups = tuple(group for group in demo.groups if group not in ("admin", "process_owner"))
        if demo.username in (OUTSIDE, OWNER):
            continue
        found.append(
            Person(
                username=demo.username,
                name=demo.display_name,
                groups=groups,
                pace=rng.uniform(0.65, 1.5),
                care=rng.uniform(0.25, 0.8),
                claims=rng.choice((0.02, 0.1, 0.3)),
                drafts=rng.choice((0.01, 0.03, 0.08)),
                forgets=rng.uniform(0.01, 0.035),
                passes_on=rng.uniform(0.0, 0.03),
                away=_absences(rng, start, days),
            )
        )
    return found


def _absences(rng: Random, start: date, days: int) -> frozenset[date]:
    """Holidays, illness and trips: two longer and some short ones a year."""
    lengths = [rng.randint(5, 9), rng.randint(3, 8), *(rng.randint(1, 3) for _ in range(rng.randint(2, 5)))]
    found: set[date] = set()
    for length in lengths:
        first = start + timedelta(days=rng.randrange(max(days, 1)))
        found |= {first + timedelta(days=day) for day in range(length)}
    return frozenset(found)


class Staff:
    """Who does a task, and when. `leads`: group -> who leads it."""

    def __init__(self, people: list[Person], calendar: WorkCalendar) -> None:
        self.people: Mapping[str, Person] = {person.username: person for person in people}
        self._calendar = calendar
        self._of_group: dict[str, list[Person]] = {}
        for person in people:
            for group in person.groups:
                self._of_group.setdefault(group, []).append(person)
        self.zone: tzinfo = calendar.zone

    def of(self, group: str) -> list[Person]:
        """Members, those of no higher group first."""
        return sorted(self._of_group.get(group, ()), key=lambda person: len(person.groups))

    def doer(self, task: Mapping[str, Any], at: datetime, rng: Random) -> Person:
        """Whom the task is meant for, else one of its group who is there; the whole house where it has no group."""
        meant = self.people.get(task.get("claimed_by") or task.get("assignee") or "")
        if meant is not None:
            return meant
        group = next(iter(task["groups"]), "")
        members = self.of(group) or list(self.people.values())
        own = [person for person in members if person.groups[0] == group] or members
        there = [person for person in own if self._day(at) not in person.away] or own
        return rng.choice(there)

    def moment(self, person: Person, now: datetime, due: datetime | None, rng: Random) -> tuple[datetime, bool]:
        """(when the person comes to a task that is due then, whether it was forgotten)."""
        hours = self._calendar.hours_between(now, due) if due is not None and due > now else 3.0
        forgotten = rng.random() < person.forgets
        share = rng.lognormvariate(-1.15, 0.5) * person.pace
        wait = min(max(hours, 0.3) * share, 120.0)
        if forgotten:
            wait = max(hours, 1.0) + rng.uniform(2, 46)
        return self.at_work(person, self.later(now, wait), rng), forgotten

    def later(self, now: datetime, hours: float) -> datetime:
        """So many working hours from now."""
        return self._calendar.add_hours(now, hours)

    def at_work(self, person: Person, at: datetime, rng: Random) -> datetime:
        """`at`, or when the person is there again; a few odd seconds keep people apart."""
        odd = timedelta(seconds=rng.randrange(1, 240), microseconds=rng.randrange(1, 1_000_000))
        while self._day(at) in person.away:
            at = self._calendar.add_days(at, 1)
        return at + odd

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()
