"""The unit of work: reads at once, collects writes, commits them in one short transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, CursorResult, Executable, select

from server.casework.answer import Answer, Reply
from server.casework.tools import Tools
from server.persistence.models import UserAccount
from server.security.actor import Actor

Write = Callable[[Connection], None]


class Conflict(Exception):
    """Somebody else changed what this work had read; do it again on the newer state."""


class Work:
    """One attempt at one command. Nothing is written before `commit`."""

    def __init__(self, context: Tools, actor: Actor, verb: str):
        """`verb` names the commit point."""
        self.context = context
        self.actor = actor
        self.verb = verb
        self.now: datetime = context.clock.now()
        self.new_jobs: list[str] = []
        self.finished: set[str] = set()
        self._writes: list[Write] = []
        self._afterwards: list[Callable[[], None]] = []
        self._connection: Connection | None = None

    def aside(self) -> "Work":
        """Another unit of work over the same reads, to try something out: it is never committed."""
        other = Work(self.context, self.actor, self.verb)
        other._connection = self.connection
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()

    @property
    def connection(self) -> Connection:
        """The one connection of this work, for its reads and its transaction."""
        if self._connection is None:
            self._connection = self.context.database.open()
        return self._connection

    @property
    def actor_id(self) -> int | None:
        """Id for history and foreign keys; None for the system itself."""
        return self.actor.user_id or None

    def read(self, statement: Executable, values: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        return self.connection.execute(statement, values)

    def user_id(self, username: str) -> int | None:
        """Id of the active user of that name, or None."""
        query = select(UserAccount.id).where(UserAccount.username == username, UserAccount.is_active.is_(True))
        found: int | None = self.read(query).scalar_one_or_none()
        return found

    def write(self, statement: Executable, rows: Sequence[Mapping[str, Any]] | None = None) -> None:
        """Execute at commit; `rows` are looked at then, so that they may still be filled in."""
        self._writes.append(lambda connection: _run(connection, statement, rows))

    def write_one(self, statement: Executable, values: Mapping[str, Any] | None = None) -> None:
        """Execute at commit; anything but exactly one row touched is a Conflict."""
        self._writes.append(partial(_run_one, statement, values))

    def write_first(self, statement: Executable, values: Mapping[str, Any] | None = None) -> None:
        """As `write_one`, before all others.

        Who comes to the instance's row first holds the case: nobody waits for it while he holds another row of it,
        which would be a deadlock on PostgreSQL.
        """
        self._writes.insert(0, partial(_run_one, statement, values))

    def at_commit(self, act: Write) -> None:
        """Run `act` inside the write transaction, in its turn; for what can only be known there."""
        self._writes.append(act)

    def write_within(self, connection: Connection, queue: Callable[[], None]) -> None:
        """Called by an act of `at_commit`: what `queue` queues is written at once."""
        waiting, self._writes = self._writes, []
        queue()
        late, self._writes = self._writes, waiting
        for write in late:
            write(connection)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run `act` once everything is committed; it must not fail."""
        self._afterwards.append(act)

    def commit(self, reply: Reply, keep: Callable[[Connection, Answer], None] | None = None) -> Answer:
        """All writes in order, then `keep` with the answer, in one transaction; raises Conflict."""
        if not self._writes and keep is None:
            return reply() if callable(reply) else reply
        with self.context.database.write(self.verb, self.connection) as connection:
            for write in self._writes:
                write(connection)
            answer = reply() if callable(reply) else reply
            if keep is not None:
                keep(connection, answer)
        for act in self._afterwards:
            act()
        return answer


def _run_one(statement: Executable, values: Mapping[str, Any] | None, connection: Connection) -> None:
    if connection.execute(statement, values).rowcount != 1:
        raise Conflict


def _run(connection: Connection, statement: Executable, rows: Sequence[Mapping[str, Any]] | None) -> None:
    if rows is None:
        connection.execute(statement)
    elif rows:
        connection.execute(statement, rows[0] if len(rows) == 1 else rows)
