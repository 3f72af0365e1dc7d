"""How a database goes about what a query asks it: the statements it was sent, and the plan of each."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, text

from server.casework.context import Context

GROWING = {
    *("user_task", "case_file", "process_instance", "case_comment", "attachment", "desk_entry", "desk_run"),
    # Aliases under which statements have some of them (security/visibility.py).
    *("part", "asked", "task_request"),
}
"""Tables that have more rows the more complaints there are. The index of those that the sweep has to come to, which has
only these, may be read as a whole.
"""
_SCAN = {True: re.compile(r"^SCAN (\w+)(?!.*ix_case_file_wording_due)"), False: re.compile(r"Seq Scan on (\w+)")}
_INDEX = {
    True: re.compile(r"USING (?:COVERING )?(?:INDEX (\w+)|(INTEGER PRIMARY KEY|PRIMARY KEY))"),
    False: re.compile(r"(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)"),
}


def sent_by(context: Context, ask: Callable[[], Any]) -> list[tuple[str, Any]]:
    """Each SELECT that `ask` sends, with its parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    event.listen(context.database.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(context.database.engine, "before_cursor_execute", note)
    return sent


def plan_of(context: Context, statement: str, parameters: Any, is_small: bool = False) -> list[str]:
    """The lines of the plan, without their indentation.

    PostgreSQL rightly reads a table of few rows as a whole: in a small house it is asked for what it does where it can
    avoid that.
    """
    is_sqlite = context.database.is_sqlite
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    with context.read() as connection:
        if is_small and not is_sqlite:
            connection.execute(text("SET enable_seqscan = off"))
        rows = connection.exec_driver_sql(explain + statement, parameters).all()
        if is_small and not is_sqlite:
            connection.execute(text("RESET enable_seqscan"))
    return [str(row[-1] if is_sqlite else row[0]).strip().removeprefix("->").strip() for row in rows]


def scanned(context: Context, lines: list[str]) -> set[str]:
    """Growing tables that the plan reads from end to end."""
    return {found[1] for line in lines if (found := _SCAN[context.database.is_sqlite].search(line))} & GROWING


def indexes(context: Context, lines: list[str]) -> list[str]:
    """The indexes that the plan uses, in its order."""
    found = [match for line in lines if (match := _INDEX[context.database.is_sqlite].search(line))]
    return list(dict.fromkeys(next(part for part in match.groups() if part) for match in found))


def analyze(context: Context) -> None:
    """What the databases' own housekeeping does in service; the tests' PostgreSQL has it switched off."""
    with context.read() as connection:
        connection.execute(text("ANALYZE" if context.database.is_sqlite else "VACUUM ANALYZE"))
