"""One consequence of a difference: sentences with counts, the complaints they count, and where to look."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from server.casework.difference.ground import OpenCase
from server.casework.difference.sentences import Pair
from server.domain.texts import Sentence
from server.engine.difference import Change

_SPACED = "en"


@dataclass
class Consequence:
    """code: for programs; counts: each number of the sentences by name; process, element: where to look."""

    code: str
    file: str
    process: str | None
    element: str | None
    sentences: list[Sentence] = field(default_factory=list)
    cases: list[OpenCase] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, cases: Iterable[OpenCase], pair: Pair, **params: Any) -> int:
        """Add a sentence about so many complaints, if there are any; how many it were."""
        found = list(cases)
        self.told(name, len(found), pair, **params)
        known = {case.number for case in self.cases}
        self.cases += [case for case in found if case.number not in known]
        return len(found)

    def told(self, name: str, count: int, pair: Pair, **params: Any) -> None:
        """Add a sentence with a count, unless it is 0."""
        self.counts[name] = self.counts.get(name, 0) + count
        if count:
            self.sentences.append(Sentence(pair[0] if count == 1 else pair[1], {"count": count, **params}))

    def say(self, message: str, **params: Any) -> None:
        """Add a sentence without a count."""
        self.sentences.append(Sentence(message, params))

    def to_json(self, language: str) -> dict[str, Any]:
        """As the REST API answers; `message` is all sentences, `cases` the complaints' numbers in order."""
        texts = [sentence.text(language) for sentence in self.sentences]
        return {
            "code": self.code,
            "message": (" " if language.startswith(_SPACED) else "").join(texts),
            "file": self.file,
            "process": self.process,
            "element": self.element,
            "counts": self.counts,
            "cases": [case.number for case in self.cases],
        }


def of(code: str, change: Change) -> Consequence:
    """A consequence of that change, still without a sentence."""
    return Consequence(code, change.file, change.process, change.subject or None)
