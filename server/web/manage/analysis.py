"""The analysis: a page a question; each number in a table, the chart drawn from that table, and both as a file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.analysis.ask import QUESTIONS, Question, ask, find, ground_of, table_of
from server.queries.analysis.exported import columns_of, rows_of
from server.queries.analysis.filters import BY, DIMENSIONS, NOT_STATED
from server.queries.analysis.ground import Ground
from server.queries.analysis.pareto import MEASURES
from server.queries.analysis.periods import EVERY
from server.queries.analysis.shape import Row, Table
from server.queries.analysis.words import words_of
from server.web import headers
from server.web.access import needs
from server.web.manage.files_of_tables import csv_reply, xlsx_reply
from server.web.person import actor, context, language
from server.web.replies import page
from server.web.texts import _

SHOWN = 20
"""Rows of a table on the page, unless all are asked for."""
DRILL = ("defect", "product", "customer", "cause", "department", "cause_side", "level")
"""By what a Pareto goes on when one of its rows was chosen."""
_CHOICES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "every": (N_("By"), EVERY),
    "column": (N_("Count by"), DIMENSIONS),
    "measure": (N_("Measure"), MEASURES),
}


@dataclass(frozen=True)
class Choice:
    """A list to choose from: options are (value, label)."""

    name: str
    title: str
    value: str
    options: list[tuple[str, str]]


@needs("report.read")
def analysis() -> Response:
    return _page("trend")


@needs("report.read")
def question(question: str) -> Response:
    return _page(question)


@needs("report.read")
def file(question: str, table: str, kind: str) -> Response:
    """The table as CSV or XLSX, every row of it."""
    if kind not in ("csv", "xlsx"):
        raise Rejected("not_found.path", N_("There is nothing at this address."))
    args = request.args.to_dict()
    ground = ground_of(context(), actor(), args, language())
    found = table_of(ask(ground, question, args), table)
    name = f"{question}-{table}-{ground.filters.first}-{ground.filters.last}"
    reply = csv_reply if kind == "csv" else xlsx_reply
    return reply(name, found.title, columns_of(found, language()), rows_of(found))


def _page(question: str) -> Response:
    headers.allow_style_attributes()
    args = request.args.to_dict()
    asked = find(question)
    problem = None
    try:
        ground = ground_of(context(), actor(), args, language())
        answer = ask(ground, question, args)
    except Rejected as refusal:
        if not refusal.code.startswith("malformed."):
            raise
        # What was typed wrongly is told above the page as it is without it.
        problem, args = refusal.text(language()), {}
        ground = ground_of(context(), actor(), args, language())
        answer = ask(ground, question, args)
    every = request.args.get("rows") == "all"
    return page(
        "manage/analysis.html",
        400 if problem else 200,
        problem=problem,
        question=question,
        title=_(asked.title),
        questions=[(key, _(one.title), _address(key, ground.filters.args())) for key, one in QUESTIONS.items()],
        ground=ground,
        missing=answer.missing,
        shown=[_shown(ground, question, args, table, every) for table in answer.tables],
        choices=list(_choices(ground, asked, args)),
        filters=list(_filters(ground)),
        chosen=list(_chosen(ground, question, args)),
        cell=words_of,
        units={"hours": _("h"), "days": _("d")},
    )


def _address(question: str, args: Mapping[str, str]) -> str:
    return url_for("manage.analysis_question", **_texts(args, question=question))


def _texts(args: Mapping[str, str], **more: str) -> dict[str, Any]:
    return {**args, **more}


def _shown(ground: Ground, question: str, args: Mapping[str, str], table: Table, every: bool) -> dict[str, Any]:
    rows = table.rows if every or table.series else table.rows[:SHOWN]
    again = {key: value for key, value in args.items() if key in ("every", "column", "measure")}
    own = ground.filters.args() | again
    files = {
        kind: url_for("manage.analysis_file", **_texts(own, question=question, table=table.key, kind=kind))
        for kind in ("csv", "xlsx")
    }
    all_rows = _address(question, own | {"rows": "all"})
    return {
        "table": table,
        "rows": [(row, _way_on(ground, question, args, table, row)) for row in rows],
        "more": len(table.rows) - len(rows),
        "all": all_rows,
        "files": files,
    }


def _way_on(ground: Ground, question: str, args: Mapping[str, str], table: Table, row: Row) -> str | None:
    """Where a click on a row leads: to what it is made of."""
    if row.narrow is None:
        return None
    wanted = ground.filters.args() | dict(row.narrow)
    if table.leads == "pareto":
        fixed = {*ground.filters.values, *row.narrow}
        following = next((name for name in DRILL if name not in fixed and ground.declared(name)), None)
        if following is not None:
            return _address("pareto", wanted | {"column": following})
    by = {"by": "closed"} if question == "satisfaction" else {}
    return _address("cases", wanted | by)


def _choices(ground: Ground, asked: Question, args: Mapping[str, str]) -> Iterator[Choice]:
    for name in asked.chooses:
        title, known = _CHOICES[name]
        options = [(key, _(text)) for key, text in known.items()]
        if name == "column":
            options = [(key, ground.title(key)) for key in known if ground.declared(key)]
        default = "month" if name == "every" else next(iter(known))
        yield Choice(name, _(title), args.get(name) or default, options)
    if asked.by_date:
        yield Choice("by", _("Complaints that were"), ground.filters.by, [(key, _(text)) for key, text in BY.items()])


def _filters(ground: Ground) -> Iterator[Choice]:
    keys = sorted(ground.context.library.keys())
    if len(keys) > 1:
        yield Choice("application", _("Process"), ground.filters.application, [(key, key) for key in keys])
    for name in DIMENSIONS:
        if ground.declared(name) and not (name == "site" and len(ground.actor.sites) < 2):
            options = list(ground.options(name).items())
            rest = [(NOT_STATED, _("(not stated)"))] if options and name not in ("site", "channel") else []
            yield Choice(name, ground.title(name), ground.filters.values.get(name, ""), options + rest)


def _chosen(ground: Ground, question: str, args: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(title, value, address without it) of every filter that is set."""
    own = {**ground.filters.args(), **{key: args[key] for key in _CHOICES if key in args}}
    for name, value in ground.filters.values.items():
        rest = {key: each for key, each in own.items() if key != name}
        label = ground.label(name, None if value == NOT_STATED else value)
        yield ground.title(name), label, _address(question, rest)
