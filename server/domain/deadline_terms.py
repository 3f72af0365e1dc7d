"""The lines of an explained due date: sentences whose dates, hours and names wait for the reader's language.

They are kept as JSON without any language in it (`to_json`, `from_json`) and told when somebody reads them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.texts import Label, Sentence
from server.i18n import N_, translate

PAUSE_REASONS: Mapping[str, str] = {
    "waiting_part": N_("waiting for a part"),
    "waiting_customer": N_("waiting for the customer"),
    "waiting_outside": N_("waiting for somebody outside"),
    "suspended": N_("the complaint is suspended"),
    "colleague": N_("waiting for a colleague's answer"),
    "other": N_("another reason"),
}
"""Why a clock stands, by kind."""

_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Moment:
    """A moment on the wall clock of `zone`."""

    at: datetime
    zone: ZoneInfo

    def text(self, language: str) -> str:
        local = self.at.astimezone(self.zone)
        if _is_chinese(language):
            return f"{local.year}年{_day(local.date(), language)}{local:%H:%M}"
        return f"{_day(local.date(), language)} {local.year} {local:%H:%M}"


@dataclass(frozen=True)
class Days:
    """A day, or all days from `first` to `last`."""

    first: date
    last: date

    def text(self, language: str) -> str:
        if self.first == self.last:
            return _day(self.first, language)
        if _is_chinese(language):
            return f"{_day(self.first, language)}至{_day(self.last, language)}"
        same_month = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        start = f"{_WEEKDAYS['en'][self.first.weekday()]} {self.first.day}" if same_month else _day(self.first, "en")
        return f"{start} – {_day(self.last, language)}"


@dataclass(frozen=True)
class Hours:
    """A length of time in whole minutes."""

    minutes: int

    def text(self, language: str) -> str:
        hours, minutes = divmod(self.minutes, 60)
        if not minutes:
            return translate(N_("{hours} h"), language, hours=hours)
        if not hours:
            return translate(N_("{minutes} min"), language, minutes=minutes)
        return translate(N_("{hours} h {minutes} min"), language, hours=hours, minutes=minutes)


@dataclass(frozen=True)
class Reason:
    """Why a clock stood: one of PAUSE_REASONS, and what somebody wrote about it."""

    kind: str
    note: str = ""

    def text(self, language: str) -> str:
        if self.note and self.kind == "other":
            return self.note
        told = translate(PAUSE_REASONS.get(self.kind, PAUSE_REASONS["other"]), language)
        return translate(N_("{reason} ({note})"), language, reason=told, note=self.note) if self.note else told


@dataclass(frozen=True)
class Term:
    """One line of the sum. `hours` count towards the promised amount; `at` is the moment the line is about."""

    sentence: Sentence
    at: datetime | None = None
    hours: float | None = None


def to_json(term: Term) -> dict[str, Any]:
    """For the database: plain JSON without a language."""
    line: dict[str, Any] = {"message": term.sentence.message}
    if term.sentence.params:
        line["params"] = {name: _plain(value) for name, value in term.sentence.params.items()}
    if term.at is not None:
        line["at"] = _utc(term.at)
    if term.hours is not None:
        line["hours"] = term.hours
    return line


def from_json(line: Mapping[str, Any]) -> Term:
    """The term that `to_json` wrote."""
    params = {name: _param(value) for name, value in line.get("params", {}).items()}
    at = datetime.fromisoformat(line["at"]) if "at" in line else None
    return Term(Sentence(line["message"], params), at, line.get("hours"))


def _plain(value: Any) -> Any:
    if isinstance(value, Moment):
        return {"moment": _utc(value.at), "zone": value.zone.key}
    if isinstance(value, Days):
        return {"first": value.first.isoformat(), "last": value.last.isoformat()}
    if isinstance(value, Hours):
        return {"minutes": value.minutes}
    if isinstance(value, Reason):
        return {"reason": value.kind, "note": value.note}
    if isinstance(value, Label):
        return {"label": list(value.parts)}
    return value


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "moment": lambda plain: Moment(datetime.fromisoformat(plain["moment"]), ZoneInfo(plain["zone"])),
    "first": lambda plain: Days(date.fromisoformat(plain["first"]), date.fromisoformat(plain["last"])),
    "minutes": lambda plain: Hours(plain["minutes"]),
    "reason": lambda plain: Reason(plain["reason"], plain["note"]),
    "label": lambda plain: Label(tuple(plain["label"])),
}


def _param(plain: Any) -> Any:
    return _READERS[next(iter(plain))](plain) if isinstance(plain, dict) else plain


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _day(day: date, language: str) -> str:
    if _is_chinese(language):
        return f"{day.month}月{day.day}日（周{_WEEKDAYS['zh'][day.weekday()]}）"
    return f"{_WEEKDAYS['en'][day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _is_chinese(language: str) -> bool:
    return language.partition("-")[0].lower() == "zh"
