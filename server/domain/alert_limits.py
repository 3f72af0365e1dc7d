"""When managers are alerted: the table `alerts` of application.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from server.domain.application_parts import wrong
from server.i18n import N_

_MOST = 10_000


@dataclass(frozen=True)
class AlertLimits:
    """All are whole numbers above zero.

    promise_hours: working hours before a promise breaks; slow_days: days looked back at for slow steps, of which at
    least slow_least must have been completed; repeats: complaints about the same within repeat_days days.
    """

    promise_hours: int = 4
    slow_days: int = 28
    slow_least: int = 5
    repeats: int = 3
    repeat_days: int = 90


def alert_limits(entries: Mapping[str, Any]) -> AlertLimits:
    """The table `alerts`, where it is left out the usual limits; raises Rejected `bundle.application`."""
    told = entries.get("alerts", {})
    known = [field.name for field in fields(AlertLimits)]
    if not isinstance(told, dict):
        raise wrong("alerts", N_("{entry} in application.toml must be a table."))
    for name, value in told.items():
        if name not in known:
            raise wrong(
                f"alerts.{name}", N_("{entry} in application.toml is unknown. Known: {known}."), known=", ".join(known)
            )
        if type(value) is not int or not 1 <= value <= _MOST:
            raise wrong(
                f"alerts.{name}", N_("{entry} in application.toml must be a whole number from 1 to {most}."), most=_MOST
            )
    return AlertLimits(**told)
