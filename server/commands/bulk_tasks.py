"""One thing done with many tasks: a command each, so that one that is refused keeps none of the others back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from server.casework.command import Command
from server.casework.context import Context
from server.commands.claim_task import ClaimTask
from server.commands.complete_task import CompleteTask
from server.commands.set_priority import SetPriority
from server.commands.transfer_task import TransferTask
from server.commands.urge_task import UrgeTask
from server.domain.rejection import Rejected
from server.i18n import N_
from server.security.actor import Actor

MOST = 500

Maker = Callable[[dict[str, Any], Mapping[str, Any]], Command]

ACTIONS: Mapping[str, Maker] = {
    "claim": lambda who, _told: ClaimTask(**who),
    "transfer": lambda who, told: TransferTask(**who, to=told.get("to") or "", reason=told.get("reason") or ""),
    "complete": lambda who, told: CompleteTask(**who, data=dict(told.get("data") or {}), unseen="data" not in told),
    "priority": lambda who, told: SetPriority(
        **who, priority=told.get("priority", -1), reason=told.get("reason") or ""
    ),
    "urge": lambda who, told: UrgeTask(**who, text=told.get("reason") or ""),
}
"""By name; `told` holds what goes for all rows: to, reason, data, priority."""


@dataclass(frozen=True)
class Row:
    """What became of one task: the answer, or the refusal."""

    task: str
    answer: dict[str, Any] = field(default_factory=dict)
    refusal: Rejected | None = None


def bulk(
    context: Context,
    actor: Actor,
    action: str,
    tasks: Sequence[str],
    told: Mapping[str, Any],
    command_id: str | None = None,
) -> list[Row]:
    """In the order of `tasks`; each is a command of its own whose id comes from `command_id` and the task.

    Raises Rejected `bulk.action`, `bulk.tasks` before anything is done.
    """
    make = ACTIONS.get(action)
    if make is None:
        raise Rejected(
            "bulk.action",
            N_("This cannot be done with many tasks at once. Use one of: {known}."),
            field="/action",
            known=", ".join(ACTIONS),
        )
    chosen = list(dict.fromkeys(tasks))
    if not 0 < len(chosen) <= MOST:
        raise Rejected("bulk.tasks", N_("Choose 1 to {limit} tasks."), field="/tasks", limit=MOST)
    return [_one(context, make, actor, task, told, command_id) for task in chosen]


def row_id(command_id: str | None, task: str) -> str | None:
    """The command id of one row."""
    return None if command_id is None else sha256(f"{command_id}\n{task}".encode()).hexdigest()[:40]


def _one(
    context: Context, make: Maker, actor: Actor, task: str, told: Mapping[str, Any], command_id: str | None
) -> Row:
    who = {"actor": actor, "task_id": task, "command_id": row_id(command_id, task)}
    try:
        return Row(task, context.execute(make(who, told)).body)
    except Rejected as refusal:
        return Row(task, refusal=refusal)
