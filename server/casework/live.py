"""Instances kept in memory between two advances, so that the next one need not load its state.

Only what was just committed is kept, under the version it was committed as: whoever reads another version in the
database, for another process was faster or the instance was migrated, loads it anew.
"""

from collections import OrderedDict
from threading import Lock

from server.engine import ProcessInstance

MOST = 200


class LiveInstances:
    """The instances used last, each in one pair of hands at a time; threads share this."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, ProcessInstance]] = OrderedDict()
        self._lock = Lock()

    def take(self, instance_id: str, version: int) -> ProcessInstance | None:
        """The instance as committed under `version`, and nobody else gets it; None when it is not here."""
        with self._lock:
            kept = self._kept.pop(instance_id, None)
        return kept[1] if kept is not None and kept[0] == version else None

    def keep(self, instance_id: str, version: int, instance: ProcessInstance) -> None:
        """Keep what was committed as `version`; the one not used longest goes when there are too many."""
        with self._lock:
            self._kept[instance_id] = (version, instance)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
