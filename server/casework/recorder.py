"""Collects a case's history events and chains them to the head that its instance carries."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.casework.wait_rows import NewRows, rfc3339
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

    def record_waits(self, at: datetime, lines: Iterable[Mapping[str, Any]], rows: NewRows) -> None:
        """An event for each new user task and job among `lines` (see wait_rows.entry), which `rows` are made for."""
        tasks = {row["id"]: row for row in rows.user_tasks}
        for line in lines:
            if line["kind"] == "user_task":
                row = tasks[line["id"]]
                told = {"group": row["candidate_group"], "assignee": rows.meant_for.get(line["id"])}
                told["due_at"] = rfc3339(row["due_at"]) if row["due_at"] else None
                told = {name: value for name, value in told.items() if value is not None}
                self.record(at, None, EventType.TASK_CREATED, line["element_id"], task_id=line["id"], **told)
            elif line["kind"] == "job":
                self.record(at, None, EventType.JOB_CREATED, line["element_id"], job_id=line["id"])

    def tell(self, kind: EventType | None = None, **data: Any) -> None:
        """More data for the newest event that is not chained yet, or for the newest of `kind`.

        Raises LookupError when there is none.
        """
        for _at, _actor, each, _element, told in reversed(self._pending):
            if kind is None or each is kind:
                told.update(data)
                return
        raise LookupError(f"no event {kind or ''} was recorded to tell {sorted(data)}")

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
