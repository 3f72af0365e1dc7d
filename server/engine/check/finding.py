"""What the check says about a diagram."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from server.engine.check.codes import Severity


class Place(NamedTuple):
    """Where a finding is: the file, the process id and the element id, the last two as far as there are any."""

    file: str
    process: str | None = None
    element: str | None = None


@dataclass(frozen=True)
class Finding:
    """One finding. message and fix: English msgids, both filled from params.

    counterexample: element ids in firing order, for findings about behaviour.
    """

    code: str
    severity: Severity
    file: str
    process: str | None
    element: str | None
    message: str
    fix: str
    params: Mapping[str, Any] = field(default_factory=dict)
    counterexample: tuple[str, ...] = ()

    def to_json(self, translate: Callable[..., str]) -> dict[str, Any]:
        """The finding as `kesu check --json` prints it; translate(msgid, **params) gives the reader's text."""
        shown: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "process": self.process,
            "element": self.element,
            "message": translate(self.message, **self.params),
            "fix": translate(self.fix, **self.params),
        }
        if self.counterexample:
            shown["counterexample"] = list(self.counterexample)
        return shown
