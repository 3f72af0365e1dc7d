"""All recorded tests of a bundle, played on it: what `kesu test` prints and publishing asks for."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.casework import replay_words as words
from server.casework.library import PublishedVersion, published
from server.casework.replay import SECONDS, replay
from server.casework.replay_words import Difference
from server.domain.bundle import Bundle
from server.domain.recorded_test import FOLDER, files_of, read_test
from server.domain.rejection import Rejected
from server.domain.working_time import WorkCalendar
from server.engine import DiagramRefused
from server.i18n import N_, translate

ALL_SECONDS = 60.0
"""How long the tests of one bundle may take together; those that are left then have not passed."""


@dataclass(frozen=True)
class Outcome:
    """One test. `file`: its path in the bundle; `difference`: None when it passed."""

    name: str
    file: str
    difference: Difference | None = None

    @property
    def ok(self) -> bool:
        return self.difference is None

    def to_json(self, language: str) -> dict[str, Any]:
        told: dict[str, Any] = {"name": self.name, "file": self.file, "ok": self.ok}
        return told if self.difference is None else told | {"difference": self.difference.to_json(language)}


@dataclass(frozen=True)
class Report:
    """What the tests say. seconds: how long it took."""

    seconds: float
    tests: tuple[Outcome, ...]

    @property
    def ok(self) -> bool:
        """True when every test passed; also when there is none."""
        return all(test.ok for test in self.tests)

    def to_json(self, language: str) -> dict[str, Any]:
        """The object `kesu test --json` prints."""
        tests = [test.to_json(language) for test in self.tests]
        return {"ok": self.ok, "seconds": round(self.seconds, 3), "tests": tests}

    def to_text(self, language: str) -> str:
        """A line for every test, one more for what differs, and a last line that counts them."""
        lines = []
        for test in self.tests:
            lines.append(f"{'✓' if test.ok else '✗'} {test.file}")
            if test.difference is not None:
                lines.append("    " + _sentence(test.difference, language))
        passed = sum(test.ok for test in self.tests)
        total = N_("Tests: {all}, passed: {passed}, seconds: {seconds}")
        counts = {"all": len(self.tests), "passed": passed, "seconds": round(self.seconds, 2)}
        return "\n".join([*lines, translate(total, language, **counts)])


def run_tests(bundle: Bundle, *, only: Sequence[str] | None = None, calendar: WorkCalendar | None = None) -> Report:
    """Play the tests of `bundle` (only those at the paths `only`, if given) on it. Never raises for what it holds.

    calendar: the site's working time, by default the product's own.
    """
    started = time.perf_counter()
    files = [file for file in files_of(bundle) if only is None or file in only]
    outcomes = _outcomes(bundle, files, calendar, started + ALL_SECONDS) if files else []
    return Report(time.perf_counter() - started, tuple(outcomes))


def run_test(version: PublishedVersion, file: str, data: bytes, calendar: WorkCalendar | None = None) -> Outcome:
    """One test, given as the bytes of its file, on one version."""
    return _outcome(version, file, data, calendar, SECONDS)


def _outcomes(bundle: Bundle, files: Sequence[str], calendar: WorkCalendar | None, until: float) -> list[Outcome]:
    try:
        version = published(0, 0, bundle)
    except (Rejected, DiagramRefused) as refusal:
        trouble = words.cannot_run(_Told(refusal))
        return [Outcome(_name(file), file, trouble) for file in files]
    found = []
    for file in files:
        left = min(SECONDS, until - time.perf_counter())
        found.append(_outcome(version, file, bundle[file], calendar, left))
    return found


def _outcome(
    version: PublishedVersion, file: str, data: bytes, calendar: WorkCalendar | None, seconds: float
) -> Outcome:
    try:
        test = read_test(file, data)
    except Rejected as refusal:
        return Outcome(_name(file), file, words.unreadable(refusal))
    return Outcome(test.name, file, replay(version, test, calendar, seconds))


@dataclass(frozen=True)
class _Told:
    """A refusal of a form or of a diagram as part of a sentence."""

    refusal: Rejected | DiagramRefused

    def text(self, language: str) -> str:
        message, params = self.refusal.message, self.refusal.params
        return translate(message, language, **params)


def _name(file: str) -> str:
    return file.removeprefix(FOLDER).removesuffix(".json")


def _sentence(difference: Difference, language: str) -> str:
    text = difference.text(language)
    if not difference.step:
        return text
    return translate(N_("Step {number}: {what}"), language, number=difference.step, what=text)
