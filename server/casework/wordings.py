"""What a case file says for the search of similar complaints, and the sweep that keeps the index of it up to date.

A command that changes one of these fields only marks the case; the sweep follows within seconds, so that completing a
task costs not one statement more. Until then the query reads marked cases directly.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from server.casework.desk_entries import IS_DUE, follow_entries, mark_older_entries
from server.casework.register import touches, value_at
from server.domain.case_file import Change
from server.domain.wording import EDITION, LONGEST_TEXT, Wording, features_of
from server.persistence.models import Base, CaseFile, CaseGram, CaseWording

FIELDS: dict[str, tuple[str, ...]] = {
    "part": ("/product/part_no", "/product/customer_part_no"),
    "name": ("/product/name",),
    "problem": ("/problem/title", "/problem/description", "/problem/our_description"),
    "defect": ("/problem/defect",),
    "cause": (
        "/root_cause/occurrence",
        "/root_cause/escape",
        "/eight_d/root_cause",
        "/cause/explanation",
        "/service/cause",
        "/archive/summary",
    ),
}
"""Where each part of a wording stands in the case file; what a case file does not have is simply not there."""
CAUSES = ("/root_cause/occurrence", "/eight_d/root_cause", "/service/cause", "/cause/explanation")
ACTIONS = ("/plan/summary", "/eight_d/corrective_action", "/immediate/solution", "/service/answer")
"""What a reader is shown of a similar complaint: the first that is filled."""

_ALL = tuple(pointer for pointers in FIELDS.values() for pointer in pointers)
_GRAM = Base.metadata.tables[CaseGram.__tablename__]
_WORDING = Base.metadata.tables[CaseWording.__tablename__]
_GONE = delete(_GRAM).where(_GRAM.c.gram == bindparam("gone"), _GRAM.c.case_id == bindparam("of_case"))


def is_reworded(changes: Iterable[Change]) -> bool:
    """Whether similar complaints are found by anything that changed."""
    return touches(changes, _ALL)


def wording_of(data: Mapping[str, Any]) -> Wording:
    """The wording of a case file."""
    return Wording(**{field: _text(data, pointers) for field, pointers in FIELDS.items()})


def first_filled(data: Mapping[str, Any], pointers: Iterable[str]) -> str:
    """The first text that stands at one of `pointers`; empty when there is none."""
    texts = (value_at(data, pointer) for pointer in pointers)
    return next((" ".join(text.split()) for text in texts if isinstance(text, str) and text.strip()), "")


def follow_wordings(connection: Connection, most: int) -> int:
    """Index up to `most` cases whose wording is due, oldest first; returns how many there were.

    Needs a write transaction. Cases that another process has in hand are left to the next call.
    """
    query = select(CaseFile.id, CaseFile.data).where(IS_DUE).order_by(CaseFile.id).limit(most)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    if rows:
        ids = [row.id for row in rows]
        known = connection.execute(select(_WORDING).where(_WORDING.c.case_id.in_(ids)))
        _write(connection, rows, {row.case_id: row for row in known})
        follow_entries(connection, ids)
        connection.execute(update(CaseFile).where(CaseFile.id.in_(ids)).values(wording_due=0))
    return len(rows)


def mark_older_editions(connection: Connection) -> None:
    """What was indexed by an older edition of the features becomes due again; needs a write transaction."""
    older = select(CaseWording.case_id).where(CaseWording.edition < EDITION)
    connection.execute(update(CaseFile).where(CaseFile.id.in_(older)).values(wording_due=1))
    mark_older_entries(connection)


def _text(data: Mapping[str, Any], pointers: Iterable[str]) -> str:
    values = (value_at(data, pointer) for pointer in pointers)
    return "\n".join(value[:LONGEST_TEXT] for value in values if isinstance(value, str))


def _write(connection: Connection, rows: Iterable[Row[Any]], known: Mapping[int, Row[Any]]) -> None:
    new, gone, wordings = [], [], []
    for row in rows:
        wording = wording_of(row.data)
        grams, before = features_of(wording).grams(), known[row.id].grams if row.id in known else []
        wordings.append({"case_id": row.id, "edition": EDITION, "grams": grams} | vars(wording))
        new += [{"gram": gram, "case_id": row.id} for gram in sorted(set(grams).difference(before))]
        gone += [{"gone": gram, "of_case": row.id} for gram in sorted(set(before).difference(grams))]
    if gone:
        connection.execute(_GONE, gone)
    if known:
        connection.execute(delete(_WORDING).where(_WORDING.c.case_id.in_(list(known))))
    connection.execute(insert(_WORDING), wordings)
    if new:
        connection.execute(insert(_GRAM), new)
