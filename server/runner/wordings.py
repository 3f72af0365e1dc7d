"""Keeps the index of similar complaints up to date, a few cases a transaction, for a few seconds at a time."""

import time

from sqlalchemy import select

from server.casework.context import Context
from server.casework.desk_entries import IS_DUE
from server.casework.wordings import follow_wordings, mark_older_editions
from server.domain import desk_search
from server.persistence.models import CaseFile, CaseWording, DeskEntry

BATCH = 5
"""So few that nobody else waits for the write lock while their words are taken apart."""


def index_wordings(context: Context, seconds: float) -> int:
    """Index what is due, for about so many seconds; returns how many cases. Writes nothing when nothing is due."""
    until = time.monotonic() + seconds
    done = 0
    while _is_any_due(context):
        with context.database.write("index_wordings") as connection:
            found = follow_wordings(connection, BATCH)
        done += found
        if not found or time.monotonic() >= until:
            break
    return done


def renew_wordings(context: Context, edition: int) -> None:
    """Once a start: what was indexed by an older edition of the features is due again."""
    with context.read() as connection:
        older = connection.execute(select(CaseWording.case_id).where(CaseWording.edition < edition).limit(1)).first()
        entries = select(DeskEntry.case_id).where(DeskEntry.edition < desk_search.EDITION)
        older = older or connection.execute(entries.limit(1)).first()
    if older is not None:
        with context.database.write("renew_wordings") as connection:
            mark_older_editions(connection)


def _is_any_due(context: Context) -> bool:
    with context.read() as connection:
        return connection.execute(select(CaseFile.id).where(IS_DUE).limit(1)).first() is not None
