"""`kesu check`: findings as text or as one JSON object."""

import json
from collections.abc import Sequence
from pathlib import Path

from server.commandline.support import CannotRun, settings_of, terminal_language
from server.domain.rejection import Rejected
from server.jobs.registry import load_registry
from server.queries.check_application import check_applications


def report(paths: Sequence[Path], *, as_json: bool) -> tuple[str, bool]:
    """(what to print, whether there is no error). Raises CannotRun when a path holds nothing to check."""
    language = terminal_language()
    topics = load_registry(settings_of().workers).topics
    try:
        found = check_applications(paths, topics)
    except Rejected as error:
        raise CannotRun(error.text(language)) from None
    text = json.dumps(found.to_json(language), ensure_ascii=False) if as_json else found.to_text(language)
    return text, found.ok
