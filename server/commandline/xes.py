"""`kesu xes`: the process log of an application, written trace by trace."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO

from server.commandline.support import open_context, terminal_language
from server.documents.xes import Trace, xes
from server.i18n import N_, translate
from server.queries.event_log import LogWish, event_log, everywhere

STANDARD_OUTPUT = "-"


@dataclass
class _Count:
    """Passes traces on and counts them and their events."""

    traces: int = 0
    events: int = 0

    def over(self, traces: Iterable[Trace]) -> Iterator[Trace]:
        for trace in traces:
            self.traces += 1
            self.events += len(trace.events)
            yield trace


def exported_log(key: str, file: str, since: date | None, until: date | None, *, pseudonyms: bool) -> str:
    """Write the log of `key` to `file`, `-` for standard output; how much it was, as a sentence.

    since, until: days in the site's zone, the first and the last of the complaints' receipt. Raises Rejected.
    """
    context = open_context()
    zone, language = context.settings.zone, terminal_language()
    wish = LogWish(
        key=key,
        language=language,
        since=None if since is None else datetime.combine(since, time(), zone),
        until=None if until is None else datetime.combine(until + timedelta(days=1), time(), zone),
        pseudonyms=pseudonyms,
    )
    log, count = event_log(context, everywhere(context), wish), _Count()
    with _opened(file) as stream:
        for part in xes(log.head, count.over(log.traces)):
            stream.write(part)
    sentence = N_("{cases} complaints with {events} events.")
    return translate(sentence, language, cases=count.traces, events=count.events)


@contextmanager
def _opened(file: str) -> Iterator[IO[bytes]]:
    """Standard output, or a file that is there only once it is whole."""
    if file == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(file)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
