"""Moments and spans in words, in the site's zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from server.i18n import N_, translate

_SOON, _CLOSE = 24 * 3600, 2 * 3600


def moment(value: str | datetime | None, zone: ZoneInfo) -> datetime | None:
    """An RFC 3339 string (or aware datetime) as local time of `zone`; None for what is no moment."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone)


def clock_time(value: str | datetime | None, zone: ZoneInfo) -> str:
    """`2026-02-28 09:30` in both languages; an unreadable value as it is."""
    local = moment(value, zone)
    return str(value or "") if local is None else local.strftime("%Y-%m-%d %H:%M")


def span(seconds: float, language: str) -> str:
    """A length of time in its two largest units that matter."""
    minutes = int(abs(seconds)) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days >= 3 or (days and not hours):
        return translate(N_("{days} d"), language, days=days)
    if days:
        return translate(N_("{days} d {hours} h"), language, days=days, hours=hours)
    if hours:
        return translate(N_("{hours} h"), language, hours=hours)
    return translate(N_("{minutes} min"), language, minutes=minutes)


def work_span(seconds: float, language: str) -> str:
    """A length of working time: hours and minutes, from ten hours on hours alone; days differ from site to site."""
    minutes = int(abs(seconds)) // 60
    hours, rest = divmod(minutes, 60)
    if hours >= 10 or (hours and not rest):
        return translate(N_("{hours} h"), language, hours=f"{hours:,}")
    if hours:
        return translate(N_("{hours} h {minutes} min"), language, hours=hours, minutes=rest)
    return translate(N_("{minutes} min"), language, minutes=rest)


def time_left(seconds: float | None, language: str) -> tuple[str, str]:
    """(state for the colour: green, amber, red, late or none; words) of what is left until a promise."""
    if seconds is None:
        return "none", translate(N_("no time limit"), language)
    if seconds < 0:
        return "late", translate(N_("overdue by {time}"), language, time=span(seconds, language))
    state = "red" if seconds < _CLOSE else "amber" if seconds < _SOON else "green"
    return state, translate(N_("{time} left"), language, time=span(seconds, language))
