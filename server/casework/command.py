"""The shape of a command: one verb, carried out whole or not at all."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, ClassVar

import orjson

from server.casework.answer import Answer, Reply
from server.casework.work import Work
from server.security.actor import Actor
from server.security.permissions import PERMISSIONS

__all__ = ["SYSTEM", "Answer", "Command", "Reply"]

SYSTEM = Actor(user_id=0, username="system", display_name="Kesu", permissions=frozenset(PERMISSIONS), language="en")
"""Acts where no person does: jobs, timers, the command line of whoever holds the data folder."""


@dataclass(frozen=True, kw_only=True)
class Command(ABC):
    """Base of all commands. `command_id` is made by the caller (up to 64 characters) and makes it idempotent."""

    verb: ClassVar[str]
    keeps_faults: ClassVar[bool] = True
    """Whether a fault of the process becomes an incident; a job's command leaves that to the job's own retries."""

    mends: ClassVar[frozenset[str]] = frozenset()
    """Names of texts that may hold anything, since the command makes them storable by itself."""

    actor: Actor
    command_id: str | None = None

    @abstractmethod
    def handle(self, work: Work) -> Reply:
        """Load, authorise, decide, act, record; raises Rejected when refused. Writes go through `work`."""

    def fingerprint(self) -> str:
        """SHA-256 over what was asked, to tell a repetition from another use of the same id."""
        asked = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("actor", "command_id")}
        return sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS, default=_plain)).hexdigest()


def _plain(value: Any) -> Any:
    return sha256(value).hexdigest() if isinstance(value, bytes) else str(value)
