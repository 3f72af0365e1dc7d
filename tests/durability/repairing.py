"""`python -m tests.durability.repairing RUN`: carries a repair out in a process of its own, which may be killed."""

import sys

from server.app import build_context
from server.queries.sign_in import actor_named
from server.runner.repairs import carry_out
from server.settings import Settings

if __name__ == "__main__":
    context = build_context(Settings.load())
    carry_out(context, int(sys.argv[1]), actor_named(context, "admin"))
    context.database.close()
