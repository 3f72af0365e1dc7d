"""One question of the analysis, asked for a page, a file or the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.casework.context import Context
from server.casework.filing import APPLICATION
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.analysis.cases import cases
from server.queries.analysis.filters import read_filters
from server.queries.analysis.ground import Ground
from server.queries.analysis.loops import loops
from server.queries.analysis.on_time import on_time
from server.queries.analysis.pareto import pareto
from server.queries.analysis.repeats import repeats
from server.queries.analysis.satisfaction import satisfaction
from server.queries.analysis.shape import Answer, Table
from server.queries.analysis.step_times import step_times
from server.queries.analysis.trend import trend
from server.security.actor import Actor

Ask = Callable[[Ground, Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Question:
    """`chooses`: which choices of its own it takes; `by_date`: whether the reader chooses which date counts."""

    title: str
    ask: Ask
    chooses: tuple[str, ...] = ()
    by_date: bool = False


QUESTIONS: Mapping[str, Question] = {
    "trend": Question(N_("Trend"), trend, ("every",)),
    "pareto": Question(N_("Pareto"), pareto, ("column", "measure"), by_date=True),
    "times": Question(N_("Lead times"), step_times),
    "on-time": Question(N_("Milestones on time"), on_time),
    "loops": Question(N_("Work that goes back"), loops, by_date=True),
    "repeats": Question(N_("Repeats"), repeats, by_date=True),
    "satisfaction": Question(N_("Satisfaction"), satisfaction, ("every",)),
    "cases": Question(N_("The complaints"), cases, by_date=True),
}


def ground_of(context: Context, actor: Actor, args: Mapping[str, str], language: str) -> Ground:
    """The reader's ground. Raises Rejected `forbidden.permission`, `malformed.…` or `not_found.definition`."""
    actor.require("report.read")
    today = context.clock.now().astimezone(context.settings.zone).date()
    filters = read_filters(args, APPLICATION, today)
    return Ground(context, actor, language, filters, context.library.current(filters.application))


def ask(ground: Ground, question: str, args: Mapping[str, str]) -> Answer:
    """Raises Rejected `not_found.path`, or what the question refuses."""
    return find(question).ask(ground, args)


def find(question: str) -> Question:
    """Raises Rejected `not_found.path`."""
    found = QUESTIONS.get(question)
    if found is None:
        raise Rejected(
            "not_found.path",
            N_("There is no analysis “{name}”. Use one of: {known}."),
            name=question[:40],
            known=", ".join(QUESTIONS),
        )
    return found


def table_of(answer: Answer, key: str) -> Table:
    """Raises Rejected `not_found.path`."""
    found = next((table for table in answer.tables if table.key == key), None)
    if found is None:
        raise Rejected(
            "not_found.path",
            N_("There is no table “{name}” in it. Use one of: {known}."),
            name=key[:40],
            known=", ".join(table.key for table in answer.tables) or "–",
        )
    return found
