"""Complaints of one house brought into another, each whole and in one transaction: every row of it, and its files."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Connection, Table, bindparam, insert, or_, select, update

from server.domain.history import GENESIS, digest, link
from server.files.store import FileMissing
from server.persistence.models import (
    Attachment,
    Base,
    CaseFile,
    DefinitionVersion,
    HistoryEvent,
    HistoryPayload,
    Incident,
    MigrationStep,
    OutboxMail,
    ProcessInstance,
    RehearsalCase,
    RepairStep,
    StepRecord,
    UserAccount,
    UserTask,
)
from server.persistence.models.steps import NOT_COUNTED

if TYPE_CHECKING:
    from server.casework.context import Context

Rows = list[dict[str, Any]]
Ids = dict[str, dict[Any, Any]]
"""By table: what an id of there is here."""

LEFT_BEHIND = frozenset({MigrationStep.__tablename__, RehearsalCase.__tablename__, RepairStep.__tablename__})
"""Parts of an order for many cases at once, which stays with the house it was given in."""
_CASE, _INSTANCE = CaseFile.__tablename__, ProcessInstance.__tablename__
_HISTORY = (HistoryEvent.__tablename__, HistoryPayload.__tablename__)
_UNNAMED = {
    "actor_id": UserAccount.__tablename__,
    "instance_id": _INSTANCE,
    "case_id": _CASE,
    "version_id": DefinitionVersion.__tablename__,
}
"""What a column refers to that has no foreign key: such as the history's, so that nothing can take an event along."""


class Missing(LookupError):
    """The other house lacks a person or a version that a complaint names."""


@cache
def refers_to(column: Column[Any]) -> str | None:
    """The table whose id stands in the column."""
    named = next((key.column.table.name for key in column.foreign_keys), None)
    return named or _UNNAMED.get(column.name)


def tables_of_a_case() -> list[Table]:
    """All whose rows belong to a complaint, referred-to ones first; a table of tomorrow is among them."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if table.name not in LEFT_BEHIND
        and (table.name == _CASE or any(refers_to(column) in (_CASE, _INSTANCE) for column in table.columns))
    ]


_NAMED = {refers_to(column) for table in tables_of_a_case() for column in table.columns} | {Incident.__tablename__}
"""Tables whose ids stand elsewhere; those of incidents in what the history's events carry."""


class Move:
    """From `old` to `new`, where people have the same names and the versions the same content. Raises Missing."""

    def __init__(self, old: "Context", new: "Context") -> None:
        self._old, self._new = old, new
        self._tables = tables_of_a_case()
        self._queries = {table.name: select(table).where(or_(*_belongs(table))) for table in self._tables}
        self._ids: Ids = {
            UserAccount.__tablename__: _same(old, new, UserAccount.username),
            DefinitionVersion.__tablename__: _same(old, new, DefinitionVersion.key, DefinitionVersion.digest),
            _CASE: _same(old, new, CaseFile.number, all_of_them=False),
        }

    def left(self) -> list[int]:
        """Ids there of the complaints whose number is not here yet, in the order in which they were filed."""
        with self._old.read() as connection:
            ids = connection.execute(select(CaseFile.id).order_by(CaseFile.id)).scalars()
            return [each for each in ids if each not in self._ids[_CASE]]

    def bring(self, case_id: int) -> None:
        """One complaint, with its links to those that are here already; what it had to send counts as sent."""
        rows = self._read(case_id)
        for row in rows[Incident.__tablename__]:
            row["edition"] = 0  # its cause names the version, which has another id here
        for file in rows[Attachment.__tablename__]:
            self._bring_file(file["sha256"])
        ids = {name: dict(known) for name, known in self._ids.items()}
        with self._new.database.write("bring_case") as connection:
            for table in self._tables:
                if table.name not in _HISTORY:
                    _insert(connection, table, rows[table.name], ids)
            _insert_history(connection, rows, ids)
        self._ids[_CASE] = ids[_CASE]

    def _read(self, case_id: int) -> dict[str, Rows]:
        found: dict[str, Rows] = {}
        here = {*self._ids[_CASE], case_id}
        with self._old.read() as connection:
            instance = select(ProcessInstance.id).where(ProcessInstance.case_id == case_id)
            own = {_CASE: case_id, _INSTANCE: connection.execute(instance).scalar_one()}
            for table in self._tables:
                rows = [dict(row) for row in connection.execute(self._queries[table.name], own).mappings()]
                both = [column.name for column in table.columns if refers_to(column) == _CASE]
                # A link of two complaints comes with the second of them.
                found[table.name] = [row for row in rows if all(row[name] in {None, *here} for name in both)]
        for step in found[StepRecord.__tablename__]:
            # By the calendar of the other house; here the sweep counts.
            step["counted_by"] = NOT_COUNTED
        for task in found[UserTask.__tablename__]:
            # Nobody is told of what came months ago.
            task["notice_due"] = 0
        for mail in found[OutboxMail.__tablename__]:
            # Ids of timers stand in the keys, and here they are others.
            mail["idempotency_key"] = f"moved:{mail['idempotency_key']}"
            if mail["state"] == "queued":
                mail |= {"state": "sent", "sent_at": mail["run_at"]}
        return found

    def _bring_file(self, sha256: str) -> None:
        try:
            self._new.files.path(sha256)
        except FileMissing:
            with self._old.files.open(sha256) as file:
                self._new.files.put(file)


def _same(old: "Context", new: "Context", *key: Any, all_of_them: bool = True) -> dict[Any, Any]:
    """The id here by the id there, of rows with the same `key`. Raises Missing."""
    query = select(key[0].class_.id, *key)
    with old.read() as connection:
        there = {row[0]: tuple(row[1:]) for row in connection.execute(query)}
    with new.read() as connection:
        here = {tuple(row[1:]): row[0] for row in connection.execute(query)}
    missing = sorted(str(name) for name in set(there.values()) - set(here))
    if all_of_them and missing:
        raise Missing(f"{key[0].class_.__tablename__} {missing[0]}")
    return {number: here[name] for number, name in there.items() if name in here}


def _belongs(table: Table) -> list[ColumnElement[bool]]:
    """Conditions for the rows of a case, which is given by the parameters `case_file` and `process_instance`."""
    if table.name == _CASE:
        return [table.c.id == bindparam(_CASE)]
    found = [(column, refers_to(column)) for column in table.columns]
    return [column == bindparam(to) for column, to in found if to in (_CASE, _INSTANCE)]


def _counted(table: Table) -> bool:
    """Whether the database gives each row its number."""
    return table.autoincrement_column is not None and not table.autoincrement_column.foreign_keys


def _insert(connection: Connection, table: Table, rows: Rows, ids: Ids) -> None:
    fitting = [_translated(table, row, ids) for row in rows]
    if not _counted(table) or table.name not in _NAMED:
        if fitting:
            connection.execute(insert(table), fitting)
        return
    known = ids.setdefault(table.name, {})
    for old, row in zip(rows, fitting, strict=True):
        made = connection.execute(insert(table).returning(table.c.id), row)
        known[old["id"]] = made.scalar_one()


def _translated(table: Table, row: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    """The row as it is here: without its own number, and with the numbers that others have here."""
    own = table.autoincrement_column if _counted(table) else None
    return {
        column.name: _here(refers_to(column), row[column.name], ids) for column in table.columns if column is not own
    }


def _here(table: str | None, value: Any, ids: Ids) -> Any:
    return value if value is None or table not in ids else ids[table][value]


def _insert_history(connection: Connection, rows: Mapping[str, Rows], ids: Ids) -> None:
    """Events and what they carry; the chain is linked anew, since the people in it have other numbers here."""
    events = [_translated(Base.metadata.tables[_HISTORY[0]], row, ids) for row in rows[_HISTORY[0]]]
    payloads = [_payload(row, ids) for row in rows[_HISTORY[1]]]
    digests = {row["seq"]: digest(row["salt"], row["data"]) for row in payloads}
    head = GENESIS
    for event in sorted(events, key=lambda each: int(each["seq"])):
        # Without its data, which was erased, an event keeps its digest.
        event["digest"] = digests.get(event["seq"], event["digest"])
        members = [event[name] for name in ("seq", "at", "actor_id", "type", "element_id", "digest")]
        head = event["hash"] = link(head, *members)
    for name, found in zip(_HISTORY, (events, payloads), strict=True):
        connection.execute(insert(Base.metadata.tables[name]), found)
    same = ProcessInstance.id == events[0]["instance_id"]
    connection.execute(update(ProcessInstance).where(same).values(history_hash=head))


def _payload(row: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    data = row["data"]
    incidents = ids.get(Incident.__tablename__, {})
    if isinstance(data, dict) and data.get("incident_id") in incidents:
        data = data | {"incident_id": incidents[data["incident_id"]]}
    return {**row, "data": data}
