"""What two complaints have in common, in words a reader can check: the reasons for calling them similar."""

from collections.abc import Iterator
from dataclasses import fields
from itertools import chain

from server.domain.latin import stem
from server.domain.similarity import same_part
from server.domain.wording import Features, Wording, concepts_in, features_of, normal, part_number, words_in

MOST_WORDS = 6


def in_common(mine: Wording, other: Wording) -> dict[str, list[str]]:
    """By field of `other`, its words that stand in `mine` too or mean the same there; no field without any."""
    features = features_of(mine)
    known = set(chain(features.said, features.name, features.cause))
    found = {}
    for field in fields(other):
        text = getattr(other, field.name)
        words = _parts(features, text) if field.name == "part" else _words(known, normal(text))
        if kept := _outermost(list(dict.fromkeys(words)))[:MOST_WORDS]:
            found[field.name] = kept
    return found


def _parts(mine: Features, text: str) -> Iterator[str]:
    for line in text.splitlines():
        if any(same_part(part_number(line), number) for number in mine.part):
            yield line.strip()


def _outermost(words: list[str]) -> list[str]:
    """Without those that stand inside another."""
    return [word for word in words if not any(word != other and word in other for other in words)]


def _words(known: set[str], text: str) -> Iterator[str]:
    """First the trades' words, then others."""
    yield from (word for word, concept in concepts_in(text) if f"={concept}" in known)
    for sign, piece in words_in(text):
        if sign == "c":
            yield from _runs(known, piece)
        elif f"w{stem(piece) if sign == 'w' else piece}" in known:
            yield piece


def _runs(known: set[str], run: str) -> Iterator[str]:
    """The longest pieces of a run of Chinese all of whose pairs are known."""
    begin = 0
    for place in range(len(run)):
        if f"c{run[place : place + 2]}" not in known or place == len(run) - 1:
            if place > begin:
                yield run[begin : place + 1]
            begin = place + 1
