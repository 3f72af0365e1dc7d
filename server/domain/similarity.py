"""Which earlier complaints are about the same thing? Pure ranking of wordings; the database finds the candidates.

Three views are added up: the part (its number, or else its name), the concepts of the trades (flash, 飞边 and 毛边 are
one), and the words themselves (n-grams, so that other endings and other characters around still match). What few
complaints say weighs more than what all say.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from math import log, sqrt
from typing import NamedTuple, TypeVar

from server.domain.trade_terms import terms
from server.domain.wording import PREFIX, Features, gram

Key = TypeVar("Key")
Rarity = Callable[[str], float]
"""The weight of a feature: the fewer complaints have it, the greater; above 0."""

WEIGHT = {"part": 0.3, "concept": 0.3, "words": 0.4}
KIND = {"c": 1.0, "w": 1.0, "t": 0.35, "u": 0.45}
CAUSE_SHARE = 0.5
NAME_SHARE = 0.85
THING_SHARE = 0.6
DEFECT_SHARE = 1.6
CONTAINED = 0.8
UNCOUNTED = 8
COMMON_LETTERS = 30
RETRIEVAL = {"#": 2.0, "=": 1.5, "w": 1.0, "c": 1.0}
LEAST = 0.12
"""Below this score a complaint is not worth a look."""


@dataclass(frozen=True)
class Similar:
    """`score` from 0 to 1, and what each view says of it, also from 0 to 1."""

    score: float
    part: float
    concept: float
    words: float


def rarity(cases_with: Mapping[int, int], cases: int) -> Rarity:
    """Inverse document frequency over `cases` complaints; `cases_with` says how many have a gram that was counted.

    What was not counted, being in the other complaint alone, weighs like something rather rare.
    """
    uncounted = log(1 + max(UNCOUNTED, cases / 5))
    letters = log(1 + COMMON_LETTERS)
    counted = {one: log(1 + (cases + 1) / (count + 0.5)) for one, count in cases_with.items()}

    @cache
    def weight(feature: str) -> float:
        return letters if feature[0] in "tu" else counted.get(gram(feature), uncounted)

    return weight


def asked_for(mine: Features, cases_with: Mapping[int, int], cases: int, share: float) -> dict[int, float]:
    """Grams by which candidates are looked up, with their weights: the rarest, with `share` postings a case.

    `cases_with` counts in `cases` complaints; with a share of 0.2 as many lines are read as a fifth of the cases.
    """
    weights = {
        one: RETRIEVAL[sign] * log(1 + (cases + 1) / (cases_with.get(one, 0) + 0.5)) for one, sign in mine.signs()
    }
    chosen: dict[int, float] = {}
    left = share * cases
    for one in sorted(weights, key=lambda one: (cases_with.get(one, 0), one)):
        count = cases_with.get(one, 0)
        if count <= left or not chosen:
            chosen[one] = round(weights[one], 3)
            left -= count
    return chosen


class Bag(NamedTuple):
    """Features with their weights, and the length of this vector."""

    weights: dict[str, float]
    length: float


@dataclass(frozen=True)
class Profile:
    """A complaint made ready to be compared."""

    part: frozenset[str]
    name: Bag
    concepts: Bag
    words: Bag


def profile(features: Features, weight: Rarity) -> Profile:
    return Profile(
        features.part,
        _bag(_weighted(features.name, weight)),
        _bag(_concepts(features, weight)),
        _bag(_words(features, weight)),
    )


def compare(mine: Profile, other: Profile) -> Similar:
    """How similar `other`, an earlier complaint, is to `mine`."""
    part, concept = _part(mine, other), _cosine(mine.concepts, other.concepts)
    words = _cosine(mine.words, other.words)
    score = WEIGHT["part"] * part + WEIGHT["concept"] * concept + WEIGHT["words"] * words
    return Similar(round(score, 9), part, concept, words)


def rank(mine: Profile, others: Iterable[tuple[Key, Profile]], most: int) -> list[tuple[Key, Similar]]:
    """The `most` similar of `others`, the best first; of equals the one that came first in `others`."""
    found = [(key, compare(mine, other)) for key, other in others]
    found = [one for one in found if one[1].score >= LEAST]
    found.sort(key=lambda one: -one[1].score)
    return found[:most]


def _part(mine: Profile, other: Profile) -> float:
    numbers = max((same_part(one, two) for one in mine.part for two in other.part), default=0.0)
    return max(numbers, NAME_SHARE * _cosine(mine.name, other.name))


def same_part(one: str, two: str) -> float:
    """1 for the same number, less for one cut short or of the same family, 0 for strangers."""
    if one == two:
        return 1.0
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    if shared == min(len(one), len(two)) and shared >= PREFIX:
        return CONTAINED
    return 0.5 * shared / max(len(one), len(two)) if shared >= PREFIX else 0.0


def _concepts(features: Features, weight: Rarity) -> dict[str, float]:
    failures = terms().failures
    found: dict[str, float] = {}
    for field, share in ((features.said, 1.0), (features.name, 0.5), (features.cause, CAUSE_SHARE)):
        for feature in field:
            if feature[0] == "=":
                value = share * (1.0 if feature[1:] in failures else THING_SHARE)
                if field is features.said and feature in features.defect:
                    value *= DEFECT_SHARE
                found[feature] = max(found.get(feature, 0.0), value)
    return {feature: value * weight(feature) for feature, value in found.items()}


def _words(features: Features, weight: Rarity) -> dict[str, float]:
    found = _weighted(features.said, weight)
    for feature, value in _weighted(features.cause, weight).items():
        found[feature] = max(found.get(feature, 0.0), CAUSE_SHARE * value)
    return found


def _weighted(field: Mapping[str, int], weight: Rarity) -> dict[str, float]:
    return {
        feature: share * weight(feature) * (1 + log(count) if count > 1 else 1.0)
        for feature, count in field.items()
        if (share := KIND.get(feature[0]))
    }


def _bag(weights: dict[str, float]) -> Bag:
    return Bag(weights, sqrt(sum(value * value for value in weights.values())))


def _cosine(one: Bag, two: Bag) -> float:
    shared = sorted(one.weights[feature] * two.weights[feature] for feature in one.weights.keys() & two.weights)
    # Sorted, since the order of a set is not the same in every process, and ties must be.
    return sum(shared) / (one.length * two.length) if shared else 0.0
