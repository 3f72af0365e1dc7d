"""Texts that carry several languages themselves: names, titles and instructions of diagrams and forms."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.i18n import LANGUAGES, translate

_HEADING = re.compile(r"^[ \t]*\[([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\][ \t]*$", re.MULTILINE)


def pick_line(text: str | None, languages: Sequence[str] = LANGUAGES, language: str = "en") -> str:
    """The line of `text` for `language`; `languages` names the lines in their order.

    A single line serves all. A language without a line of its own gets the English one, else the first.
    """
    lines = [line.strip() for line in (text or "").strip().splitlines()]
    for wanted in (language, "en"):
        if wanted in languages:
            position = list(languages).index(wanted)
            if position < len(lines) and lines[position]:
                return lines[position]
    return next((line for line in lines if line), "")


def pick_block(text: str | None, language: str = "en") -> str:
    """The block of `text` headed `[language]`; a text without headings serves all.

    What stands before the first heading is common to all languages. A language without a block gets the
    English one, else the first.
    """
    parts = _HEADING.split(text or "")
    common, blocks = parts[0].strip(), dict(zip(parts[1::2], parts[2::2], strict=True))
    if not blocks:
        return common
    chosen = blocks.get(language, blocks.get("en", next(iter(blocks.values())))).strip()
    return f"{common}\n\n{chosen}" if common else chosen


def pick_text(text: str | None, languages: Sequence[str] = LANGUAGES, language: str = "en") -> str:
    """The part of `text` for `language`, whether it is written in blocks or line by line."""
    return pick_block(text, language) if _HEADING.search(text or "") else pick_line(text, languages, language)


@dataclass(frozen=True)
class Label:
    """A name to be shown inside a sentence, in the reader's language; its parts lead from outside in."""

    parts: tuple[str, ...]
    languages: tuple[str, ...] = LANGUAGES

    def text(self, language: str) -> str:
        """For example `Team members 2 › Name`."""
        return " › ".join(pick_line(part, self.languages, language) for part in self.parts)


@dataclass(frozen=True)
class Sentence:
    """A translatable sentence with the values for its places, kept until someone reads it."""

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return translate(self.message, language, **self.params)
