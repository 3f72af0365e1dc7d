"""What happened in the complaints of an application, as a process log (IEEE 1849)?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from server.casework.column_values import ShownColumn, shown_columns
from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.log_reading import LogReader, LogWish
from server.documents.xes import PREFIX, Id, Log, Trace
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import Site
from server.security.actor import Actor
from server.security.visibility import visible_to

__all__ = ["EventLog", "LogWish", "event_log", "everywhere", "own_address", "own_attributes"]

TRACE = {
    "state": ("string", N_("State")),
    "outcome": ("string", N_("Id of the end event")),
    "repaired": ("boolean", N_("Moved otherwise than the diagram says")),
    "sent_back": ("int", N_("How often the work was sent back")),
    "version": ("int", N_("Version of the process")),
    "site": ("string", N_("Site")),
    "received_at": ("date", N_("Received at")),
    "ended_at": ("date", N_("Ended at")),
}
EVENT = {
    "element": ("string", N_("Id of the element in the diagram")),
    "kind": ("string", N_("Kind of the element")),
    "hours": ("float", N_("Working hours it was open")),
}
"""Attributes with the prefix, by key: type and English name; the register's columns join those of the trace."""


@dataclass(frozen=True)
class EventLog:
    """`traces` can be run through once."""

    head: Log
    traces: Iterator[Trace]


def event_log(context: Context, actor: Actor, wish: LogWish) -> EventLog:
    """The complaints that `actor` may see, in the order of their filing; raises Rejected `not_found.definition`."""
    actor.require("report.read")
    current = context.library.current(wish.key)
    head = Log(
        own=own_address(context, wish.key),
        attributes={
            "concept:name": pick_line(current.application.title, current.application.languages, wish.language),
            "lifecycle:model": "standard",
        },
        trace={"concept:name": "", f"{PREFIX}:state": "", f"{PREFIX}:repaired": False},
        event={
            "concept:name": "",
            "lifecycle:transition": "unknown",
            "time:timestamp": datetime(1970, 1, 1, tzinfo=UTC),
            "identity:id": Id(""),
            f"{PREFIX}:element": "",
            f"{PREFIX}:kind": "",
        },
        classifiers={
            "Activity": ("concept:name",),
            "Element": (f"{PREFIX}:element",),
            "ElementTransition": (f"{PREFIX}:element", "lifecycle:transition"),
        },
    )
    return EventLog(head, LogReader(context, wish).traces(visible_to(actor)))


def own_address(context: Context, key: str) -> str:
    """Where the attributes with our prefix are described."""
    return f"{context.settings.public_url}/exports/{key}/kesu.xesext"


def everywhere(context: Context) -> Actor:
    """Who runs the command line, on every site."""
    with context.read() as connection:
        return replace(SYSTEM, sites=frozenset(connection.execute(select(Site.key)).scalars()))


def own_attributes(context: Context, actor: Actor, key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(of traces, of events): (type, {language: name}) of the attributes with our prefix, for xes.extension."""
    actor.require("report.read")
    current = context.library.current(key)
    codes = {"EN": "en", "ZH": "zh-CN"}
    columns: dict[str, Any] = {}
    for code, language in codes.items():
        for one in shown_columns(current, language):
            if one.is_short:
                columns.setdefault(one.key, (_type_of(one), {}))[1][code] = one.title
    fixed = [
        {name: (kind, {code: translate(text, codes[code]) for code in codes}) for name, (kind, text) in group.items()}
        for group in (TRACE, EVENT)
    ]
    return columns | fixed[0], fixed[1]


def _type_of(column: ShownColumn) -> str:
    if column.schema.get("format") in ("date", "date-time"):
        return "date" if column.schema["format"] == "date-time" else "string"
    return {"integer": "int", "number": "float", "boolean": "boolean"}.get(str(column.schema.get("type")), "string")
