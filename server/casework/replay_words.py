"""The first difference between a recorded test and a version, in words and with the elements a diagram can show."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.casework.library import PublishedVersion
from server.domain.form_errors import title_of
from server.domain.recorded_test import RecordedTest, Step
from server.domain.rejection import Rejected
from server.domain.texts import Label, Sentence
from server.engine import EngineError, ProcessFault
from server.i18n import N_, translate

_SHOWN = 200


@dataclass(frozen=True)
class Difference:
    """`step` counts from 1, 0 when the test could not be read; `kind` is for programs; `elements`, the acting one
    first, are there to be shown; `expected` and `found` are JSON values.
    """

    kind: str
    step: int
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    elements: tuple[str, ...] = ()
    expected: Any = None
    found: Any = None
    field: str | None = None

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return translate(self.message, language, **self.params)

    def to_json(self, language: str) -> dict[str, Any]:
        """As `kesu test --json` prints it."""
        told = {"step": self.step, "kind": self.kind, "elements": list(self.elements)}
        told |= {"expected": self.expected, "found": self.found, "message": self.text(language)}
        return told | ({"field": self.field} if self.field is not None else {})


@dataclass(frozen=True)
class Names:
    """Names to be put into a sentence, each in quotation marks; "nothing" when there is none."""

    labels: tuple[Label | Sentence, ...]

    def text(self, language: str) -> str:
        """For example `“Team”, “Meeting”`."""
        if not self.labels:
            return translate(N_("nothing"), language)
        comma = "、" if language.startswith("zh") else ", "
        return comma.join(f"“{label.text(language)}”" for label in self.labels)


@dataclass(frozen=True)
class Where:
    """The step that is being played, and what its elements are called."""

    number: int
    step: Step
    version: PublishedVersion
    test: RecordedTest

    def name(self, element_id: str) -> Label:
        """As the version calls it, else as it was called when the test was recorded."""
        found = self.version.definition.find(element_id)
        return Label(((found.name if found else "") or self.test.names.get(element_id) or element_id,))

    def names(self, element_ids: Iterable[str]) -> Names:
        return Names(tuple(self.name(each) for each in element_ids))

    @property
    def elements(self) -> tuple[str, ...]:
        """What the step is about, as far as it stands in a diagram."""
        step = self.step
        if step.verb in ("task", "job", "send_back", "take_back"):
            return (str(step.subject),)
        if step.verb == "timers":
            return tuple(step.subject)
        return (step.told["element"],) if "element" in step.told else ()

    @property
    def here(self) -> Names:
        """The step in words."""
        if self.elements:
            return self.names(self.elements)
        if self.step.verb == "message":
            return Names((Label((str(self.step.subject),)),))
        told = N_("filing the complaint") if self.step.verb == "file" else N_("the correction of the complaint")
        return Names((Sentence(told),))

    def difference(self, kind: str, message: str, more: Sequence[str] = (), **told: Any) -> Difference:
        """`told`: expected, found and field of the difference, the rest fills the sentence."""
        own = {name: told.pop(name) for name in ("expected", "found", "field") if name in told}
        elements = tuple(dict.fromkeys((*self.elements, *more)))
        return Difference(kind, self.number, message, {"here": self.here, **told}, elements, **own)


def path_differs(where: Where, expected: Sequence[str], found: Sequence[str], waiting: Sequence[str]) -> Difference:
    """Both: the elements passed, then those that are open; `waiting`: all that is open in one of them."""
    gone, new = (Counter(expected) - Counter(found)), (Counter(found) - Counter(expected))
    lost = [each for each in dict.fromkeys(expected) if each in gone]
    came = [each for each in dict.fromkeys(found) if each in new]
    if lost and came and where.step.verb == "task":
        message = N_("At {here} the answer went to {new}; recorded was: {old}.")
    elif lost and came:
        message = N_("After {here} it went to {new}; recorded was: {old}.")
    elif lost:
        message = N_("After {here} there was no {old} any more, which was recorded.")
    else:
        message = N_("After {here} came {new}, which was not recorded.")
    names = {"new": where.names(_goal(came, waiting)), "old": where.names(_goal(lost, waiting))}
    return where.difference("path", message, (*came, *lost), **names, expected=list(expected), found=list(found))


def _goal(ids: Sequence[str], waiting: Sequence[str]) -> Sequence[str]:
    """Where a way leads: what is open at its end, else what it passed last."""
    return [each for each in ids if each in waiting] or ids[-1:]


def out_of_order(where: Where, earlier: str, later: str, expected: Sequence[str], found: Sequence[str]) -> Difference:
    """`earlier` now comes before `later`; recorded was the other way round."""
    message = N_("After {here} {first} now comes before {second}; recorded was the other way round.")
    names = {"first": where.names([earlier]), "second": where.names([later])}
    sets = {"expected": list(expected), "found": list(found)}
    return where.difference("order", message, (earlier, later), **names, **sets)


def not_open(where: Where, open_now: Sequence[str], end: str | None) -> Difference:
    """What the step does cannot be done: nothing of the kind is open."""
    message = N_("{here} came next in the recording; it is not open here. Open: {now}.")
    now, shown = where.names(open_now), tuple(open_now)
    if end is not None:
        message = N_("{here} came next in the recording; here the complaint had already ended at {now}.")
        now, shown = where.names([end]), (end,)
    wanted = list(where.elements) or [str(where.step.subject)]
    return where.difference("not_open", message, shown, now=now, expected=wanted, found=list(shown))


def group_differs(where: Where, found: str | None) -> Difference:
    message = N_("{here} is for the group {found_group} now; recorded was {group}.")
    group = where.step.told["group"]
    return where.difference(
        "group", message, group=_group(where, group), found_group=_group(where, found), expected=group, found=found
    )


def topic_differs(where: Where, found: str | None) -> Difference:
    message = N_("{here} asks a worker for {found_topic} now; recorded was {topic}.")
    topic = where.step.told["topic"]
    return where.difference("topic", message, topic=topic, found_topic=found or "–", expected=topic, found=found)


def not_caught(where: Where) -> Difference:
    code = where.step.told["error"]
    message = N_("The error {code} of {here} is no longer caught.")
    return where.difference("error", message, code=code, expected=code)


def timer_differs(where: Where, fired: Sequence[str]) -> Difference:
    expected = list(where.elements)
    more, less = (Counter(fired) - Counter(expected)), (Counter(expected) - Counter(fired))
    message = N_("When the time of {here} was up, so was that of {now}; in the recording it was not.")
    if less:
        message = N_("The time of {now} does not come to its end here.")
    names = where.names(less or more)
    return where.difference("timer", message, tuple(fired), now=names, expected=expected, found=list(fired))


def value_differs(where: Where, path: str, expected: Any, found: Any) -> Difference:
    title = title_of(where.version.forms.case_schema(), path.split("."))
    message = N_("After {here} “{title}” is {new}; recorded was {old}.")
    told = {"title": title, "new": _value(found), "old": _value(expected)}
    pointer = "/" + path.replace(".", "/")
    return where.difference("value", message, **told, expected=expected, found=found, field=pointer)


def end_differs(where: Where, expected: str | None, found: str | None, open_now: Sequence[str]) -> Difference:
    sets = {"expected": expected, "found": found}
    shown = tuple(each for each in (found, expected) if each) or tuple(open_now)
    if found is None:
        message = N_("The recorded complaint ended at {old}; here it is still open at {new}.")
        return where.difference(
            "end", message, (*shown, *open_now), old=where.names([expected or ""]), new=where.names(open_now), **sets
        )
    message = N_("The complaint ended at {new}; recorded was: {old}.")
    old = where.names([expected] if expected else [])
    return where.difference("end", message, shown, new=where.names([found]), old=old, **sets)


def not_accepted(where: Where, refusal: Rejected) -> Difference:
    """What came from outside is refused: by a form, or by the case file."""
    messages = {
        "message": N_("What the message {here} brings is no longer accepted: {reason}"),
        "job": N_("The worker's result at {here} is no longer accepted: {reason}"),
        "file": N_("The form for {here} no longer accepts what was filled in: {reason}"),
    }
    message = messages.get(where.step.verb, N_("The form of {here} no longer accepts the recorded answer: {reason}"))
    return where.difference("form", message, reason=refusal, field=refusal.field, found=refusal.code)


def went_wrong(where: Where, error: EngineError) -> Difference:
    """The process itself did not get on."""
    fault = isinstance(error, ProcessFault)
    element = error.element_id if isinstance(error, ProcessFault) else None
    reason = (error.message if isinstance(error, ProcessFault) else str(error))[:500]
    if fault and element:
        message = N_("After {here} the process does not get past {place}: {reason}")
        return where.difference("fault", message, (element,), place=where.names([element]), reason=reason)
    return where.difference("fault", N_("After {here} the process does not go on: {reason}"), reason=reason)


def out_of_time(where: Where, seconds: float) -> Difference:
    message = N_("The test took longer than {seconds} seconds and was given up before {here}.")
    return where.difference("time", message, seconds=f"{seconds:g}")


def unreadable(refusal: Rejected) -> Difference:
    """The file is no recorded test."""
    return Difference("test", 0, refusal.message, refusal.params, field=refusal.field)


def cannot_run(reason: Any) -> Difference:
    """The version itself cannot be run."""
    return Difference("version", 0, N_("This version cannot be run: {reason}"), {"reason": reason})


def _group(where: Where, key: str | None) -> Label:
    group = where.version.application.groups.get(key or "")
    return Label((group.title if group else key or "–",))


def _value(value: Any) -> Any:
    if value is None:
        return Sentence(N_("empty"))
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
