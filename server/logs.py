"""Logs: one line an event on standard error, without the values of local variables, which may be customers' data."""

import logging
import sys

import structlog

# Each tick of the scheduler and each start of a job would be a line of its own.
QUIET = ("apscheduler", "alembic", "waitress.queue")


def configure(level: str) -> None:
    """Set up logging for this process; `level` is 'debug', 'info', 'warning' or 'error'."""
    logging.basicConfig(
        level=level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["event"], drop_missing=True),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
