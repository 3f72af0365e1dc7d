"""What the three trades make, what goes wrong with it, and the words in which people there write about it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from string import Formatter
from typing import Any

WORDS = Path(__file__).parent / "words"
TRADES = ("moulding", "pv", "water")
LANGUAGES = ("zh-CN", "en")


@dataclass(frozen=True)
class Trade:
    """`products`, `defects`, `services` (no quality problem) and `invalid` (not ours) as the file has them.

    An entry with `products` is only about those; where a text is a list, it is one of them.
    """

    key: str
    unit: str
    places: Mapping[str, list[str]]
    machines: Mapping[str, list[str]]
    products: list[Mapping[str, Any]]
    defects: list[Mapping[str, Any]]
    services: list[Mapping[str, Any]]
    invalid: list[Mapping[str, Any]]


@cache
def trade(key: str) -> Trade:
    read = json.loads((WORDS / f"{key}.json").read_text("utf-8"))
    return Trade(key=key, **read)


@cache
def phrases(language: str) -> Mapping[str, Any]:
    """Templates by JSON pointer of the case file (`*` for any row or field), and by purpose where there is none."""
    read: Mapping[str, Any] = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    return read


Facts = Mapping[str, str]
"""What a template may name."""


def phrase(language: str, at: str, mood: str, facts: Facts, rng: Random) -> str:
    """One of the phrases for the pointer or purpose `at`, with nothing in it that is not known here.

    `mood` chooses where a phrase depends on the outcome, the fact `trade` where the trades speak differently.
    """
    known = phrases(language)
    found = next((known[key] for key in _keys(at, facts.get("trade", "")) if key in known), known["text"])
    if isinstance(found, dict):
        found = found.get(mood) or found["good"]
    return said([each for each in found if names_in(each) <= facts.keys()] or known["text"], facts, rng)


def said(templates: Sequence[str], facts: Facts, rng: Random) -> str:
    return rng.choice(templates).format_map(facts)


@cache
def names_in(template: str) -> frozenset[str]:
    """What it names."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@cache
def _keys(at: str, trade: str) -> tuple[str, ...]:
    """The pointer itself, then with one of its names left open, each first as the trade says it."""
    names = at.split("/")
    open_ = ["/".join([*names[:place], "*", *names[place + 1 :]]) for place in range(len(names) - 2, 1, -1)]
    return tuple(key for each in (at, *open_) for key in (f"{each}@{trade}", each))
