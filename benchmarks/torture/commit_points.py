"""kill -9 of the server before and after every commit of a whole complaint's life, found by a run undisturbed."""

from pathlib import Path

from benchmarks.torture._support import Figure, Options, prepared, run
from tests.durability.dying import after, assert_same, before, live_dying, live_undisturbed
from tests.durability.life import whole_complaint
from tests.durability.processes import copy_prepared

SENTENCE = (
    "The server died {kills} times, before or after a commit, in a life of {commits} commits at {points} points: "
    "{lost} acknowledged commands lost, {doubled} recorded twice."
)


def main(argv: list[str] | None = None) -> None:
    run(argv, "commit-points", SENTENCE, torture)


def torture(options: Options, folder: Path) -> Figure:
    """--kills limits how many of the deaths are died; there is nothing random about them."""
    data, token = prepared(folder)
    undisturbed = live_undisturbed(copy_prepared(data, folder / "undisturbed"), token, whole_complaint)
    plans = {"before": before(undisturbed.points), "after": after(undisturbed.points)}
    found: list[str] = []
    kills = complaints = 0
    for when, crashes in plans.items():
        planned = crashes if options.kills is None else crashes[: max(options.kills - kills, 0)]
        if not planned:
            continue
        try:
            lived = live_dying(copy_prepared(data, folder / when), token, whole_complaint, planned)
            assert_same(undisturbed, lived)
            complaints += len(lived.histories)
        except AssertionError as error:
            found.append(f"lost: {when}: {error}")
        kills += len(planned)
    facts = {"commits": len(undisturbed.points), "points": len(set(undisturbed.points))}
    return Figure(kills, complaints, undisturbed.acknowledged * complaints, found, facts)
