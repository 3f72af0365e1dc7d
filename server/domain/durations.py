"""Moments and lengths of time in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from server.i18n import N_, translate

_DAY = 1440


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


def span(seconds: float, language: str, whole_days: int = 3) -> str:
    """A length of time in its two largest units that matter; from `whole_days` days on in days alone."""
    minutes = int(abs(seconds)) // 60
    days, hours = minutes // _DAY, minutes // 60 % 24
    if days >= whole_days or (days and not hours):
        return translate(N_("{days} d"), language, days=days)
    if days:
        return translate(N_("{days} d {hours} h"), language, days=days, hours=hours)
    if hours:
        return translate(N_("{hours} h"), language, hours=hours)
    return translate(N_("{minutes} min"), language, minutes=minutes)


def working_span(hours: float, language: str) -> str:
    """Working hours in words: whole ones, below one hour minutes."""
    minutes = round(abs(hours) * 60)
    if minutes < 60:
        text = N_("1 working minute") if minutes == 1 else N_("{minutes} working minutes")
        return translate(text, language, minutes=minutes)
    text = N_("1 working hour") if minutes // 60 == 1 else N_("{hours} working hours")
    return translate(text, language, hours=minutes // 60)
