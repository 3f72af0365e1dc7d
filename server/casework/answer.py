"""What a command answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """An HTTP-like status and a JSON-able body."""

    status: int
    body: dict[str, Any]


Reply = Answer | Callable[[], Answer]
"""An answer may wait for the write transaction, since a complaint's number exists only there."""
