"""What happens to a process application outside any case, written down in the transaction that does it."""

from typing import Any

from sqlalchemy import Connection, insert

from server.casework.work import Work
from server.persistence.models import DefinitionEvent

OPENED, DISCARDED, RENEWED = "draft.opened", "draft.discarded", "draft.renewed"
PROPOSED, RETURNED = "draft.proposed", "draft.returned"
PUBLISHED, ROLLED_BACK, MIGRATED = "version.published", "version.rolled_back", "version.migrated"


def tell(
    connection: Connection,
    work: Work,
    key: str,
    kind: str,
    *,
    version_id: int | None = None,
    draft_id: int | None = None,
    **data: Any,
) -> None:
    """Append an event of the application `key`; `data` is what a reader wants to know of it."""
    row = {
        "key": key,
        "at": work.now,
        "actor_id": work.actor_id,
        "type": kind,
        "version_id": version_id,
        "draft_id": draft_id,
        "data": data,
    }
    connection.execute(insert(DefinitionEvent).values(**row))
