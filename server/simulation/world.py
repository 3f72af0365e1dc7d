"""The factory at one moment: who is there, what is noted, which complaints live."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from server.simulation.agenda import Act, Agenda
from server.simulation.breakdowns import Breakdowns
from server.simulation.colleagues import COLLEAGUES
from server.simulation.happenings import HAPPENINGS
from server.simulation.machine import Machine
from server.simulation.office import Office
from server.simulation.people import Person, Staff

if TYPE_CHECKING:
    from server.casework.context import Context
    from server.clock import ManualClock
    from server.simulation.life import Life

Task = Mapping[str, Any]


WHAT_HAPPENS = {**HAPPENINGS, **COLLEAGUES}


class World:
    """What the lives of complaints share. `follow_up(life, filed)` gives birth to a complaint that follows another."""

    def __init__(
        self,
        *,
        clock: "ManualClock",
        office: Office,
        machine: Machine,
        breakdowns: Breakdowns,
        staff: Staff,
        rng: Random,
    ) -> None:
        self._clock = clock
        self.office, self.machine, self.breakdowns, self.staff, self.rng = office, machine, breakdowns, staff, rng
        self.agenda = Agenda()
        self.lives: list[Life] = []
        self.desk: Counter[str] = Counter()
        """What was done at the repair desk."""
        self.by_number: dict[str, Life] = {}
        self._waiting: dict[str, Life] = {}
        self._forms: dict[tuple[str, str], Mapping[str, Any]] = {}

    def enter(self, context: "Context", clock: "ManualClock") -> None:
        """Go on in another house, a copy of this one."""
        self._clock = clock
        self.office, self.machine = Office(context), Machine(context, clock)
        self._forms.clear()

    def now(self) -> datetime:
        return self._clock.now()

    def today(self) -> date:
        """At the site."""
        return self.now().astimezone(self.staff.zone).date()

    def born(self, life: "Life") -> None:
        self.lives.append(life)
        self.by_number[life.number] = life
        life.customer.complaints.append(life.number)

    def watch(self, life: "Life", waiting: bool) -> None:
        """Whether the complaint has no open task, so that only the machine can bring it on."""
        if waiting:
            self._waiting[life.number] = life
        else:
            self._waiting.pop(life.number, None)

    def look_around(self) -> None:
        """See what the machine has done for those that wait for it."""
        for _number, life in sorted(self._waiting.items()):
            life.look()

    def on_duty(self, group: str, rng: Random) -> Person:
        """Somebody of the group who is there."""
        return self.staff.doer({"groups": [group]}, self.now(), rng)

    def somebody(self) -> Person:
        return self.staff.of("sales")[0]

    def colleague(self, person: Person, task: Task, rng: Random) -> Person | None:
        """Another of the task's group, whom it can be handed to."""
        group = next(iter(task["groups"]), "")
        others = [each for each in self.staff.of(group) if each is not person and each.groups[0] == group]
        return rng.choice(others) if others else None

    def form(self, task: Task, person: Person, *, again: bool = False) -> Mapping[str, Any]:
        """The schema of the task's form, read once for each step."""
        key = (task["definition"], task["element_id"])
        if again or key not in self._forms:
            self._forms[key] = self.office.get(person.username, f"/tasks/{task['id']}")["form"]["schema"]
        return self._forms[key]

    def happening(self, name: str, life: "Life") -> Act:
        """What the agenda is to do; nothing once the complaint has ended, except that its trouble may be back."""

        def act() -> None:
            if not life.state or name == "recurrence":
                WHAT_HAPPENS[name](self, life)

        return act

    def older(self, life: "Life") -> "Life | None":
        """A complaint filed before: of the same customer if there is one, which has not ended as a duplicate."""
        before = [
            each
            for each in self.lives
            if each.number < life.number and each.state not in ("End_Duplicate", "cancelled")
        ]
        same = [each for each in before if each.customer is life.customer]
        return next(reversed(same or before), None)

    def follows(self, life: "Life", filed: Mapping[str, Any]) -> None:
        """A complaint has come back as another."""
        life.again(filed)
