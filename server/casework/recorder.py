"""Collects a case's history events and chains them to the head that its instance carries."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.domain import history
from server.domain.history import EventType


@dataclass
class Recorder:
    """`seq` and `head` are the instance's newest event; `rows`/`payloads` go into the two history tables."""

    instance_id: str
    seq: int
    head: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    payloads: list[dict[str, Any]] = field(default_factory=list)
    _pending: list[tuple[datetime, int | None, EventType, str | None, dict[str, Any]]] = field(default_factory=list)

    def record(
        self, at: datetime, actor_id: int | None, kind: EventType, element_id: str | None = None, **data: Any
    ) -> None:
        self._pending.append((at, actor_id, kind, element_id, data))

    def record_waits(self, at: datetime, lines: Iterable[Mapping[str, Any]]) -> None:
        """An event for each new user task and job among `lines` (see wait_rows.entry)."""
        for line in lines:
            if line["kind"] == "user_task":
                self.record(at, None, EventType.TASK_CREATED, line["element_id"], task_id=line["id"])
            elif line["kind"] == "job":
                self.record(at, None, EventType.JOB_CREATED, line["element_id"], job_id=line["id"])

    def close(self) -> None:
        """Chain what was recorded; after this `seq` and `head` are the new ones."""
        for at, actor_id, kind, element_id, data in self._pending:
            self.seq += 1
            salt = os.urandom(16)
            digest = history.digest(salt, data)
            self.head = history.link(self.head, self.seq, at, actor_id, kind.value, element_id, digest)
            key = {"instance_id": self.instance_id, "seq": self.seq}
            self.rows.append(
                {
                    **key,
                    "at": at,
                    "actor_id": actor_id,
                    "type": kind.value,
                    "element_id": element_id,
                    "digest": digest,
                    "hash": self.head,
                }
            )
            self.payloads.append({**key, "salt": salt, "data": data})
        self._pending.clear()
