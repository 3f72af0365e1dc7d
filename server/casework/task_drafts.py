"""The draft of a task is one for all who work on it: nobody writes over one he has not seen."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Connection, select

from server.casework.task_in_hand import TaskInHand
from server.casework.work import Conflict
from server.domain.json_gate import pointer_token
from server.domain.rejection import Rejected
from server.domain.texts import Label
from server.i18n import N_
from server.persistence.models import UserAccount, UserTask

NONE = "none"
"""The version of a task's draft when it has none."""


def draft_version(draft: Mapping[str, Any] | None) -> str:
    """Sixteen hex digits of what the draft holds, or NONE; the same content is the same version."""
    if draft is None:
        return NONE
    return sha256(orjson.dumps(draft.get("data"), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def require_same_draft(task: TaskInHand, seen: str | None, data: Mapping[str, Any], window: str | None) -> None:
    """Raises Rejected `task.draft_changed` when another draft than `seen`, and of another window, stands there that
    holds what `data` does not; its details list field, yours and theirs. `seen` None asks nothing.
    """
    if seen is None:
        return
    stored = task.row.draft
    own = stored is None or draft_version(stored) == seen or (window and stored.get("window") == window)
    lost = [] if own or stored is None else list(_lost(stored["data"], data))
    if lost:
        raise _changed(task, lost)
    task.work.at_commit(lambda connection: _still(connection, task, stored))


def require_nothing_to_fill(task: TaskInHand) -> None:
    """Raises Rejected `task.form_waits` where a field is required, or somebody began to fill in the form."""
    if task.row.draft is not None:
        raise Rejected(
            "task.form_waits", N_("A draft is saved there. Open the task, look at it and complete it there.")
        )
    needed = next(_required(task.view()), None)
    if needed is not None:
        raise Rejected(
            "task.form_waits",
            N_("Its form asks for “{title}”. Open the task, fill it in and complete it there."),
            title=Label((needed,)),
        )


def _required(view: Mapping[str, Any]) -> Iterator[str]:
    """Titles of the fields that have to be filled in; of a group those in it."""
    for name, schema in view.get("properties", {}).items():
        if "properties" in schema:
            yield from _required(schema)
        elif name in view.get("required", ()) and schema.get("readOnly") is not True:
            yield schema.get("title") or name


def _still(connection: Connection, task: TaskInHand, stored: Mapping[str, Any] | None) -> None:
    """Raises Conflict when it was written over since it was read."""
    row = connection.execute(select(UserTask.draft).where(UserTask.id == task.id).with_for_update()).one_or_none()
    if row is not None and draft_version(row.draft) != draft_version(stored):
        raise Conflict


def _lost(theirs: Any, yours: Any, pointer: str = "") -> Iterator[dict[str, Any]]:
    for name, value in theirs.items():
        at, own = f"{pointer}/{pointer_token(name)}", yours.get(name) if isinstance(yours, Mapping) else None
        if isinstance(value, Mapping):
            yield from _lost(value, own, at)
        elif value != own:
            yield {"field": at, "yours": own, "theirs": value}


def _changed(task: TaskInHand, lost: list[dict[str, Any]]) -> Rejected:
    query = (
        select(UserAccount.id, UserAccount.display_name)
        .join(UserTask, UserTask.draft_by == UserAccount.id)
        .where(UserTask.id == task.id)
    )
    writer = task.work.read(query).one_or_none()
    if writer is not None and writer.id != task.work.actor.user_id:
        sentence = N_("{name} saved another draft of this task meanwhile. Compare both values, then send yours again.")
    else:
        sentence = N_(
            "You saved another draft of this task meanwhile, in another window. Compare both values, then send yours "
            "again."
        )
    name = writer.display_name if writer is not None else ""
    return Rejected("task.draft_changed", sentence, field=lost[0]["field"], details=lost, name=name)
