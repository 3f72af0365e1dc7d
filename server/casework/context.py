"""Everything a command or query may use, put together once by `server.app.build_context`."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection

from server.casework.command import Answer, Command
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
class Context:
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

    def execute(self, command: Command) -> Answer:
        """Carry `command` out; raises Rejected when it is refused, and then nothing has changed."""
        from server.casework.execute import execute

        return execute(self, command)
