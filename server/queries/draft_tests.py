"""Do the recorded complaints of a draft still go the way they went?"""

from typing import Any

from server.casework.context import Context
from server.casework.drafting import draft_bundle, find_draft
from server.casework.run_tests import run_tests
from server.domain.rejection import Rejected
from server.security.actor import Actor


def draft_tests(context: Context, actor: Actor, draft_id: int, language: str) -> dict[str, Any]:
    """`{"ok", "seconds", "tests"}` as `kesu test --json` prints it; no tests where the draft is no bundle yet.

    Raises Rejected `not_found.draft`.
    """
    actor.require("definition.read")
    with context.read() as connection:
        draft = find_draft(connection, draft_id)
        try:
            bundle = draft_bundle(context, connection, draft)
        except Rejected:
            return {"ok": True, "seconds": 0.0, "tests": []}
    calendar = context.calendars.newest(context.settings.site)
    return run_tests(bundle, calendar=calendar).to_json(language)
