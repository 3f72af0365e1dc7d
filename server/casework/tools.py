"""What casework uses: settings, clock, database and the rest, handed down in one object."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from server.casework.library import Library
from server.casework.live import LiveInstances
from server.clock import Clock
from server.domain.working_time import WorkCalendar
from server.files.store import FileStore
from server.jobs.registry import Registry
from server.persistence.database import Database
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
    calendar: WorkCalendar
    bell: Bell = field(default_factory=SilentBell)
    live: LiveInstances = field(default_factory=LiveInstances)
    demo: bool = False

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for queries."""
        return self.database.read()
