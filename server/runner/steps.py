"""Keeps the working time of step records counted by the calendars as they are, a few hundred rows a transaction."""

import time

from server.casework.context import Context
from server.casework.step_counting import count_some

BATCH = 400
"""So few that nobody else waits long for the write lock."""


def count_steps(context: Context, seconds: float) -> int:
    """Count what is due, for about so many seconds; returns how many rows. Writes nothing when nothing is due."""
    until = time.monotonic() + seconds
    done = 0
    while found := count_some(context, BATCH):
        done += found
        if time.monotonic() >= until:
            break
    return done
