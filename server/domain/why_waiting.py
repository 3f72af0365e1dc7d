"""Why a complaint waits, in one plain sentence.

The clauses come in a fixed order: what is waited for and how long, whose it is, how high it has climbed, the promise
and how often it moved (or why the clock stands), how many other things are waited for. Of several, the promise that
breaks first leads, then what is broken, then what has waited longest.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.durations import span, working_span
from server.domain.texts import pick_line
from server.i18n import N_, translate

_WHOLE_DAYS = 10
_NAMED = 5
_ASKED = 2
_MINUTE = 1 / 60
_OPEN_AIR = frozenset({"message", "condition", "signal"})
"""What might come at any time is no place as long as there is another."""
_LATIN = re.compile(r"[0-9A-Za-z]")


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """One thing that is waited for. Texts may carry a line for each language.

    kind: as of a wait, or `fault` for an incident of no step; awaited: what comes from outside, in the diagram's words;
    outside: it comes from outside, but the diagram does not name it; waited: seconds since it began; due_in: working
    hours until it is due (negative: since), None when nothing is promised; promise: its name; due_at, at: moments as
    they are shown, `at` of a timer; next_in: seconds until a failed job is tried again; broken: it waits for repair;
    asked: `{"kind", "of", "by", "since"}` of each question and signature that is open, the oldest first.
    """

    kind: str
    step: str = ""
    awaited: str = ""
    outside: bool = False
    waited: float = 0
    group: str = ""
    holder: str = ""
    meant_for: str = ""
    escalated_to: str = ""
    promise: str = ""
    due_in: float | None = None
    due_at: str = ""
    moved: int = 0
    running: bool = False
    error: str = ""
    next_in: float | None = None
    tries_left: int = 0
    broken: bool = False
    at: str = ""
    asked: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a complaint stands.

    since: the moment of its end or suspension; elapsed: seconds until that end, or since the suspension;
    pause: {"since", "why"} while the clock stands; promises: how many an ended case had, late: the names of those
    that were not kept.
    """

    state: str = "active"
    since: str = ""
    elapsed: float = 0
    reason: str = ""
    end: str = ""
    pause: dict[str, str] | None = None
    promises: int = 0
    late: tuple[str, ...] = ()
    places: tuple[Awaited, ...] = ()


def why_waiting(standing: Standing, language: str) -> str:
    """The sentence in `language`."""
    clauses = list(_Told(standing, language).clauses())
    chinese = language.startswith("zh")
    return ("；" if chinese else "; ").join(clauses) + ("。" if chinese else ".")


def leading(places: tuple[Awaited, ...]) -> list[Awaited]:
    """The places that count, the one that leads first."""
    standing = [place for place in places if place.kind not in _OPEN_AIR] or list(places)
    return sorted(standing, key=_rank)


def _rank(place: Awaited) -> tuple[bool, float, bool, float]:
    due = place.due_in
    return due is None, due or 0.0, not place.broken, -place.waited


class _Told:
    def __init__(self, standing: Standing, language: str):
        self.standing = standing
        self.language = language
        self.places = leading(standing.places)

    def say(self, text: str, **params: Any) -> str:
        return translate(text, self.language, **params)

    def name(self, text: str) -> str:
        return pick_line(text, language=self.language)

    def span(self, seconds: float) -> str:
        return span(seconds, self.language, _WHOLE_DAYS)

    def clauses(self) -> Iterator[str]:
        state = self.standing.state
        if state in ("completed", "cancelled"):
            yield from self._ended()
        elif state == "suspended":
            yield from self._suspended()
        elif not self.places:
            yield self.say(N_("The next step is on its way."))[:-1]
        else:
            lead = self.places[0]
            yield from self._place(lead)
            yield from self._others(told_broken=lead.broken)

    def _place(self, place: Awaited) -> Iterator[str]:
        if place.broken:
            text = (
                N_("“{step}” has waited {time} for repair")
                if place.step
                else N_("The process has waited {time} for repair")
            )
            yield self._timed(text, place)
            yield from self._what_broke(place)
        elif place.kind == "job":
            yield from self._job(place)
        elif place.kind == "user_task":
            yield self._task(place)
            yield self._owner(place)
            if place.escalated_to:
                yield self.close(N_("escalated to {person}"), person=place.escalated_to)
            yield from self._asked(place)
            yield from self._promise(place)
        else:
            yield self._timed(_EVENTS[place.kind], place)
            if place.at:
                yield self.say(N_("it comes on {at}"), at=place.at)

    def _timed(self, text: str, place: Awaited) -> str:
        return self.say(text, step=self.name(place.step), time=self.span(place.waited))

    def _task(self, place: Awaited) -> str:
        if place.awaited:
            return self.close(N_("Waits {time} on {what}"), time=self.span(place.waited), what=self.name(place.awaited))
        outside = N_("Waits {time} on word from outside for “{step}”")
        return self._timed(outside if place.outside else N_("Waits {time} on “{step}”"), place)

    def _owner(self, place: Awaited) -> str:
        group = self.name(place.group)
        for person, alone, among in (
            (place.holder, N_("{person} is working on it"), N_("{person} ({group}) is working on it")),
            (place.meant_for, N_("meant for {person}"), N_("meant for {person} ({group})")),
        ):
            if person:
                return self.close(among if group else alone, person=person, group=group)
        return self.say(N_("owner: {group}"), group=group) if group else self.say(N_("nobody is named for it"))

    def _asked(self, place: Awaited) -> Iterator[str]:
        """Whose answer or signature the step waits for."""
        for one in place.asked[:_ASKED]:
            words = {"person": one["of"], "by": one["by"], "at": one["since"]}
            yield self.close(_WAITS_FOR_PERSON[one["kind"]], **words)
        if (more := len(place.asked) - _ASKED) > 0:
            text = N_("and 1 more answer or signature is awaited")
            yield self.say(text if more == 1 else N_("and {count} more answers or signatures are awaited"), count=more)

    def _promise(self, place: Awaited) -> Iterator[str]:
        if self.standing.pause is not None:
            since, why = self.standing.pause["since"], self.name(self.standing.pause["why"])
            yield self.say(N_("the clock has stood since {at}: {why}"), at=since, why=why)
            return
        if place.due_in is None:
            return
        name = self.name(place.promise)
        if abs(place.due_in) < _MINUTE and place.due_at:
            text = N_("{promise} due on {at}") if name else N_("due on {at}")
            yield self.say(text, promise=name, at=place.due_at)
        else:
            late = place.due_in < 0
            texts = (N_("{promise} due in {time}"), N_("due in {time}"))
            text = (N_("{promise} overdue by {time}"), N_("overdue by {time}"))[not name] if late else texts[not name]
            yield self.say(text, promise=name, time=working_span(place.due_in, self.language))
        if place.moved:
            text = N_("promise moved once") if place.moved == 1 else N_("promise moved {count} times")
            yield self.say(text, count=place.moved)

    def _job(self, place: Awaited) -> Iterator[str]:
        if place.next_in is not None:
            text = N_("“{step}” failed and is tried again in {time}")
            yield self.say(text, step=self.name(place.step), time=self.span(place.next_in))
            yield from self._what_broke(place)
            yield self.say(N_("tries left: {count}"), count=place.tries_left)
        elif place.running:
            yield self._timed(N_("The server has been doing “{step}” for {time}"), place)
        else:
            yield self._timed(N_("Waits {time} for the server to do “{step}”"), place)

    def _what_broke(self, place: Awaited) -> Iterator[str]:
        if place.error:
            yield self.say(N_("what broke: {error}"), error=place.error.strip().rstrip(".。"))

    def _others(self, told_broken: bool = False) -> Iterator[str]:
        count = len(self.places) - 1
        if count > 0:
            yield self.say(N_("and 1 other") if count == 1 else N_("and {count} others"), count=count)
        if not told_broken and any(place.broken for place in self.places[1:]):
            yield self.say(N_("a failed step waits for repair"))
        for place in self.places[1:]:
            for clause in self._asked(place):
                yield self.say(N_("at “{step}” {clause}"), step=self.name(place.step), clause=clause)

    def _suspended(self) -> Iterator[str]:
        here = self.standing
        text = N_("Suspended since {at} ({time}): {reason}") if here.reason else N_("Suspended since {at} ({time})")
        yield self.say(text, at=here.since, time=self.span(here.elapsed), reason=here.reason.rstrip(".。"))
        if self.places and self.places[0].step:
            yield self.say(N_("it will go on with “{step}”"), step=self.name(self.places[0].step))
            yield from self._others(told_broken=self.places[0].broken)

    def _ended(self) -> Iterator[str]:
        here, end = self.standing, self.name(self.standing.end)
        told = {"at": here.since, "time": self.span(here.elapsed), "end": end, "reason": here.reason.rstrip(".。")}
        if here.state == "cancelled":
            text = (
                N_("Cancelled on {at} after {time}: {reason}") if here.reason else N_("Cancelled on {at} after {time}")
            )
        else:
            text = N_("Ended with “{end}” on {at} after {time}") if end else N_("Ended on {at} after {time}")
        yield self.say(text, **told)
        yield self._kept()

    def _kept(self) -> str:
        late = self.standing.late
        times = Counter(self.name(one) for one in late)
        named = [f"{name} ×{often}" if often > 1 else name for name, often in times.items()]
        named = named if len(named) <= _NAMED else [*named[:_NAMED], "…"]
        names = ("、" if self.language.startswith("zh") else ", ").join(named)
        count = self.standing.promises
        if count == 0:
            return self.say(N_("nothing was promised"))
        if count == 1:
            return self.say(
                N_("the promise was not kept: {names}") if late else N_("the promise was kept"), names=names
            )
        text = N_("{kept} of {count} promises kept, late: {names}") if late else N_("all {count} promises kept")
        return self.say(text, kept=count - len(late), count=count, names=names)

    def close(self, text: str, **names: str) -> str:
        """The clause with names of people and things set off from Chinese where they are written in Latin letters."""
        if not self.language.startswith("zh"):
            return self.say(text, **names)
        apart = {key: value if key == "time" else _apart(value) for key, value in names.items()}
        return re.sub(r" *([（）]) *", r"\1", self.say(text, **apart)).strip()


def _apart(name: str) -> str:
    first, last = (" " if _LATIN.match(letter) else "" for letter in (name[:1], name[-1:]))
    return f"{first}{name}{last}"


_WAITS_FOR_PERSON = {
    "question": N_("{person} was asked by {by} on {at} and has not answered"),
    "signature": N_("{person} was asked by {by} on {at} to sign and has not"),
}
_EVENTS = {
    "timer": N_("Waits {time} for a point in time, “{step}”"),
    "message": N_("Waits {time} for a message from outside, “{step}”"),
    "condition": N_("Waits {time} for a condition, “{step}”"),
    "signal": N_("Waits {time} for a signal, “{step}”"),
}
