"""Keeps the facts of all cases read by the columns of today, a few cases a transaction, for a few seconds at a time."""

import time

import structlog
from sqlalchemy import select

from server.casework.case_facts import is_stale, layout_of, read_again
from server.casework.context import Context
from server.engine import DiagramRefused
from server.persistence.models import CaseFact

log = structlog.get_logger(__name__)

BATCH = 50


def follow_columns(context: Context, seconds: float) -> int:
    """Read again what was read by other columns, for about so many seconds; returns how many cases.

    Writes nothing when nothing is stale. Raises Rejected when the database is away.
    """
    until = time.monotonic() + seconds
    done = 0
    for key in sorted(context.library.keys()):
        try:
            done += _follow(context, key, until)
        except DiagramRefused as refusal:
            log.warning("facts not read again", application=key, why=str(refusal))
    return done


def _follow(context: Context, key: str, until: float) -> int:
    done = 0
    while _is_any_stale(context, key):
        with context.database.write("follow_columns") as connection:
            found = read_again(connection, context.library, key, BATCH)
        done += found
        if not found or time.monotonic() >= until:
            break
    return done


def _is_any_stale(context: Context, key: str) -> bool:
    layout = layout_of(context.library.current(key).application)
    with context.read() as connection:
        query = select(CaseFact.case_id).where(CaseFact.application == key, is_stale(layout)).limit(1)
        return connection.execute(query).first() is not None
