"""The formats a form field may have, each as the plain rule it stands for."""

import re
from datetime import date

from jsonschema import FormatChecker

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?([Zz]|[+-]([0-9]{2}):([0-9]{2}))")
_EMAIL = re.compile(r"[^\s\x00-\x1f\x7f-\x9f@,;<>()\\\"]+@[^\s\x00-\x1f\x7f-\x9f@,;<>()\\\"]+")
_ATTACHMENT = re.compile(r"[A-Za-z0-9_-]{1,64}")

CHECKER = FormatChecker(formats=())
"""Checks exactly the formats of this module."""


@CHECKER.checks("date")
def is_date(value: object) -> bool:
    """A day as RFC 3339 writes it: `2026-02-28`, years 0000 to 9999."""
    if not isinstance(value, str):
        return True
    found = _DATE.fullmatch(value)
    return found is not None and _is_day(int(found[1]), int(found[2]), int(found[3]))


@CHECKER.checks("date-time")
def is_date_time(value: object) -> bool:
    """A moment as RFC 3339 writes it, with its offset: `2026-02-28T09:30:00+08:00`; second 60 is a leap second."""
    if not isinstance(value, str):
        return True
    found = _TIME.fullmatch(value[11:])
    if not found or value[10] not in "Tt " or not is_date(value[:10]):
        return False
    hour, minute, second = (int(found[position]) for position in (1, 2, 3))
    return hour < 24 and minute < 60 and second < 61 and int(found[6] or 0) < 24 and int(found[7] or 0) < 60


@CHECKER.checks("email")
def is_email(value: object) -> bool:
    """One address, `name@host`: no spaces, line breaks, brackets, commas or quotes, at most 320 characters.

    On purpose wider than RFC 5321 (any script, hosts without a dot): whether it exists, only a mail can tell.
    """
    return not isinstance(value, str) or (len(value) <= 320 and bool(_EMAIL.fullmatch(value)))


@CHECKER.checks("attachment")
def is_attachment(value: object) -> bool:
    """The id of an uploaded file."""
    return not isinstance(value, str) or bool(_ATTACHMENT.fullmatch(value))


def _is_day(year: int, month: int, day: int) -> bool:
    # Python knows no year 0; it has the calendar of any other year that 400 divides.
    try:
        date(year or 2000, month, day)
    except ValueError:
        return False
    return True
