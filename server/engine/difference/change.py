"""One thing that differs between two versions."""

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["added", "removed", "changed", "moved", "renamed"]


@dataclass(frozen=True)
class Change:
    """What differs, without a language.

    subject: id of the element, flow, lane, process or decision, pointer of the field, entry of application.toml; the
    new id where there is one. aspect: what of it, empty for all of it. process: the process the element stands in.
    name: raw name, one line a language. sort: tag of the element ('userTask', 'sequenceFlow', …), 'decision', …
    before, after: JSON values, None where it was or is not there.
    """

    kind: Kind
    file: str
    subject: str
    aspect: str = ""
    before: Any = None
    after: Any = None
    process: str | None = None
    name: str = ""
    sort: str = ""
