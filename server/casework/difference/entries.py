"""The difference of application.toml, of mails and other texts, and of files that came or went."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any

from server.domain.bundle import Bundle
from server.engine.difference import Change, Kind

_SHORT = "title"
"""A group may be written as its title alone."""
DIFF_LINES = 400


def compare_application(old: bytes, new: bytes, file: str) -> list[Change]:
    """Entry by entry, each named by its dotted path; when one cannot be read, as a text. Never raises."""
    try:
        ours, theirs = (tomllib.loads(each.decode("utf-8")) for each in (old, new))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return list(compare_text(old, new, file))
    return [
        Change(kind, file, path, "", before, after, sort="entry")
        for kind, path, before, after in _tables("", ours, theirs)
    ]


def _tables(path: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[tuple[Kind, str, Any, Any]]:
    for name in dict.fromkeys((*theirs, *ours)):
        here = f"{path}{name}"
        if name not in ours:
            yield "added", here, None, theirs[name]
        elif name not in theirs:
            yield "removed", here, ours[name], None
        elif ours[name] != theirs[name]:
            one, other = (_group(here, each[name]) for each in (ours, theirs))
            if isinstance(one, dict) and isinstance(other, dict):
                yield from _tables(f"{here}.", one, other)
            else:
                yield "changed", here, one, other


def _group(path: str, value: Any) -> Any:
    return {_SHORT: value} if path.startswith("groups.") and path.count(".") == 1 and isinstance(value, str) else value


def compare_text(old: bytes, new: bytes, file: str) -> Iterator[Change]:
    """(lines removed, lines added), of what is no text only that it changed."""
    try:
        ours, theirs = old.decode("utf-8").splitlines(), new.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        yield Change("changed", file, "", "content", len(old), len(new), sort="file")
        return
    told = list(unified_diff(ours, theirs, n=0, lineterm=""))[2:]
    gone = sum(line.startswith("-") for line in told)
    come = sum(line.startswith("+") for line in told)
    if gone or come:
        yield Change("changed", file, "", "lines", gone, come, sort="file")


def lines_of(old: bytes | None, new: bytes | None) -> list[str]:
    """A unified diff for a reader, cut after DIFF_LINES lines; empty for what is no text."""
    try:
        ours, theirs = ((each or b"").decode("utf-8").splitlines() for each in (old, new))
    except UnicodeDecodeError:
        return []
    return list(unified_diff(ours, theirs, n=2, lineterm=""))[2 : DIFF_LINES + 2]


def whole_files(old: Bundle, new: Bundle) -> Iterator[Change]:
    """Files that are in one of the bundles only."""
    for path in sorted(old.keys() | new.keys()):
        if path not in old or path not in new:
            yield Change("added" if path not in old else "removed", path, "", "file", sort="file")
