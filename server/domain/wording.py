"""A complaint's words as features that can be compared: part numbers, concepts of the trades, character n-grams.

A feature is a short text with a sign for its kind: `#` a part number, `=` a concept, `w` an English word, `t` three
letters of one, `c` two or three Chinese characters, `u` a single one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

from server.domain.latin import REMEMBERED, STOP_WORDS, stem
from server.domain.trade_terms import terms

EDITION = 1
"""Grows with every change of what features come of a text; what an older edition indexed is indexed anew."""
LONGEST_TEXT = 2000
"""Characters read of one field; a complaint says what it is about at its beginning."""
MOST_GRAMS = 256
PREFIX = 4

_PIECES = re.compile(r"(?P<chinese>[\u3400-\u9fff]+)|(?P<latin>[a-z0-9]+(?:[-_/.][a-z0-9]+)*)")
_SEPARATORS = re.compile(r"[^A-Z0-9]")
_JOINED = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,4}\d{0,4}) (?=\d{2,}[A-Za-z0-9/-]*)")
_DIGIT, _LETTER, _LETTERS = re.compile(r"\d"), re.compile(r"[a-z]"), re.compile(r"[a-z]+")
_WORD = re.compile(r"[a-z]{2,}(?![0-9])")
_ALIKE = str.maketrans("OI", "01")


@dataclass(frozen=True)
class Wording:
    """What a complaint says, as plain text; `part` holds its part numbers, `name` what the product is called."""

    part: str = ""
    name: str = ""
    problem: str = ""
    defect: str = ""
    cause: str = ""

    def is_empty(self) -> bool:
        return not any(text.strip() for text in astuple(self))


@dataclass(frozen=True)
class Features:
    """The features of each field, with how often each occurs."""

    part: frozenset[str]
    name: Counter[str]
    said: Counter[str]
    """Problem and defect together: people put the defect into either."""
    defect: Counter[str]
    cause: Counter[str]

    def indexed(self) -> list[str]:
        """The features that are looked up, those that say most first; at most MOST_GRAMS."""
        numbers = (f"#{piece}" for number in sorted(self.part) for piece in pieces_of(number))
        texts = (one for field in (self.defect, self.name, self.said, self.cause) for one in field if one[0] in "=wc")
        return list(dict.fromkeys((*numbers, *texts)))[:MOST_GRAMS]

    def grams(self) -> list[int]:
        """`indexed` as whole numbers for the index, each once."""
        return list(dict.fromkeys(gram(feature) for feature in self.indexed()))

    def signs(self) -> list[tuple[int, str]]:
        """Each gram with the sign of its kind."""
        return [(gram(feature), feature[0]) for feature in self.indexed()]


@lru_cache(maxsize=REMEMBERED)
def gram(feature: str) -> int:
    """A feature as a signed whole number of 32 bits."""
    return crc32(feature.encode()) - 2**31


def features_of(wording: Wording) -> Features:
    """Raises nothing: any text has features, an empty one none."""
    name, problem, defect, cause = (
        normal(text) for text in (wording.name, wording.problem, wording.defect, wording.cause)
    )
    part = [number for line in wording.part.splitlines() if (number := part_number(line))]
    found = [number for text in (name, problem, defect) for number in _numbers_in(text)]
    of_defect = Counter(_features(defect))
    return Features(
        frozenset((*part, *found)),
        Counter(_features(name)),
        Counter(_features(problem)) + of_defect,
        of_defect,
        Counter(_features(cause)),
    )


def normal(text: str) -> str:
    """One width, one case, no more than is read."""
    return unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()


def part_number(text: str) -> str:
    """A68-02-B, A68/02 B and a6802b are one number; O and 0, I and 1 are taken for one another."""
    plain = unicodedata.normalize("NFKC", text[:100]).upper()
    return _SEPARATORS.sub("", plain).translate(_ALIKE)[:40]


def pieces_of(number: str) -> Iterator[str]:
    """A part number whole, and by its beginning, so that a family and a number cut short are found too."""
    yield number
    if len(number) > PREFIX:
        yield f"{number[:PREFIX]}*"


def _numbers_in(text: str) -> Iterator[str]:
    """What looks like a part number in running text: letters and digits in one piece, long or with a dash."""
    for piece in _PIECES.finditer(_JOINED.sub(r"\1", text)):
        word = piece["latin"]
        if word and _DIGIT.search(word) and _LETTER.search(word):
            number = part_number(word)
            if len(number) > PREFIX and not re.fullmatch(r"\d+[A-Z]{1,3}", number):
                yield number


def concepts_in(text: str) -> Iterator[tuple[str, str]]:
    """(word as it stands there, concept) of what `text`, made `normal`, names; the longest that fits counts."""
    known = terms()
    words: list[str] = []
    for piece in _PIECES.finditer(text):
        if piece["chinese"]:
            run = piece["chinese"]
            for begin, end, concept in _longest(run, known.chinese, known.longest_chinese):
                yield run[begin:end], concept
        else:
            words += _LETTERS.findall(piece["latin"])
    stems = tuple(map(stem, words))
    for begin, end, concept in _longest(stems, known.latin, known.longest_latin):
        yield " ".join(words[begin:end]), concept


def words_in(text: str) -> Iterator[tuple[str, str]]:
    """(sign, text) of the pieces of `text`, made `normal`: `c` a run of Chinese, `w` an English word, `n` a code."""
    for piece in _PIECES.finditer(text):
        if piece["chinese"]:
            yield "c", piece["chinese"]
            continue
        latin = piece["latin"]
        for word in _WORD.findall(latin):
            if word not in STOP_WORDS:
                yield "w", word
        if _DIGIT.search(latin) and _LETTER.search(latin):
            yield "n", latin


def _features(text: str) -> Iterator[str]:
    yield from (f"={concept}" for _word, concept in concepts_in(text))
    for sign, piece in words_in(text):
        if sign == "c":
            yield from _chinese(piece)
        elif sign == "w":
            yield from _latin(piece)
        else:
            yield f"w{piece}"


def _chinese(run: str) -> Iterator[str]:
    for size, sign in ((1, "u"), (2, "c"), (3, "c")):
        for place in range(len(run) - size + 1):
            yield sign + run[place : place + size]


def _latin(word: str) -> Iterator[str]:
    short = stem(word)
    yield f"w{short}"
    padded = f"_{short}_"
    for place in range(len(padded) - 2):
        yield f"t{padded[place : place + 3]}"


def _longest(pieces: Sequence[str], known: Mapping[Any, str], longest: int) -> Iterator[tuple[int, int, str]]:
    """(begin, end, concept) of what of `pieces` stands in a table, from left to right, nothing twice."""
    place = 0
    while place < len(pieces):
        for end in range(min(place + longest, len(pieces)), place, -1):
            if concept := known.get(pieces[place:end]):
                yield place, end, concept
                place = end
                break
        else:
            place += 1
