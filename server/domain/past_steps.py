"""A user task, job, timer or called process of a case as its history tells it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Step:
    """`outcome` is open, completed, cancelled, or ended (a timer or called process: over, or no longer needed).

    `by`, `claimed_by`: ids of people; `assignee`, `escalated_to`: user names. `time`: the so-manieth time the case
    is at this element. `due_at` is the promise as it stands, `first_due` as it was first given, `moved` how often it
    came to be another; `promised` stays true while the clock stands and there is no date.
    """

    id: str
    kind: str
    element_id: str
    began_at: datetime
    seq: int
    due_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = "open"
    by: int | None = None
    group: str | None = None
    assignee: str | None = None
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    level: int = 0
    escalated_to: str | None = None
    moved: int = 0
    time: int = 1
    by_message: bool = False
    """It was cancelled in the step in which a message came from outside."""
    tells_due: bool = field(init=False)
    """Whether its beginning told a due date; a history of an older server tells only of dates that moved."""
    first_due: datetime | None = field(init=False)
    promised: bool = field(init=False)
    last_due: datetime | None = field(init=False)
    """The date that stood last, also while the clock stands."""

    def __post_init__(self) -> None:
        self.first_due = self.last_due = self.due_at
        self.tells_due = self.promised = self.due_at is not None

    def end(self, at: datetime, outcome: str, by: int | None) -> None:
        """Over; what is over already stays as it ended, unless its own event follows in the same step."""
        told_late = self.outcome == "cancelled" and self.ended_at == at
        if self.ended_at is None or told_late:
            self.ended_at, self.outcome, self.by = at, outcome, by

    def begin_again(self) -> None:
        """Open again, as it was: a migration was taken back."""
        self.ended_at, self.outcome, self.by = None, "open", None
