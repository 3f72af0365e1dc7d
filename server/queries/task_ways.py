"""The ways by which the task list reaches its tasks: each is one stretch of an index, in the order of the list.

What somebody may see grows with the house, a page does not. So a view is walked along an index and left when the page
is full; and what few complaints have (a number, a customer, a word) is looked up first, when at most FEW have it. What
more than FEW have is met soon on a walk. A walk that meets too little ends after LOOKED_THROUGH tasks, and the next
page goes on there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from server.domain.desk_search import runs_of
from server.persistence.models import CaseFile, DeskEntry, DeskRun, UserTask
from server.queries.task_filters import Asked, TaskFilter
from server.security.actor import Actor

FEW = 240
LOOKED_THROUGH = 240
MOST_PROBES = 6
VERY_FEW = 60
"""So few that no other filter is asked whether it leaves fewer."""
PERSONAL = ("assignee_id", "escalated_to", "delegated_by", "claimed_for")
HELD = "claimed_by"
"""By whom it is held; what somebody holds for another is not his own."""


@dataclass(frozen=True)
class Way:
    """A stretch of an index. `kind` says which (see `_clause`), `column` whose it is when it is a person's."""

    kind: str
    column: str = ""
    values: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Probe:
    """A way that is perhaps short, with what has to be gone beside it."""

    way: Way
    beside: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Belongs:
    """Whose tasks a view has: of these groups, or meant for, held by or gone up to these people. None: everybody's."""

    groups: tuple[str, ...]
    people: tuple[int, ...]


@dataclass(frozen=True)
class Route:
    """Ways that together have all that is asked for. `is_walk`: they may be long; a few looked up are not. `implied`:
    the filters that all on the ways fit, `view` for the view itself.
    """

    ways: tuple[Way, ...]
    is_walk: bool = False
    implied: frozenset[str] = frozenset()


def belongs_of(view: str, actor: Actor) -> Belongs | None:
    """Who may do every task has all the groups' tasks to do."""
    if view == "mine":
        return Belongs((), (actor.user_id,))
    if view == "substitutes":
        groups = frozenset[str]().union(*(each.groups for each in actor.stands_in)) - actor.groups
        return Belongs(tuple(sorted(groups)), tuple(actor.selves[1:]))
    if view == "groups" and not actor.may("task.complete_any"):
        return Belongs(tuple(sorted(actor.reach)), tuple(actor.selves))
    return None


def is_theirs(belongs: bool) -> list[ColumnElement[bool]]:
    """The condition of a view whose ways are not walked."""
    if not belongs:
        return []
    people = bindparam("people", type_=UserTask.__table__.c.assignee_id.type, expanding=True)
    own = [getattr(UserTask, name).in_(people) for name in PERSONAL]
    held = (UserTask.claimed_by.in_(people)) & UserTask.claimed_for.is_(None)
    return [or_(UserTask.candidate_group.in_(bindparam("groups", expanding=True)), held, *own)]


def route_of(connection: Connection, actor: Actor, wanted: TaskFilter, asked: Asked) -> Route:
    """The shortest way to what is asked for."""
    if "case" in asked.names:
        return Route((_among(connection, _NUMBERED, {"key": asked.values["case"]}),))
    few = _few(connection, asked) if wanted.state == "open" else None
    if few is not None:
        return Route(few)
    if "assignee" in asked.names:
        key = {"key": asked.values["person"]}
        names = ("assignee_id", HELD)
        return Route(tuple(Way("person", name, key) for name in names), True, frozenset({"assignee"}))
    belongs = belongs_of(wanted.view, actor)
    sites = sorted(actor.sites)
    group = asked.values.get("group")
    if belongs is None and group:
        ways = tuple(Way("group", "", {"site": site, "key": group}) for site in sites)
        return Route(ways, True, frozenset({"group", "view"}))
    if belongs is None:
        return Route(tuple(Way("site", "", {"site": site}) for site in sites), True, frozenset({"view"}))
    groups = [Way("group", "", {"site": site, "key": key}) for site in sites for key in belongs.groups]
    people = [
        Way("held" if name == HELD else "person", name, {"key": person})
        for person in belongs.people
        for name in (*PERSONAL, HELD)
    ]
    return Route((*groups, *people), True, frozenset({"view"}))


def _few(connection: Connection, asked: Asked) -> tuple[Way, ...] | None:
    """Ways to the few that one of the filters leaves, by the one that leaves the fewest; None when none leaves few."""
    first, rest = _probes(connection, asked)
    counts = _counts(connection, first)
    if rest and min(counts, default=FEW + 1) > VERY_FEW:
        counts += _counts(connection, rest)
        first = first + rest
    best = min(range(len(first)), key=counts.__getitem__, default=None)
    if best is None or counts[best] > FEW:
        return None
    probe = first[best]
    fresh = (Way("cases", "", {"cases": list(asked.fresh)}),) if asked.fresh and probe.way.kind != "step" else ()
    way = probe.way
    if way.kind != "step":
        # Named one by one: a database that guesses how many there are might begin at the other end.
        way = _among(connection, _CASES[way.kind].limit(FEW), {"key": way.values["key"]})
    return (way, *fresh, *probe.beside)


def _among(connection: Connection, query: Select[Any], values: Mapping[str, Any]) -> Way:
    """The way to the tasks of these complaints."""
    return Way("cases", "", {"cases": list(connection.execute(query, values).scalars())})


def _probes(connection: Connection, asked: Asked) -> tuple[list[Probe], list[Probe]]:
    """What is worth a look: of each text one run at first, then others from all over it."""
    first, rest = [], []
    if "step" in asked.names:
        first.append(Probe(Way("step", "", {"key": asked.values["step"]})))
    if "level" in asked.texts:
        first.append(Probe(Way("level", "", {"key": asked.texts["level"]})))
    texts: list[tuple[str, tuple[Way, ...] | None]] = [
        (text, ()) for name, text in asked.texts.items() if name != "level"
    ]
    if asked.terms:
        named = _named(connection, asked)
        texts += [(term, named) for term in asked.terms]
    for text, beside in texts:
        runs = _spread(text) if beside is not None else []
        probes = [Probe(Way("run", "", {"key": run}), beside or ()) for run in runs]
        first += probes[:1]
        rest += probes[1:]
    return first, rest[: 2 * MOST_PROBES]


def _named(connection: Connection, asked: Asked) -> tuple[Way, ...] | None:
    """Ways to the tasks whose step is called as is asked for; None when there are more than FEW."""
    found = tuple(Way("step", "", {"key": each}) for each in asked.steps)
    return found if sum(_counts(connection, [Probe(each) for each in found])) <= FEW else None


def _spread(text: str) -> list[int]:
    """Runs from all over the text, from its end on: the end of a number differs most."""
    runs = [run for at in range(len(text) - 1, -1, -1) for run in sorted(runs_of(text[max(at - 2, 0) : at + 1]))]
    runs = list(dict.fromkeys(runs))
    return runs[:: max(1, -(-len(runs) // MOST_PROBES))]


def _counts(connection: Connection, probes: list[Probe]) -> list[int]:
    """How many each leads to, FEW + 1 for all that are more."""
    if not probes:
        return []
    values = {f"k{place}": probe.way.values["key"] for place, probe in enumerate(probes)}
    rows = connection.execute(_probing(tuple(probe.way.kind for probe in probes)), values)
    found = {row.place: row.found for row in rows}
    return [found[place] for place in range(len(probes))]


_NUMBERED = select(CaseFile.id).where(CaseFile.number == bindparam("key"))
_CASES: dict[str, Select[Any]] = {
    "run": select(DeskRun.case_id).where(DeskRun.run == bindparam("key")),
    "level": select(DeskEntry.case_id).where(DeskEntry.level == bindparam("key")),
}


@lru_cache(maxsize=100)
def _probing(kinds: tuple[str, ...]) -> Any:
    parts: list[Any] = []
    for place, kind in enumerate(kinds):
        key: Any = bindparam(f"k{place}")
        query = {
            "run": select(DeskRun.case_id).where(DeskRun.run == key),
            "level": select(DeskEntry.case_id).where(DeskEntry.level == key),
            "step": select(UserTask.id).where(UserTask.state == "open", UserTask.element_id == key),
        }[kind]
        inner = query.limit(FEW + 1).subquery()
        parts.append(select(literal_column(str(place)).label("place"), func.count().label("found")).select_from(inner))
    return union_all(*parts)


def clause_of(kind: str, column: str, place: int) -> list[ColumnElement[bool]]:
    """The condition of the way at that place of its route; the values of its parameters: `values_of`."""

    def value(name: str) -> Any:
        return bindparam(f"w{place}_{name}")

    if kind in ("person", "held"):
        person: Any = getattr(UserTask, column)
        own = person == bindparam(f"w{place}_key", type_=UserTask.__table__.c.assignee_id.type)
        return [own, UserTask.claimed_for.is_(None)] if kind == "held" else [own]
    if kind == "group":
        return [UserTask.site == value("site"), UserTask.candidate_group == value("key")]
    if kind == "site":
        return [UserTask.site == value("site")]
    if kind == "step":
        return [UserTask.element_id == value("key")]
    return [UserTask.case_id.in_(bindparam(f"w{place}_cases", expanding=True))]


def values_of(ways: Iterable[Way]) -> dict[str, Any]:
    """Parameters of the ways of a route."""
    return {f"w{place}_{name}": value for place, way in enumerate(ways) for name, value in way.values.items()}
