"""How PostgreSQL is reached: one session looks like another, whatever the server's own settings are."""

from typing import Any

from sqlalchemy import URL, Connection
from sqlalchemy.pool import ConnectionPoolEntry

BEGIN = "BEGIN"
OLDEST = 13
MIGRATION_LOCK = 0x4B657375
"""Key of the advisory lock, by whose letters an operator may know it: `Kesu`."""

# One connection for each thread that serves, works or ticks, and some for a rush.
POOL = {"pool_size": 12, "max_overflow": 20, "pool_timeout": 30, "pool_use_lifo": True}
# A server that restarted is noticed before a statement is sent; one that vanished, within a minute.
WATCH = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}

SESSION = {
    # The optimistic lock of the case's row is written for this one, and waits for the quicker one's commit.
    "default_transaction_isolation": "read committed",
    "lock_timeout": "10s",
    # A frozen process must not hold its locks for ever.
    "idle_in_transaction_session_timeout": "60s",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
}


def options(url: URL) -> dict[str, Any]:
    """Keywords of `create_engine`; what the address itself says about the connection wins."""
    own = {"fallback_application_name": "kesu", "connect_timeout": 10, **WATCH}
    return {
        **POOL,
        "pool_pre_ping": True,
        "connect_args": {name: value for name, value in own.items() if name not in url.query},
    }


def prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """Set up a new connection in one round trip."""
    connection.autocommit = True
    calls = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in SESSION.items())
    connection.execute(f"SELECT {calls}")


class UnfitServer(Exception):
    """The server cannot hold our tables; the text is one sentence that says why."""


def require_fit(connection: Connection) -> None:
    """Raises UnfitServer for a release that is too old, or a database that cannot hold Chinese."""
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if version < OLDEST * 10_000:
        raise UnfitServer(f"This is PostgreSQL {version // 10_000}, and Kesu needs {OLDEST} or newer.")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise UnfitServer(f"The database's encoding is {encoding}: create it anew with ENCODING 'UTF8'.")


def wait_for_turn(connection: Connection) -> None:
    """One process at a time gets past this, until its transaction ends; a long migration is waited for."""
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


def hold_writers(connection: Connection, table: str) -> None:
    """Waits for those who are writing to a table of ours, and nobody writes to it until the transaction ends."""
    connection.exec_driver_sql(f"LOCK TABLE {table} IN SHARE MODE")
