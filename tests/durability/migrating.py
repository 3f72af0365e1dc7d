"""`python -m tests.durability.migrating RUN`: carries a migration out in a process of its own, which may be killed."""

import sys

from server.app import build_context
from server.runner.migrations import carry_out
from server.settings import Settings

if __name__ == "__main__":
    context = build_context(Settings.load())
    carry_out(context, int(sys.argv[1]))
    context.database.close()
