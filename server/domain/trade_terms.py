"""Words of the trades that mean the same (飞边, 毛边, flash), read from `trade_terms.txt`."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from server.domain.latin import stem

FILE = Path(__file__).with_name("trade_terms.txt")
_LATIN = re.compile(r"[a-z]+")


class Terms(NamedTuple):
    """`chinese`: word -> concept, `latin`: words of a term, stemmed -> concept; a concept is its line's first word."""

    chinese: dict[str, str]
    latin: dict[tuple[str, ...], str]
    longest_chinese: int
    longest_latin: int
    failures: frozenset[str]
    """Concepts that name what failed, not what it is about."""


def read_terms(text: str) -> Terms:
    """Reads a table; raises ValueError where a word stands in two lines or a line in no section."""
    chinese: dict[str, str] = {}
    latin: dict[tuple[str, ...], str] = {}
    failures = set()
    for section, words in _lines(text):
        concept = words[0]
        if section == "failures":
            failures.add(concept)
        for word in words:
            latins = tuple(stem(part) for part in _LATIN.findall(word)) if word.isascii() else ()
            known = latin.setdefault(latins, concept) if latins else chinese.setdefault(word, concept)
            if known != concept:
                raise ValueError(f"{word!r} means both {known!r} and {concept!r}")
    return Terms(
        chinese,
        latin,
        max(map(len, chinese), default=0),
        max(map(len, latin), default=0),
        frozenset(failures),
    )


@cache
def terms() -> Terms:
    return read_terms(FILE.read_text("utf-8"))


def _lines(text: str) -> Iterator[tuple[str, list[str]]]:
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("["):
            section = line.strip("[] ")
        elif line.strip() and not line.startswith("#"):
            if section not in ("failures", "things"):
                raise ValueError(f"line {number} stands in no known section")
            yield section, [word for part in line.split(",") if (word := part.strip().casefold())]
