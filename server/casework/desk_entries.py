"""Keeps what the task list is searched by (`desk_entry`, `desk_run`) up to date with the open complaints.

Called by the sweep that follows the wording of complaints, which a command only marks; until then the list reads marked
complaints directly, so that what was filed a moment ago is found.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, literal_column, select, update

from server.domain.desk_search import EDITION, Entry, entry_of
from server.persistence.models import Base, CaseFile, DeskEntry, DeskRun, ProcessInstance

_ENTRY = Base.metadata.tables[DeskEntry.__tablename__]
_RUN = Base.metadata.tables[DeskRun.__tablename__]
_GONE = delete(_RUN).where(_RUN.c.run == bindparam("gone"), _RUN.c.case_id == bindparam("of_case"))
IS_DUE = CaseFile.wording_due == literal_column("1")
"""Spelled as in the index."""
REGISTER = (CaseFile.number, CaseFile.title, CaseFile.customer, CaseFile.columns)
"""What an entry is made of."""


def entry_of_row(row: Any) -> Entry:
    """The entry of a complaint from a row that has REGISTER."""
    return entry_of(row.number, row.title, row.customer, row.columns)


def follow_entries(connection: Connection, ids: Sequence[int]) -> None:
    """Make the entries of these complaints anew, of those that have ended none; needs a write transaction."""
    query = (
        select(CaseFile.id, *REGISTER)
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .where(CaseFile.id.in_(ids), ProcessInstance.ended_at.is_(None))
    )
    entries = {row.id: entry_of_row(row) for row in connection.execute(query)}
    before = select(DeskEntry.case_id, DeskEntry.runs).where(DeskEntry.case_id.in_(ids))
    known = {row.case_id: set(row.runs) for row in connection.execute(before)}
    rows, new, gone = [], [], []
    for case_id in sorted(known.keys() | entries.keys()):
        entry, old = entries.get(case_id), known.get(case_id, set())
        runs = entry.runs() if entry is not None else []
        new += [{"run": run, "case_id": case_id} for run in runs if run not in old]
        gone += [{"gone": run, "of_case": case_id} for run in sorted(old.difference(runs))]
        if entry is not None:
            rows.append({"case_id": case_id, "edition": EDITION, "runs": runs} | vars(entry))
    if gone:
        connection.execute(_GONE, gone)
    if known:
        connection.execute(delete(_ENTRY).where(_ENTRY.c.case_id.in_(list(known))))
    if rows:
        connection.execute(insert(_ENTRY), rows)
    if new:
        connection.execute(insert(_RUN), new)


def mark_older_entries(connection: Connection) -> None:
    """What was made by an older edition becomes due again; needs a write transaction."""
    older = select(DeskEntry.case_id).where(DeskEntry.edition < EDITION)
    connection.execute(update(CaseFile).where(CaseFile.id.in_(older)).values(wording_due=1))
