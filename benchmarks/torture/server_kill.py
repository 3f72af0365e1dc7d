"""kill -9 of the server at random moments, while drivers bring complaints to their end over HTTP."""

import time
from pathlib import Path
from random import Random

from benchmarks.torture._support import Figure, Load, Options, breaches, prepared, run
from tests.durability.processes import Phoenix

KILLS = 100
LONGEST_LIFE = 2.0
SENTENCE = (
    "{kills} kills of the server during {complaints} complaints: {lost} of {acknowledged} acknowledged commands lost, "
    "{doubled} recorded twice (seed {seed})."
)


def main(argv: list[str] | None = None) -> None:
    run(argv, "server-kill", SENTENCE, torture)


def torture(options: Options, folder: Path) -> Figure:
    """Kills at random moments up to LONGEST_LIFE seconds after the port opened."""
    data, token = prepared(folder)
    rng = Random(options.seed)
    kills = KILLS if options.kills is None else options.kills
    with Phoenix(data) as server, Load(server.url, token, options.seed) as load:
        for _ in range(kills):
            server.settle()
            time.sleep(rng.uniform(0, LONGEST_LIFE))
            server.kill()
        server.settle()
    jobs_in_hand = sum(len(death.held) for death in server.deaths)
    found = breaches(data, load.acknowledged) + load.trouble
    facts = {"jobs_in_hand": jobs_in_hand}
    return Figure(len(server.deaths), load.complaints, len(load.acknowledged), found, facts)
