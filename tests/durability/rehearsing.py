"""`python -m tests.durability.rehearsing`: carries rehearsals out in a process of its own, which may be killed."""

from server.app import build_context
from server.runner.rehearsals import continue_rehearsals
from server.settings import Settings

if __name__ == "__main__":
    context = build_context(Settings.load())
    continue_rehearsals(context, 600)
    context.database.close()
