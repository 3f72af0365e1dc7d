"""Looks for what managers are to be alerted about: each minute, and more seldom for what changes slowly."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from server.casework.alert_rows import follow
from server.casework.alerts import (
    BROKEN,
    PROMISE,
    REPEATED,
    SLOW,
    Found,
    incidents,
    promises,
    repeated_defects,
    slow_steps,
)
from server.casework.context import Context
from server.engine import DiagramRefused

SELDOM = timedelta(minutes=15)
"""Medians of a month and counts of a quarter."""


class AlertWatch:
    """One for a process; any number of processes may watch."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seldom_at: datetime | None = None

    def look(self) -> int:
        """Open and end alerts; returns how many it were."""
        kinds = [PROMISE, BROKEN]
        now = self._context.clock.now()
        if self._seldom_at is None or now >= self._seldom_at:
            kinds += [SLOW, REPEATED]
            self._seldom_at = now + SELDOM
        found = self._found(kinds)
        try:
            with self._context.database.write("alerts") as connection:
                return follow(self._context, connection, kinds, found)
        except IntegrityError:
            # Another process has opened the same one this very moment; the next look agrees with it.
            return 0

    def _found(self, kinds: list[str]) -> list[Found]:
        context, found = self._context, list[Found]()
        with context.read() as connection:
            for key in sorted(context.library.keys()):
                try:
                    limits = context.library.current(key).application.alerts
                except DiagramRefused:
                    continue
                found += promises(context, connection, key, limits)
                found += incidents(connection, key)
                if SLOW in kinds:
                    found += slow_steps(context, connection, key, limits)
                    found += repeated_defects(context, connection, key, limits)
        return found
