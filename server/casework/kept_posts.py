"""How long, and how many, of what was sent without a session are kept for their author."""

from datetime import timedelta

MOST = 5
"""So many of one person; the oldest goes for a newer one."""
LIFE = timedelta(days=7)
