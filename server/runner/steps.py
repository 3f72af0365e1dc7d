"""Keeps the working time of step records counted by the calendars as they are, and days that are over added up."""

import time

from server.casework.context import Context
from server.casework.step_counting import count_some
from server.casework.step_sums import add_up_some

BATCH = 400
"""Rows a transaction: so few that nobody else waits long for the write lock."""
DAYS = 20


def count_steps(context: Context, seconds: float) -> int:
    """Count what is due, for about so many seconds; returns how many rows. Writes nothing when nothing is due."""
    until = time.monotonic() + seconds
    done = 0
    while found := count_some(context, BATCH):
        done += found
        if time.monotonic() >= until:
            break
    return done


def add_up_steps(context: Context, seconds: float) -> int:
    """Add up days and months that are over, for about so many seconds; returns how many."""
    until = time.monotonic() + seconds
    done = 0
    while found := add_up_some(context, DAYS):
        done += found
        if time.monotonic() >= until:
            break
    return done
