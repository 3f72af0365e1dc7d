"""Which elements of the two drawings came, went or changed, by process."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.domain.bundle import Bundle
from server.domain.texts import pick_line
from server.engine.difference import Change, drawn_processes

_NOT_DRAWN = frozenset({"decision", "field", "entry", "file", "form", "process", "lane"})


def drawings(old: Bundle, new: Bundle, changes: Sequence[Change], language: str) -> list[dict[str, Any]]:
    """`{"process", "name", "old", "new", "marks": {"added", "removed", "changed"}}` of each process that is touched.

    old, new: the file it is drawn in, None where it is not; added elements are in the new drawing, removed in the old.
    """
    before, after = drawn_processes(old), drawn_processes(new)
    found = []
    for process in dict.fromkeys((*after, *before)):
        own = [change for change in changes if change.process == process and change.sort not in _NOT_DRAWN]
        whole = process not in before or process not in after
        if not own and not whole:
            continue
        name = (after.get(process) or before[process])[1]
        found.append(
            {
                "process": process,
                "name": pick_line(name, language=language) or process,
                "old": _file(before, process),
                "new": _file(after, process),
                "marks": _marks(own),
            }
        )
    return found


def _file(drawn: Mapping[str, tuple[str, str]], process: str) -> str | None:
    return drawn[process][0] if process in drawn else None


def _marks(changes: Sequence[Change]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    for change in changes:
        kind = change.kind if change.kind in ids else "changed"
        if change.subject and change.subject not in ids[kind]:
            ids[kind].append(change.subject)
    return ids
