"""What the task list is searched by: texts made alike, and the runs of characters that lead to them.

The same for every database: a text is folded here (full-width and letters of either case are one), cut into its runs of
three characters, where Chinese is written of two as well, and each run stands for itself as a number. A search looks
its rarest run up and reads what it leads to; shorter words than that are looked for without an index.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

EDITION = 1
"""Goes up whenever entries come out otherwise: older ones are made again."""
LONGEST_FIELD = 300
LONGEST_ASKED = 200
MOST_TERMS = 8
PART, ORDER, LEVEL, DESCRIPTION = "part_no", "order_no", "level", "description"
"""Keys of the register's columns that the list knows, where an application declares them."""
_FIRST_IDEOGRAPH = "\u2e80"
_LEFT_OUT = ("channel", "received_at", "urgency", LEVEL, "is_quality", "cause_side", "department", "satisfied")
"""Codes and moments: nobody looks for a word of them."""


@dataclass(frozen=True)
class Entry:
    """A complaint as the list is searched: folded texts, empty for nothing; `words` holds all of them, a line each."""

    number: str
    customer: str
    part: str
    order_no: str
    level: str
    words: str

    def runs(self) -> list[int]:
        """The numbers of all runs of characters in it, in order."""
        return sorted({each for line in self.words.split("\n") for each in runs_of(line)})


def entry_of(number: str, title: str, customer: str, columns: Mapping[str, Any]) -> Entry:
    """The entry of a complaint from the columns of the register."""
    told = {key: value for key, value in columns.items() if isinstance(value, str | int) and key not in _LEFT_OUT}
    lines = dict.fromkeys(fold(str(each)) for each in (number, title, customer, *told.values()))
    return Entry(
        fold(number),
        fold(customer),
        fold(_said(columns, PART)),
        fold(_said(columns, ORDER)),
        fold(_said(columns, LEVEL)),
        "\n".join(line for line in lines if line),
    )


def fold(text: str) -> str:
    """At most LONGEST_FIELD characters of `text`, alike for whoever reads it: widths, letter case and spaces."""
    alike = unicodedata.normalize("NFKC", text[: 2 * LONGEST_FIELD]).casefold().replace("\0", "")
    return " ".join(alike.split())[:LONGEST_FIELD].rstrip()


def terms_of(text: str) -> tuple[str, ...]:
    """The words that are all to be found, folded."""
    return tuple(dict.fromkeys(fold(text).split()))[:MOST_TERMS]


def runs_of(line: str) -> set[int]:
    """The numbers of the runs of characters of a folded line; none for what is too short."""
    found = {line[at : at + 3] for at in range(len(line) - 2)}
    found |= {line[at : at + 2] for at in range(len(line) - 1) if max(line[at : at + 2]) >= _FIRST_IDEOGRAPH}
    return {crc32(run.encode()) & 0x7FFFFFFF for run in found}


def _said(columns: Mapping[str, Any], key: str) -> str:
    value = columns.get(key)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
