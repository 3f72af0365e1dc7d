"""200 random complaints brought to their end over HTTP, whatever is answered and whatever comes from outside.

Each begins in a mood (tests/acceptance/messages.py) that its dice lean to; together they should reach every end of the
process. Counted are complaints that did not reach an end, and answers of the server that tell of its own failure.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.acceptance.driver import Driver
from tests.acceptance.messages import AIMS, MESSAGES, MOODS, OUTSIDE
from tests.acceptance.support.server_process import ServerProcess

COMPLAINTS = 200
DRIVERS = 2


class Run:
    """What several drivers at once made of their complaints."""

    def __init__(self, url: str, token: str, seed: str, complaints: int) -> None:
        self._url, self._token, self._seed = url, token, seed
        self._left = iter(range(complaints))
        self._lock = threading.Lock()
        self.ends: Counter[str] = Counter()
        self.trouble: list[str] = []

    def drive(self, number: int) -> None:
        with closing(
            Driver(self._url, self._token, f"{self._seed}-{number}", messages=MESSAGES, outside=OUTSIDE, moods=MOODS)
        ) as driver:
            while self._next():
                try:
                    end = driver.finish(driver.file().instance_id)["end_event"]
                except AssertionError as error:
                    with self._lock:
                        self.trouble.append(str(error))
                else:
                    with self._lock:
                        self.ends[end] += 1

    def _next(self) -> bool:
        with self._lock:
            return next(self._left, None) is not None


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="A tenth of the complaints, for a quick look.")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="Repeats a run.")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args(argv)
    complaints = COMPLAINTS // 10 if given.small else COMPLAINTS
    # As the tests say it: the server of this run stands on that database.
    os.environ["TEST_DATABASE"] = given.database
    with tempfile.TemporaryDirectory() as folder:
        server = ServerProcess(Path(folder) / "data").start()
        run = Run(server.url, server.token("admin"), given.seed, complaints)
        began = time.monotonic()
        threads = [threading.Thread(target=run.drive, args=(number,)) for number in range(DRIVERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.monotonic() - began
        with closing(Driver(server.url, server.token("admin"), given.seed)) as driver:
            incidents = len(driver.all_items("/incidents"))
        server.stop()
    failed = sum("the server failed" in one for one in run.trouble)
    stuck = len(run.trouble) - failed
    missing = sorted(set(AIMS) - set(run.ends))
    figure = {
        "name": "random_complaints",
        "seed": given.seed,
        "complaints": complaints,
        "finished": run.ends.total(),
        "stuck": stuck,
        "server_errors": failed,
        "incidents": incidents,
        "ends": dict(sorted(run.ends.items())),
        "ends_missed": missing,
        "seconds": round(seconds, 1),
    }
    print(json.dumps(figure))
    print(
        f"{run.ends.total()} of {complaints} random complaints reached an end, at {len(run.ends)} of {len(AIMS)} end "
        f"events; {stuck} stuck, {failed} failures of the server, {incidents} incidents."
    )
    for one in run.trouble:
        print(one, file=sys.stderr)
    good = not run.trouble and not incidents and (given.small or not missing)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
