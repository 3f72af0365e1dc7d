"""Who last changed which field of a complaint, and when?"""

from collections.abc import Iterable
from typing import Any

from server.casework.context import Context
from server.casework.wait_rows import rfc3339
from server.queries.case_events import case_events
from server.security.actor import Actor


def last_changes(
    context: Context, actor: Actor, number: str, pointers: Iterable[str], language: str
) -> dict[str, dict[str, Any]]:
    """`{"by", "at"}` of the newest change at each pointer or below it; what nobody changed is left out.

    Raises Rejected `not_found.case`.
    """
    wanted, found = set(pointers), dict[str, dict[str, Any]]()
    with context.read() as connection:
        events = case_events(connection, actor, number)
    for event in reversed(events.events):
        changed = [str(one.get("pointer", "")) for one in event.data.get("changes") or () if isinstance(one, dict)]
        for pointer in wanted - found.keys():
            if any(one == pointer or one.startswith(f"{pointer}/") for one in changed):
                found[pointer] = {"by": events.actor(event, language), "at": rfc3339(event.at)}
        if len(found) == len(wanted):
            break
    return found
