"""How long does each step take, and how often later than promised? And how long a whole complaint?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, String, bindparam, case, cast, func, literal_column, select

from server.casework.deadlines import STEP, TABLE
from server.i18n import N_
from server.persistence.models import CaseFact, StepRecord
from server.queries.analysis.ground import Ground, equals
from server.queries.analysis.shape import Answer, Column, Row, Table, hours, share

KINDS = ("user_task", "call")
"""What takes people's time: tasks, and parts of the process as a whole."""
UNITS: Mapping[str, str] = {
    "hours": N_("{amount} h"),
    "working_hours": N_("{amount} working h"),
    "days": N_("{amount} d"),
    "working_days": N_("{amount} working d"),
}
PLACE = (StepRecord.kind, StepRecord.process_id, StepRecord.element_id)
COMPLETED = literal_column("'completed'", String)
"""Spelled as in the index."""
_DAY = 86_400
_LITERAL = re.compile(r"""(["'])(.*)\1""")
_NUMBER = re.compile(r"\d+(\.\d+)?")


def step_times(ground: Ground, _args: Mapping[str, str]) -> Answer:
    """Of the steps that were completed, and the complaints that were closed, in the period."""
    return Answer([_steps(ground), _whole(ground)])


def _steps(ground: Ground) -> Table:
    found = [(*row[:3], sorted(map(int, row[3].split(","))), *row[4:]) for row in _times(ground)]
    # Where most of the time goes comes first.
    found.sort(key=lambda row: (-sum(row[3]), *row[1:3], row[0]))
    targets = _targets(ground)
    columns = [
        Column("step", ground.say(N_("Step")), draw="label"),
        Column("part", ground.say(N_("Part of the process"))),
        Column("count", ground.say(N_("Done")), "count"),
        Column("target", ground.say(N_("Target"))),
        Column("median", ground.say(N_("Median")), "hours", "bar"),
        Column("mean", ground.say(N_("Mean")), "hours"),
        Column("high", ground.say(N_("9 of 10 within")), "hours", "bar"),
        Column("promised", ground.say(N_("With a promise")), "count"),
        Column("late", ground.say(N_("Late")), "count"),
        Column("share", ground.say(N_("Share late")), "share", "share"),
    ]
    said = [
        ground.say(
            N_("Working hours of the site's calendar that a step was open; first the steps that took most of them.")
        ),
        ground.say(N_("Late: completed after its due date.")),
        ground.say(N_("Target: the promises in the table of deadlines; some depend on the case.")),
    ]
    rows = [Row(_cells(ground, targets, *row)) for row in found]
    return Table("steps", ground.say(N_("Lead time of each step")), columns, rows, said, lying=True)


def _times(ground: Ground) -> list[tuple[Any, ...]]:
    """Of each step: kind, process and element, the working seconds of all that were done, how many promised, and late.

    The times come as one text a step: to have the database rank half a million of them takes many times as long.
    """
    late = case((StepRecord.ended_at > StepRecord.due_at, 1), else_=0)
    promised = case((StepRecord.due_at.is_not(None), 1), else_=0)
    times = func.aggregate_strings(cast(StepRecord.worked, String), ",")
    query = select(*PLACE, times, func.sum(promised), func.sum(late)).where(*_finished(ground)).group_by(*PLACE)
    if ground.filters.values or not ground.actor.may("case.read_all"):
        return ground.rows(query)
    # Step by step the index has them in order, so that nothing is sorted.
    one = query.where(*(column == bindparam(column.key) for column in PLACE))
    with ground.context.read() as connection:
        every = list(_places(connection, ground.filters.application))
        return [tuple(row) for place in every for row in connection.execute(one, _named(place))]


def _places(connection: Connection, application: str) -> Iterator[tuple[str, ...]]:
    """Every step that was ever done."""
    done = [StepRecord.application == application, StepRecord.outcome == COMPLETED]
    for kind in KINDS:
        alike = [*done, StepRecord.kind == kind]
        for process_id in _leaps(connection, StepRecord.process_id, alike):
            for element_id in _leaps(connection, StepRecord.element_id, [*alike, StepRecord.process_id == process_id]):
                yield kind, process_id, element_id


def _leaps(connection: Connection, column: Any, conditions: Sequence[Any]) -> Iterator[str]:
    """The values of a column, each found by a leap in the index over all that are like the one before."""
    query = select(func.min(column)).where(*conditions)
    value = connection.execute(query).scalar_one()
    while value is not None:
        yield value
        value = connection.execute(query.where(column > value)).scalar_one()


def _named(place: tuple[str, ...]) -> dict[str, str]:
    return {column.key: value for column, value in zip(PLACE, place, strict=True)}


def _finished(ground: Ground) -> list[Any]:
    """Conditions on `step_record`."""
    facts = [equals(getattr(CaseFact, name), value) for name, value in ground.filters.values.items()]
    looked_up = [StepRecord.case_id.in_(select(CaseFact.case_id).where(*facts))] if facts else []
    return [
        StepRecord.application == ground.filters.application,
        StepRecord.outcome == COMPLETED,
        StepRecord.kind.in_(KINDS),
        StepRecord.worked.is_not(None),
        *ground.within(StepRecord.ended_at),
        *ground.seen(StepRecord.site, StepRecord.case_id),
        *looked_up,
    ]


def _cells(ground: Ground, targets: Mapping[str, str], kind: str, process_id: str, element_id: str, *rest: Any) -> Any:
    seconds, promised, late = rest[0], int(rest[1] or 0), int(rest[2] or 0)
    drawing = ground.version.definition.drawings.get(ground.version.definition.process_of(process_id))
    name = ground.step(process_id, element_id)
    place = {"kind": kind, "process_id": process_id, "element_id": element_id}
    return place | {
        "step": ground.say(N_("{name} (as a whole)"), name=name) if kind == "call" else name,
        "part": (ground.line(drawing.name) if drawing is not None else "") or process_id,
        "count": len(seconds),
        "target": targets.get(element_id) if kind == "user_task" else None,
        "median": hours(median(seconds)),
        "mean": hours(sum(seconds) / len(seconds)),
        "high": hours(nine_of_ten(seconds)),
        "promised": promised,
        "late": late,
        "share": share(late, promised),
    }


def _whole(ground: Ground) -> Table:
    """Calendar days from receipt to the end, by level where there are levels."""
    by: Any = CaseFact.level if ground.declared("level") else CaseFact.site
    name = by.key
    rows = ground.rows(
        select(by, CaseFact.received_at, CaseFact.ended_at).where(*ground.mine(), *ground.within(CaseFact.ended_at))
    )
    spans: dict[str | None, list[float]] = {}
    for value, received, ended in rows:
        spans.setdefault(value, []).append((ended - received).total_seconds())
    columns = [
        Column("label", ground.title(name), draw="label"),
        Column("count", ground.say(N_("Closed")), "count"),
        Column("median", ground.say(N_("Median")), "days", "bar"),
        Column("mean", ground.say(N_("Mean")), "days"),
        Column("high", ground.say(N_("9 of 10 within")), "days", "bar"),
    ]
    shown = [
        Row({"label": ground.label(name, value)} | _days(spans[value]))
        for value in sorted(spans, key=lambda value: (value is None, value or ""))
    ]
    if len(shown) > 1:
        every = [span for found in spans.values() for span in found]
        shown.append(Row({"label": ground.say(N_("All together"))} | _days(every)))
    said = [ground.say(N_("Calendar days from receipt to the end of the complaint."))]
    return Table("whole", ground.say(N_("Lead time of whole complaints")), columns, shown, said)


def _days(seconds: list[float]) -> dict[str, Any]:
    spans = sorted(seconds)
    return {
        "count": len(spans),
        "median": median(spans) / _DAY,
        "mean": sum(spans) / len(spans) / _DAY,
        "high": nine_of_ten(spans) / _DAY,
    }


def median(ranked: Sequence[float]) -> float:
    """Of values in order; between the two in the middle when there is an even number."""
    return (ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2


def nine_of_ten(ranked: Sequence[float]) -> float:
    """The smallest of values in order that at least nine of ten do not exceed."""
    return ranked[(9 * len(ranked) + 9) // 10 - 1]


def _targets(ground: Ground) -> dict[str, str]:
    """What the table of deadlines promises for each step, every amount once."""
    table = ground.version.definition.decisions.get(TABLE)
    if table is None or STEP not in table.inputs or not {"amount", "unit"} <= set(table.outputs):
        return {}
    at, amount, unit = table.inputs.index(STEP), table.outputs.index("amount"), table.outputs.index("unit")
    found: dict[str, dict[str, None]] = {}
    for rule in table.rules:
        said = _promise(ground, rule.outputs[amount], rule.outputs[unit])
        for _quote, name in re.findall(r"""(["'])(\w+)\1""", rule.tests[at] or ""):
            if said:
                found.setdefault(name, {})[said] = None
    return {name: ", ".join(said) for name, said in found.items()}


def _promise(ground: Ground, amount: str | None, unit: str | None) -> str | None:
    written = _LITERAL.fullmatch(unit or "")
    if written is None or written[2] not in UNITS or not _NUMBER.fullmatch(amount or ""):
        return None
    return ground.say(UNITS[written[2]], amount=amount)
