"""`kesu test`: do the recorded tests of an application's folder, of a root with several, or one of them, pass?"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from server.casework.run_tests import Outcome, Report, run_tests
from server.domain.bundle import Bundle, applications
from server.domain.rejection import Rejected
from server.domain.working_time import WorkCalendar
from server.i18n import N_

_INNER = 3
"""How far below its root an application's test lies: workflows, key, tests."""


def play_tests(path: Path, calendar: WorkCalendar | None = None) -> Report:
    """Play what `path` names: `…/workflows/KEY`, a root holding `workflows/`, or `…/workflows/KEY/tests/NAME.json`.

    Raises Rejected `not_found.…` or `bundle.…` when there is no such application or it cannot be read.
    """
    reports = list(_reports(Path(path).absolute(), calendar))
    if not reports:
        raise Rejected(
            "not_found.file",
            N_("{path} holds nothing to test. Name a folder workflows/KEY, a root, or a file tests/NAME.json of one."),
            path=str(path),
        )
    tests = tuple(test for report in reports for test in report.tests)
    return Report(sum(report.seconds for report in reports), tests)


def _reports(path: Path, calendar: WorkCalendar | None) -> Iterator[Report]:
    if path.is_file():
        if path.suffix == ".json" and path.parent.name == "tests" and path.parents[2].name == "workflows":
            bundle = Bundle.from_folder(path.parents[_INNER], path.parents[1].name)
            yield run_tests(bundle, only=[f"tests/{path.name}"], calendar=calendar)
    elif path.is_dir() and path.parent.name == "workflows":
        yield run_tests(Bundle.from_folder(path.parents[1], path.name), calendar=calendar)
    elif path.is_dir():
        for key in applications(path):
            found = run_tests(Bundle.from_folder(path, key), calendar=calendar)
            yield Report(found.seconds, tuple(_in_root(test, key) for test in found.tests))


def _in_root(test: Outcome, key: str) -> Outcome:
    return replace(test, file=f"workflows/{key}/{test.file}")
