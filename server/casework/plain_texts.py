"""What a command is told in words can be stored as it is, or is refused: nothing is cut off unseen."""

from dataclasses import fields
from typing import Any

from server.casework.command import Command
from server.domain.json_gate import check_plain
from server.domain.rejection import Rejected
from server.i18n import N_

LONGEST = {"reason": 2000, "text": 5000}
"""Characters, by the name of the command's field."""


def check_texts(command: Command) -> None:
    """Raises Rejected `malformed.value` for a NUL or half a character pair, `task.text_long` above LONGEST."""
    for each in fields(command):
        value = getattr(command, each.name)
        if each.name not in command.mends and isinstance(value, str):
            _check(each.name, value)


def _check(name: str, value: str) -> None:
    try:
        check_plain(value, max_bytes=10**9)
    except Rejected as refusal:
        refusal.field = f"/{name}"
        raise
    limit, count = LONGEST.get(name), len(value.strip())
    if limit is not None and count > limit:
        told: dict[str, Any] = {"count": count, "limit": limit}
        raise Rejected(
            "task.text_long",
            N_("This text has {count} characters; at most {limit} are kept. Shorten it, or attach it as a file."),
            field=f"/{name}",
            **told,
        )
