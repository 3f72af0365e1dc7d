"""What does the report of a week, a month or a year say? (S9, S22-S24, S41, S43)"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from server.casework.context import Context
from server.domain.report_period import KINDS, Period, known_kind, newest, read_period
from server.i18n import N_, translate
from server.queries.analysis.ask import ask, ground_of
from server.queries.analysis.figures import figures
from server.queries.analysis.filters import DIMENSIONS
from server.queries.analysis.ground import Ground
from server.queries.analysis.periods import Part
from server.queries.analysis.shape import Table
from server.queries.analysis.standing import standing
from server.queries.analysis.states import states
from server.security.actor import Actor

_COUNTED = {
    "weekly": ("defect", "customer", "department"),
    "monthly": ("defect", "product", "customer", "cause", "cause_side", "department", "level", "channel", "is_quality"),
}
_COUNTED["yearly"] = _COUNTED["monthly"]
"""By what the complaints that came in are counted: type, cause and frequency (S9, S10, S12), channel (S31)."""
_TREND = {"weekly": ("week", 12), "monthly": ("month", 12), "yearly": ("year", 3)}
"""The trend goes back so many periods."""


@dataclass(frozen=True)
class Report:
    """`key` is the application's, `over` false while the period still runs.

    `missing`: sentences about what the application does not declare.
    """

    period: Period
    title: str
    key: str
    application: str
    sites: str
    over: bool
    tables: Sequence[Table]
    missing: Sequence[str]


def report(
    context: Context, actor: Actor, language: str, kind: str, name: str | None, args: Mapping[str, str]
) -> Report:
    """The report of the period `name`, None: the newest that is over; `application` and `site` of `args` narrow it.

    Raises Rejected `forbidden.permission`, `not_found.report`, `not_found.definition` or `malformed.…`.
    """
    today = context.clock.now().astimezone(context.settings.zone).date()
    period = newest(known_kind(kind), today) if name is None else read_period(kind, name)
    chosen = {key: args[key] for key in ("application", "site") if args.get(key)}
    span = {"from": period.first.isoformat(), "to": period.last.isoformat(), "by": "received"}
    ground = ground_of(context, actor, chosen | span, language)
    tables, missing = [figures(ground, [_part(period), _part(period.before())])], list[str]()
    for answer_tables, answer_missing in _chapters(ground, period, chosen | span):
        tables += answer_tables
        missing += [text for text in answer_missing if text not in missing]
    return Report(
        period=period,
        title=translate(KINDS[kind], language),
        key=ground.filters.application,
        application=ground.line(ground.version.application.title),
        sites=", ".join([chosen["site"]] if "site" in chosen else sorted(actor.sites)),
        over=period.last < today,
        tables=tables,
        missing=missing,
    )


def _chapters(
    ground: Ground, period: Period, args: Mapping[str, str]
) -> Iterator[tuple[Sequence[Table], Sequence[str]]]:
    every, back = _TREND[period.kind]
    earlier = period
    for _ in range(back - 1):
        earlier = earlier.before()
    longer = ground_of(ground.context, ground.actor, {**args, "from": earlier.first.isoformat()}, ground.language)
    trend = ask(longer, "trend", {"every": every})
    yield trend.tables, trend.missing
    if period.kind == "yearly":
        yield ask(ground, "trend", {"every": "month"}).tables, ()
    yield states(ground, {}).tables, ()
    if period.kind == "weekly":
        yield standing(ground, {}).tables, ()
    for column in _COUNTED[period.kind]:
        counted = ask(ground, "pareto", {"column": column})
        yield counted.tables, [] if column in DIMENSIONS and not ground.declared(column) else counted.missing
    if ground.version.application.costs is not None:
        title = ground.say(N_("Cost by: {fact}"), fact=ground.title("customer"))
        costly = ask(ground, "pareto", {"column": "customer", "measure": "cost"})
        yield [replace(table, title=title) for table in costly.tables], ()
    for question in ("times", "on-time", "loops", "repeats"):
        answer = ask(ground, question, {})
        yield answer.tables, ()
    if period.kind != "weekly":
        content = ask(ground, "satisfaction", {"every": "month"})
        yield content.tables, content.missing


def _part(period: Period) -> Part:
    return Part(period.name, period.first, period.last)
