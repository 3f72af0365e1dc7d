"""What happens when, in the order of the virtual clock."""

import heapq
from collections.abc import Callable
from datetime import datetime

Act = Callable[[], None]


class Agenda:
    """Two things at one moment happen in the order in which they were noted, so that a year repeats itself."""

    def __init__(self) -> None:
        self._noted: list[tuple[datetime, int, Act]] = []
        self._count = 0

    def note(self, at: datetime, act: Act) -> None:
        self._count += 1
        heapq.heappush(self._noted, (at, self._count, act))

    def next_at(self) -> datetime | None:
        """None when nothing is left."""
        return self._noted[0][0] if self._noted else None

    def take(self) -> Act:
        """The next one, which is then gone; IndexError when nothing is left."""
        return heapq.heappop(self._noted)[2]
