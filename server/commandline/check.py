"""`kesu check`: findings as text or as one JSON object."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from server.commandline.support import CannotRun, settings_of
from server.domain.rejection import Rejected
from server.i18n import best_language
from server.jobs.registry import load_registry
from server.queries.check_application import check_applications


def report(paths: Sequence[Path], *, as_json: bool) -> tuple[str, bool]:
    """(what to print, whether there is no error). Raises CannotRun when a path holds nothing to check."""
    language = best_language(_locale(), default="en")
    topics = load_registry(settings_of().workers).topics
    try:
        found = check_applications(paths, topics)
    except Rejected as error:
        raise CannotRun(error.text(language)) from None
    text = json.dumps(found.to_json(language), ensure_ascii=False) if as_json else found.to_text(language)
    return text, found.ok


def _locale() -> str:
    """The language of the terminal as an Accept-Language text: `zh_CN.UTF-8` -> `zh_CN`."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((os.environ[name].partition(".")[0] for name in names if os.environ.get(name)), "")
