"""`kesu test`: recorded complaints played again, as text or as one JSON object."""

import json
from pathlib import Path

from server.commandline.support import CannotRun, settings_of, terminal_language
from server.domain.rejection import Rejected
from server.domain.working_time import WorkCalendar
from server.queries.play_tests import play_tests


def tested(path: Path, *, as_json: bool) -> tuple[str, bool]:
    """(what to print, whether every test passed). Raises CannotRun when there is nothing to test."""
    language = terminal_language()
    try:
        found = play_tests(path, WorkCalendar(settings_of().zone))
    except Rejected as refusal:
        raise CannotRun(refusal.text(language)) from None
    text = json.dumps(found.to_json(language), ensure_ascii=False) if as_json else found.to_text(language)
    return text, found.ok
