"""The open complaints of an application, seen from a version they might be brought to; nothing is loaded or moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from server.casework.difference.bundles import bundle_changes
from server.casework.library import PublishedVersion
from server.casework.tools import Tools
from server.domain.texts import Label
from server.domain.working_time import functions
from server.engine import Course, DecisionTable, Element, Environment, Marking, Outlook, Questions, counterparts
from server.engine.difference import Change, Choices, output_labels
from server.engine.outlook import Spot
from server.i18n import N_, translate

Aspect = tuple[str, str, str]
"""File, subject and aspect of a change."""


@dataclass(frozen=True)
class OpenCase:
    """What is known of an open complaint without its engine; lines: what it waits for."""

    number: str
    instance_id: str
    version: PublishedVersion
    data: dict[str, Any]
    lines: Sequence[Mapping[str, Any]]
    site: str

    @cached_property
    def marking(self) -> Marking:
        return frozenset((line["process_id"], line["element_id"]) for line in self.lines)


@dataclass(frozen=True)
class Labels:
    """Several names in a sentence."""

    names: tuple[Label, ...]

    def text(self, language: str) -> str:
        """For example `Plan, Verify`."""
        comma = "、" if language.startswith("zh") else ", "
        return comma.join(name.text(language) for name in self.names) or "–"


@dataclass(frozen=True)
class Shown:
    """A value in a sentence; None is shown as nothing."""

    value: Any

    def text(self, language: str) -> str:
        """For example `3`, `yes` stands as it is written."""
        if self.value is None:
            return translate(N_("nothing"), language)
        return ", ".join(map(str, self.value)) if isinstance(self.value, tuple) else str(self.value)


@dataclass
class Reach:
    """Cases by where they are to an element: standing at it, sure or perhaps to come to it; lost: not to be told."""

    standing: list[OpenCase] = field(default_factory=list)
    sure: list[OpenCase] = field(default_factory=list)
    perhaps: list[OpenCase] = field(default_factory=list)
    lost: list[OpenCase] = field(default_factory=list)

    @property
    def ahead(self) -> list[OpenCase]:
        return [*self.sure, *self.perhaps]

    @property
    def all(self) -> list[OpenCase]:
        return [*self.standing, *self.ahead]


class _Version:
    """What is made once of a version."""

    def __init__(self, version: PublishedVersion) -> None:
        diagrams = {name: data for name, data in version.bundle.items() if name.endswith((".bpmn", ".dmn"))}
        self.outlook = Outlook(version.definition, diagrams)
        self.course = Course(self.outlook)
        self.choices = Choices(diagrams)


class Ground:
    """`base` and `target` are what is compared; `cases` run in any version but the target."""

    def __init__(
        self, tools: Tools, base: PublishedVersion, target: PublishedVersion, cases: Sequence[OpenCase]
    ) -> None:
        self.base, self.target, self.cases = base, target, cases
        self.changes = bundle_changes(base.bundle, target.bundle)
        self._tools = tools
        self._made: dict[str, _Version] = {}
        self._spots: dict[str, Mapping[Spot, Spot]] = {}
        self._own: dict[str, dict[Aspect, Change]] = {}
        self._there: dict[tuple[str, Marking], Marking | None] = {}
        self.narrowed: dict[tuple[str, str], DecisionTable | None] = {}
        """Rows of the table of deadlines by version and step; see deadline_rules."""
        self._columns: dict[tuple[str, str], Mapping[str, str]] = {}
        self._questions: dict[tuple[str, str], Questions] = {}

    def nobody(self) -> OpenCase:
        """A case that has just been filed and holds nothing."""
        return OpenCase("", "", self.base, {}, (), self._tools.settings.site)

    def made(self, version: PublishedVersion) -> _Version:
        """Outlook, course and choices of a version."""
        key = version.bundle.digest
        if key not in self._made:
            self._made[key] = _Version(version)
        return self._made[key]

    def now(self, version: PublishedVersion) -> Mapping[Spot, Spot]:
        """Where each element of a version is in the target."""
        key = version.bundle.digest
        if key not in self._spots:
            self._spots[key] = counterparts(version.definition, self.target.definition)
        return self._spots[key]

    def was(self, version: PublishedVersion, spot: Spot) -> Spot | None:
        """Where an element of the target is in a version."""
        return next((one for one, other in self.now(version).items() if other == spot), None)

    def own(self, case: OpenCase, change: Change) -> Change | None:
        """What that change is for a case, which may run in another version than the base; None when it is none."""
        key = case.version.bundle.digest
        if key == self.base.bundle.digest:
            return change
        if key not in self._own:
            found = bundle_changes(case.version.bundle, self.target.bundle)
            self._own[key] = {(each.file, each.subject, each.aspect): each for each in found}
        own = self._own[key].get((change.file, change.subject, change.aspect))
        return own if own is not None and own.kind == change.kind else None

    def there(self, case: OpenCase) -> Marking | None:
        """Where a case would stand in the target; None when the target has not all of its elements."""
        key = case.version.bundle.digest, case.marking
        if key not in self._there:
            pairs = self.now(case.version)
            known = all(spot in pairs for spot in case.marking)
            self._there[key] = frozenset(pairs[spot] for spot in case.marking) if known else None
        return self._there[key]

    def reach(self, spot: Spot, cases: Iterable[OpenCase]) -> Reach:
        """How cases stand to an element of the target."""
        found, made = Reach(), self.made(self.target)
        for case in cases:
            there = self.there(case)
            self._sort(found, made, case, there, spot)
        return found

    def reach_own(self, spot: Spot, cases: Iterable[OpenCase]) -> Reach:
        """How cases stand to an element of the version each runs in."""
        found = Reach()
        for case in cases:
            self._sort(found, self.made(case.version), case, case.marking, spot)
        return found

    def _sort(self, found: Reach, made: _Version, case: OpenCase, marking: Marking | None, spot: Spot) -> None:
        if marking is None:
            found.lost.append(case)
        elif spot in marking:
            found.standing.append(case)
        elif spot in made.outlook.ahead(marking):
            (found.sure if made.course.must(marking, spot) else found.perhaps).append(case)

    def spot(self, change: Change, version: PublishedVersion | None = None) -> Spot | None:
        """Where the element of a change stands in a version, by default the target."""
        definition = (version or self.target).definition
        element = definition.element(change.process or "", change.subject)
        return None if element is None else (element.process_id, element.id)

    def element(self, spot: Spot, version: PublishedVersion | None = None) -> Element:
        return (version or self.target).definition.elements[spot]

    def file_of(self, spot: Spot) -> str:
        """The file an element of the target is drawn in."""
        definition = self.target.definition
        drawing = definition.drawings.get(definition.process_of(spot[0]))
        return drawing.file if drawing is not None else ""

    def name(self, element: Element) -> Label:
        """The name of an element for a sentence; its id when it has none."""
        return Label((element.name or element.id,), self.target.application.languages)

    def named(self, process: str, ids: Sequence[str]) -> Labels:
        """Names of elements of the target in one process."""
        elements = [self.target.definition.elements.get((process, each)) for each in ids]
        return Labels(tuple(self.name(each) for each in elements if each is not None))

    def shown(self, text: str) -> Label:
        """A text of the target with a line a language."""
        return Label((text,), self.target.application.languages)

    def listed(self, texts: Iterable[Any]) -> Labels:
        """Several of them."""
        return Labels(tuple(text if isinstance(text, Label) else self.shown(str(text)) for text in texts))

    def column(self, file: str, decision_id: str, output: str) -> Label:
        """The label of an output column, by what it writes."""
        key = file, decision_id
        if key not in self._columns:
            self._columns[key] = output_labels(self.target.bundle.get(file, b""), file, decision_id)
        return self.shown(self._columns[key].get(output) or output)

    def group(self, key: str | None) -> Label:
        """The title of a group."""
        for version in (self.target, self.base):
            if key is not None and key in version.application.groups:
                return Label((version.application.groups[key].title,), version.application.languages)
        return Label((key or "–",))

    def ask(self, version: PublishedVersion, case: OpenCase) -> Questions:
        """Expressions and tables as `version` has them, asked about the case's own file."""
        key = version.bundle.digest, case.site
        if key not in self._questions:
            names = version.known_names | self.target.known_names
            env = Environment(clock=self._tools.clock, known_names=names, timezone=self._tools.settings.zone)
            calendars, clock = self._tools.calendars, self._tools.clock
            self._questions[key] = Questions(
                replace(env, functions=functions(lambda: calendars.seen(case.site), clock))
            )
        questions = self._questions[key]
        questions.case = case.data
        return questions
