"""Which free task may this person turn to instead?"""

from typing import Any

from server.casework.context import Context
from server.casework.next_task import next_free
from server.security.actor import Actor


def next_task(context: Context, actor: Actor) -> dict[str, Any] | None:
    """`id`, `name` and `case_number` of one of the most urgent that nobody holds; None when there is none."""
    with context.read() as connection:
        return next_free(connection, actor, context.clock.now())
