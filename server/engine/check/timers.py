"""Timers and due dates: what is written must be an expression that gives an ISO 8601 text (K310 to K317)."""

import ast
import re
from collections.abc import Callable, Iterator

from lxml import etree

from server.engine.check import language
from server.engine.check.case_kinds import reader
from server.engine.check.context import Context
from server.engine.check.expressions import Site, check_names, unreadable
from server.engine.check.finding import Finding, Place
from server.engine.check.items import ItemNames
from server.engine.check.kinds import UNKNOWN, Kind, type_of
from server.engine.check.model import Node, bpmn, text_of
from server.engine.errors import ExpressionError
from server.engine.iso_time import parse_cycle, parse_duration, parse_moment
from server.i18n import N_

_DURATION = (
    r"P(?:\d+(?:\.\d+)?W|(?=\d|T\d)(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?D)?"
    r"(?:T(?=\d)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?)"
)
_DAY = r"\d{4}-(?:\d{2}-\d{2}|W\d{2}-[1-7]|\d{3})"
_CLOCK = r"T\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?)?"
_ZONE = r"(?:Z|[+-]\d{2}(?::?\d{2})?)"
_DATE = rf"{_DAY}{_CLOCK}{_ZONE}"

DURATION = re.compile(_DURATION)
DATE = re.compile(_DATE)
NAIVE_DATE = re.compile(rf"{_DAY}(?:{_CLOCK})?")
CYCLE = re.compile(rf"R\d*/(?:{_DATE}/)?{_DURATION}")
_NAIVE_CYCLE = re.compile(rf"R\d*/{_DAY}(?:{_CLOCK})?/{_DURATION}")
_UNQUOTED = re.compile(r"(?:R\d*/)?(?:P\d[\w.]*|PT\d[\w.]*|\d{4}-\d{2}-\d{2}[\w:+.-]*)(?:/P\w+)?")
_CRON_FIELD = r"(?:[\d*?,/#LW-]+|[A-Z]{3}(?:[-,][A-Z]{3})*)"
_CRON = re.compile(rf"{_CRON_FIELD}(?:\s+{_CRON_FIELD}){{4,6}}")

_FORMS = {
    "timeDuration": (DURATION, N_('Write a duration in quotes, like "PT8H" or "P3D".')),
    "timeDate": (DATE, N_('Write a date with its time zone in quotes, like "2030-01-31T09:00:00+08:00".')),
    "timeCycle": (CYCLE, N_('Write a repetition in quotes, like "R3/PT8H".')),
}


_READERS: dict[str, Callable[[str], object]] = {
    "timeDuration": parse_duration,
    "timeDate": lambda text: parse_moment(text, None),
    "timeCycle": lambda text: parse_cycle(text, None),
}


def check_timers(context: Context) -> Iterator[Finding]:
    """Timer event definitions of every event, and the dueDate property of every activity."""
    items = ItemNames(context)
    for node in context.nodes():
        extra = items.in_scope(node.scope)
        for definition in node.element.findall(bpmn("timerEventDefinition")):
            yield from _timer(context, node, definition, extra)
        due = node.properties.get("dueDate")
        if due is not None:
            yield from check_time(context, due.strip(), "timeDate", node.place, items.inside(node))


def _timer(context: Context, node: Node, definition: etree._Element, extra: frozenset[str]) -> Iterator[Finding]:
    found = [(form, element) for form in _FORMS for element in definition.findall(bpmn(form))]
    if len(found) != 1:
        message = N_("The timer needs exactly one of date, duration and cycle.")
        fix = N_('Set one time in the properties of the event, like the duration "PT8H".')
        yield context.finding("K316", node.place, message, fix)
        return
    form, element = found[0]
    once = node.kind == "intermediateCatchEvent" or (
        node.kind == "boundaryEvent" and node.element.get("cancelActivity", "true") == "true"
    )
    if form == "timeCycle" and once:
        message = N_("The timer repeats, but the event ends with its first firing.")
        fix = N_("Use a duration, or make the boundary event non-interrupting.")
        yield context.finding("K317", node.place, message, fix)
    yield from check_time(context, text_of(element), form, node.place, extra)


def check_time(context: Context, source: str, form: str, place: Place, extra: frozenset[str]) -> Iterator[Finding]:
    """Findings about one time; form: 'timeDate', 'timeDuration' or 'timeCycle'."""
    example = _FORMS[form][1]
    if not source:
        yield context.finding("K316", place, N_("The timer says nowhere when to fire."), example)
    elif len(source) <= 100 and _UNQUOTED.fullmatch(source):
        message = N_("The time {source} stands without quotes; other engines read it as a calculation.")
        yield context.finding("K310", place, message, N_('Put it in quotes: "{source}".'), source=source)
        yield from _literal(context, source, form, place)
    elif len(source) <= 100 and _CRON.fullmatch(source):
        yield _cron(context, source, place)
    else:
        try:
            tree = language.read(source)
        except ExpressionError as error:
            yield unreadable(context, Site(source, place), error)
            return
        for found in language.results(tree):
            yield from _result(context, found, form, place, extra)
        yield from check_names(context, Site(source, place, extra))


def _cron(context: Context, source: str, place: Place) -> Finding:
    message = N_("The cron expression {source} is not understood.")
    fix = N_('Write a repetition in quotes, like "R/P1D", or a date computed by the case.')
    return context.finding("K312", place, message, fix, source=source)


def _result(context: Context, found: ast.expr, form: str, place: Place, extra: frozenset[str]) -> Iterator[Finding]:
    shown, kind = ast.unparse(found), reader(context, "", dict.fromkeys(extra, UNKNOWN)).kind(found)
    if form != "timeDate" and language.called(found) in language.WORKING_TIME:
        message = N_("{shown} gives a date, but a duration is needed here.")
        fix = N_("Make the timer one that fires at a date (timeDate) and keep the expression.")
        yield context.finding("K314", place, message, fix, shown=shown)
    elif isinstance(found, ast.Constant) and isinstance(found.value, str):
        yield from _literal(context, found.value, form, place)
    elif language.outcome(found) in {"number", "truth", "list"} or type_of(kind) not in (None, "text"):
        message = N_("The time {shown} is not a text.")
        yield context.finding("K315", place, message, _FORMS[form][1], shown=shown)
    elif _other_text(kind, form):
        message = N_("{shown} is a text that need not be a time.")
        fix = N_("Use a field with the format date or date-time, or working_days(3).")
        if form != "timeDate":
            message, fix = N_("{shown} gives a date, but a duration is needed here."), _FORMS[form][1]
        yield context.finding("K318", place, message, fix, shown=shown)


def _other_text(kind: Kind, form: str) -> bool:
    """A text field that holds something else: no date where one is needed, a date where a duration is."""
    dated = kind.get("format") in ("date", "date-time")
    return type_of(kind) == "text" and "const" not in kind and dated != (form == "timeDate")


def _literal(context: Context, value: str, form: str, place: Place) -> Iterator[Finding]:
    pattern, example = _FORMS[form]
    if len(value) <= 100 and pattern.fullmatch(value):
        try:
            _READERS[form](value)
        except (ValueError, OverflowError):
            yield context.finding("K311", place, N_("The time {value} cannot be read."), example, value=value)
    elif (
        form != "timeDuration" and len(value) <= 100 and (NAIVE_DATE.fullmatch(value) or _NAIVE_CYCLE.fullmatch(value))
    ):
        message = N_("The date {value} has no time zone; it would mean another moment on another server.")
        fix = N_("Add the time and the zone, like 2030-01-31T09:00:00+08:00.")
        yield context.finding("K313", place, message, fix, value=value)
    elif len(value) <= 100 and _CRON.fullmatch(value):
        yield _cron(context, value, place)
    else:
        message = N_("The time {value} cannot be read.")
        yield context.finding("K311", place, message, example, value=value)
