"""What casework uses: settings, clock, database and the rest, handed down in one object."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from server.casework.calendars import Calendars
from server.casework.library import Library
from server.casework.live import LiveInstances
from server.clock import Clock
from server.domain.rejection import Rejected
from server.files.store import FileStore
from server.i18n import N_
from server.jobs.registry import Registry
from server.persistence.database import Database
from server.persistence.trouble import DatabaseAway, DatabaseBusy
from server.settings import Settings


class Bell(Protocol):
    """Wakes whoever runs jobs; called after the commit, and a lost ring costs a second, not a job."""

    def ring(self, job_ids: Sequence[str]) -> None: ...


class SilentBell:
    """For processes that run no jobs themselves."""

    def ring(self, job_ids: Sequence[str]) -> None:
        return None


@dataclass
class Tools:
    settings: Settings
    clock: Clock
    database: Database
    library: Library
    files: FileStore
    topics: Registry
    calendars: Calendars
    bell: Bell = field(default_factory=SilentBell)
    live: LiveInstances = field(default_factory=LiveInstances)
    demo: bool = False

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for queries; raises Rejected `unavailable` while the database is away."""
        try:
            with self.database.read() as connection:
                yield connection
        except (DatabaseAway, DatabaseBusy) as trouble:
            raise unavailable(trouble) from trouble


def unavailable(trouble: Exception) -> Rejected:
    """The refusal for a database that is away; what was lost during its commit may have been done all the same."""
    if getattr(trouble, "in_doubt", False):
        return Rejected(
            "unavailable",
            N_("The database went away while this was being saved. See whether it is there before you try again."),
        )
    return Rejected(
        "unavailable", N_("The database cannot be reached at the moment. Nothing was changed; try again in a minute.")
    )
