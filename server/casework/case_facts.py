"""What managers count complaints by (`case_fact`, `case_return`), kept up to date with the case in the same commit.

Which field a fact is read from, the columns of the application's current version say: case files of older versions
have the same fields. The sweep reads again what was read by other columns, or never.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from server.casework.register import FALLBACKS, touches, value_at
from server.casework.rounds import loop_of
from server.domain.application import Application, Costs
from server.domain.cost import item_costs
from server.domain.history import EventType
from server.domain.returns import ROUND, SENT_BACK, TYPES, Event, Return, returns_of
from server.engine import DiagramRefused
from server.persistence.models import (
    Base,
    CaseFact,
    CaseFile,
    CaseReturn,
    HistoryEvent,
    HistoryPayload,
    ProcessInstance,
)

if TYPE_CHECKING:
    from server.casework.case_work import CaseWork
    from server.casework.library import Library, PublishedVersion

FIELDS = (
    *("customer", "part_no", "product", "level", "defect", "cause", "cause_side", "department", "satisfied"),
    "is_quality",
)
"""Facts that are columns of the register by the same key."""
LONGEST = 200
UNREAD = ""
"""The layout of a row that only the migration wrote."""

_FACT = Base.metadata.tables[CaseFact.__tablename__]
_READ = (*FIELDS, "costs", "cost")
_MOVED = ("state", "end_event", "ended_at")
_CHANGED = (
    update(_FACT)
    .where(_FACT.c.case_id == bindparam("case"))
    .values(
        {name: bindparam(name, type_=_FACT.c[name].type) for name in (*_READ, *_MOVED)}
        | {name: _FACT.c[name] + bindparam(f"more_{name}") for name in ("rounds", "send_backs")}
    )
)
_AGAIN = (
    update(_FACT)
    .where(_FACT.c.case_id == bindparam("case"))
    .values({name: bindparam(name, type_=_FACT.c[name].type) for name in (*_READ, *_MOVED, "layout")})
)
_COUNTED = (
    update(_FACT)
    .where(_FACT.c.case_id == bindparam("case"))
    .values({name: bindparam(f"all_{name}") for name in ("rounds", "send_backs")})
)
_RETURNED = insert(Base.metadata.tables[CaseReturn.__tablename__])


@dataclass(frozen=True)
class Layout:
    """Where an application's facts stand in the case file: fact -> JSON pointer; `costs` as it declares them."""

    pointers: Mapping[str, str]
    costs: Costs | None
    digest: str

    def read(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The facts of the case file `data`; None for what is not declared or not filled."""
        facts: dict[str, Any] = {name: _text(value_at(data, self.pointers.get(name, ""))) for name in FIELDS}
        facts["customer"] = facts["customer"] or _text(value_at(data, FALLBACKS[1]))
        told = item_costs(self.costs, data)
        return facts | {"costs": told or None, "cost": math.fsum(told.values()) if told else None}

    def all(self) -> tuple[str, ...]:
        """Every pointer that a fact is read from."""
        items = self.costs.items.values() if self.costs is not None else ()
        return (*self.pointers.values(), *(item.pointer for item in items), FALLBACKS[1])


def layout_of(application: Application) -> Layout:
    """What `application` declares of the facts."""
    pointers = {name: column.pointer for name, column in application.columns.items() if name in FIELDS}
    costs = application.costs
    items = {key: item.pointer for key, item in costs.items.items()} if costs is not None else {}
    digest = sha256(orjson.dumps([pointers, items], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    return Layout(pointers, costs, digest)


def new_fact(library: "Library", row: Mapping[str, Any], instance: Mapping[str, Any], repeat: bool) -> dict[str, Any]:
    """The row of a case about to exist, from its rows of `case_file` and `process_instance`."""
    layout = layout_of(library.latest(row["application"]).application)
    copied = {name: row[name] for name in ("application", "site", "received_at", "channel")}
    moved = {name: instance[name] for name in _MOVED}
    return copied | moved | layout.read(row["data"]) | {"layout": layout.digest, "repeat": int(repeat)}


def follow_facts(case: "CaseWork", ended_at: datetime | None, end_event: str | None) -> None:
    """Queue what changed of the facts of `case`, whose recorder is closed; nothing when nothing of them changed."""
    returns = _new_returns(case)
    moved = case.state != case.row.instance_state or ended_at != case.row.instance_ended_at
    if not (moved or returns or case.changes):
        return
    layout = layout_of(case.work.context.library.latest(case.version.key).application)
    if moved or returns or touches(case.changes, layout.all()):
        values = layout.read(case.data) | {"state": case.state, "ended_at": ended_at, "end_event": end_event}
        counts = {f"more_{name}": number for name, number in _counts(returns).items()}
        case.work.write(_CHANGED, [values | counts | {"case": case.case_id}])
    if returns:
        case.work.write(_RETURNED, [vars(each) | {"case_id": case.case_id} for each in returns])


def read_again(connection: Connection, library: "Library", key: str, most: int) -> int:
    """Read up to `most` cases of the application `key` whose facts were read by other columns, or never.

    Returns how many. Needs a write transaction; cases that another process has in hand are left to the next call.
    """
    layout = layout_of(library.current(key).application)
    due = select(CaseFact.case_id).where(CaseFact.application == key, is_stale(layout)).limit(most)
    ids = list(connection.execute(due).scalars())
    if not ids:
        return 0
    held = (
        select(
            CaseFact.case_id,
            CaseFact.layout,
            CaseFile.data,
            ProcessInstance.id.label("instance_id"),
            ProcessInstance.version_id,
            ProcessInstance.state,
            ProcessInstance.end_event,
            ProcessInstance.ended_at,
        )
        .join(CaseFile, CaseFile.id == CaseFact.case_id)
        .join(ProcessInstance, ProcessInstance.case_id == CaseFact.case_id)
        .where(CaseFact.case_id.in_(ids))
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(held).all()
    for row in rows:
        moved = {name: getattr(row, name) for name in _MOVED}
        values = layout.read(row.data) | moved | {"layout": layout.digest, "case": row.case_id}
        connection.execute(_AGAIN, values)
        if row.layout == UNREAD:
            _read_history(connection, row, _loops_of_version(library, row.version_id))
    return len(rows)


def is_stale(layout: Layout) -> Any:
    """Condition on `case_fact`: read by other columns; two ranges of the index."""
    return (CaseFact.layout < layout.digest) | (CaseFact.layout > layout.digest)


def _read_history(connection: Connection, row: Any, loops: Callable[[str], str]) -> None:
    query = (
        select(HistoryEvent.seq, HistoryEvent.at, HistoryEvent.type, HistoryEvent.element_id, HistoryPayload.data)
        .outerjoin(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .where(HistoryEvent.instance_id == row.instance_id, HistoryEvent.type.in_(TYPES))
        .order_by(HistoryEvent.seq)
    )
    events = [
        Event(each.seq, each.at, each.type, each.element_id, each.data or {}) for each in connection.execute(query)
    ]
    returns = returns_of(events, loops)
    connection.execute(delete(CaseReturn).where(CaseReturn.case_id == row.case_id))
    if returns:
        connection.execute(_RETURNED, [vars(each) | {"case_id": row.case_id} for each in returns])
    counts = {f"all_{name}": number for name, number in _counts(returns).items()}
    connection.execute(_COUNTED, counts | {"case": row.case_id})


def _new_returns(case: "CaseWork") -> list[Return]:
    rows = case.recorder.rows
    if not any(row["type"] in (EventType.TASK_SENT_BACK, EventType.ROUND_BEGUN) for row in rows):
        return []
    events = [
        Event(row["seq"], row["at"], row["type"], row["element_id"], payload["data"])
        for row, payload in zip(rows, case.recorder.payloads, strict=True)
    ]
    return returns_of(events, _loops(case.version))


def _loops(version: "PublishedVersion") -> Callable[[str], str]:
    return lambda element_id: loop_of(version.definition.find(element_id))


def _loops_of_version(library: "Library", version_id: int) -> Callable[[str], str]:
    try:
        return _loops(library.version(version_id))
    except DiagramRefused:
        # What an old server ran and today's refuses to load: where its rounds led to is not known any more.
        return lambda _element_id: ""


def _counts(returns: Iterable[Return]) -> dict[str, int]:
    kinds = [each.kind for each in returns]
    return {"rounds": kinds.count(ROUND), "send_backs": kinds.count(SENT_BACK)}


def _text(value: Any) -> str | None:
    """A single value as people read it; lists and groups are none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str | int | float):
        return None
    return " ".join(str(value).split())[:LONGEST] or None
