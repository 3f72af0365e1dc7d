"""`kesu check`: what is wrong with an application's folder, a root with several, or one diagram or table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from server.casework.check_bundle import check_bundle, rejection_finding
from server.clock import Clock, SystemClock
from server.domain.bundle import Bundle, applications
from server.domain.rejection import Rejected
from server.engine.check import Finding, check_files
from server.i18n import N_, translate

_ENDINGS = (".bpmn", ".dmn")


@dataclass(frozen=True)
class Report:
    """What the check says. seconds: how long it took; files: what was looked at, as the findings name it."""

    seconds: float
    files: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """True when no finding is an error."""
        return not any(finding.severity == "error" for finding in self.findings)

    def to_json(self, language: str) -> dict[str, Any]:
        """The object `kesu check --json` prints."""
        return {
            "ok": self.ok,
            "seconds": round(self.seconds, 3),
            "files": list(self.files),
            "findings": [
                finding.to_json(lambda text, **params: translate(text, language, **params)) for finding in self.findings
            ],
        }

    def to_text(self, language: str) -> str:
        """A paragraph for every finding and a last line that counts them."""
        lines = [line for finding in self.findings for line in _paragraph(finding, language)]
        errors = sum(finding.severity == "error" for finding in self.findings)
        total = N_("Files: {files}, findings: {findings}, errors: {errors}")
        counts = {"files": len(self.files), "findings": len(self.findings), "errors": errors}
        return "\n".join([*lines, translate(total, language, **counts)])


def check_application(path: Path, topics: frozenset[str] | None, clock: Clock | None = None) -> Report:
    """Check `path`: `…/workflows/KEY`, a root holding `workflows/`, a folder of diagrams, or one .bpmn/.dmn file.

    topics: what workers offer, None when unknown. Raises Rejected `not_found.file` when there is nothing to check.
    """
    return check_applications([path], topics, clock)


def check_applications(paths: Iterable[Path], topics: frozenset[str] | None, clock: Clock | None = None) -> Report:
    """Check several paths as one; see check_application."""
    clock = clock or SystemClock()
    started = clock.monotonic()
    files: list[str] = []
    findings: list[Finding] = []
    for path in paths:
        for names, found in _look(Path(path).absolute(), topics):
            files += names
            findings += found
    return Report(clock.monotonic() - started, tuple(files), tuple(findings))


def _look(path: Path, topics: frozenset[str] | None) -> Iterator[tuple[list[str], list[Finding]]]:
    keys = applications(path) if path.is_dir() else []
    if path.is_file() and path.name.lower().endswith(_ENDINGS):
        yield [path.name], check_files({path.name: path.read_bytes()}, topics=topics, lone=True)
    elif path.is_dir() and path.parent.name == "workflows":
        yield _application(path.parents[1], path.name, topics)
    elif keys:
        for key in keys:
            names, found = _application(path, key, topics)
            yield [_in_root(name, key) for name in names], [replace(f, file=_in_root(f.file, key)) for f in found]
    else:
        files = _diagrams(path)
        if not files:
            raise Rejected(
                "not_found.file",
                N_("{path} holds nothing to check. Name a folder workflows/KEY, a root, or a .bpmn or .dmn file."),
                path=str(path),
            )
        yield list(files), check_files(files, topics=topics, lone=True)


def _application(root: Path, key: str, topics: frozenset[str] | None) -> tuple[list[str], list[Finding]]:
    try:
        bundle = Bundle.from_folder(root, key)
    except Rejected as error:
        return [], [rejection_finding(error)]
    return list(bundle), check_bundle(bundle, topics)


def _diagrams(folder: Path) -> dict[str, bytes]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return {path.name: path.read_bytes() for path in found if path.is_file() and path.name.lower().endswith(_ENDINGS)}


def _in_root(name: str, key: str) -> str:
    if name.startswith("forms/"):
        return f"forms/{key}/{name.removeprefix('forms/')}"
    return f"workflows/{key}/{name}"


def _paragraph(finding: Finding, language: str) -> list[str]:
    shown = finding.to_json(lambda text, **params: translate(text, language, **params))
    place = " ".join(part for part in (finding.file, finding.process, finding.element) if part)
    lines = [f"{finding.severity} {finding.code} {place}", f"    {shown['message']}", f"    {shown['fix']}"]
    if finding.counterexample:
        lines.append("    " + " → ".join(finding.counterexample))
    return lines
