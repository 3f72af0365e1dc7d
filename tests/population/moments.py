"""While the year is played, what the tables hold of a case is noted after every commit that touches it.

The notes are what the rebuilt past is compared with: they are read from the tables at that moment, and from nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import zstandard
from sqlalchemy import event

from server.casework.command import Answer, Command
from tests.noting import Stored, stored, usernames

if TYPE_CHECKING:
    from server.casework.context import Context

FILE = "moments.json.zst"
"""One note a line: `[instance id, what was stored]`."""


@contextmanager
def noted(context: "Context", folder: Path) -> Iterator[None]:
    """Note from now on, into the folder's file; the year itself goes on as it would without."""
    touched: set[str] = set()
    names: dict[int, str] = {}
    original = context.execute

    def watch(_connection: Any, _cursor: Any, statement: str, _values: Any, run: Any, _many: bool) -> None:
        if statement.startswith("INSERT INTO history_event "):
            touched.update(each["instance_id"] for each in run.compiled_parameters)

    with (folder / FILE).open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as notes:

        def execute(command: Command) -> Answer:
            touched.clear()
            answer = original(command)
            if touched:
                with context.read() as connection:
                    if not names:
                        names.update(usernames(connection))
                    for instance_id in sorted(touched):
                        line = [instance_id, vars(stored(connection, instance_id, names))]
                        notes.write(orjson.dumps(line) + b"\n")
            return answer

        event.listen(context.database.engine, "after_cursor_execute", watch)
        context.execute = execute  # type: ignore[method-assign]
        try:
            yield
        finally:
            context.execute = original  # type: ignore[method-assign]
            event.remove(context.database.engine, "after_cursor_execute", watch)


def notes_of(folder: Path) -> dict[str, dict[int, Stored]]:
    """The notes of each instance, by the newest event of its history then."""
    found: dict[str, dict[int, Stored]] = {}
    with (folder / FILE).open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
        for line in reader.read().splitlines():
            instance_id, note = orjson.loads(line)
            for name in ("waits", "tasks"):
                note[name] = tuple(tuple(row) for row in note[name])
            found.setdefault(instance_id, {})[note["seq"]] = Stored(**note)
    return found
