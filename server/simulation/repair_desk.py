"""The repair desk: each morning somebody looks at what failed for good, mends the cause, and tries again or goes on."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from server.simulation.happenings import asked
from server.simulation.people import OUTSIDE

if TYPE_CHECKING:
    from server.simulation.life import Life
    from server.simulation.world import World

REPAIR_HOUR = timedelta(hours=1)
MAILS = "customer."
"""Topics that may be skipped: the customer is told by phone instead."""
SKIPPED, IN_VAIN = 5, 4
"""One of so many mails is not sent any more; one of so many retries comes before the cause is mended."""


def repair(world: "World") -> None:
    """The morning round; some incidents are left for another day."""
    if not world.breakdowns.waiting:
        return
    incidents = world.office.pages(OUTSIDE, "/incidents", state="open")
    for incident in sorted(incidents, key=lambda each: (each["case_number"], each["element_id"])):
        life = world.by_number.get(incident["case_number"])
        if life is not None and life.rng.random() >= 0.2 and _repaired(world, life, incident):
            life.moved()


def _repaired(world: "World", life: "Life", incident: Mapping[str, Any]) -> bool:
    desk, path = world.desk, f"/incidents/{incident['id']}"
    if str(incident["topic"]).startswith(MAILS):
        desk["mails"] += 1
        if desk["mails"] % SKIPPED == 0:
            world.breakdowns.mend(life.number)
            return asked(world, OUTSIDE, f"{path}/skip", {"reason": life.say("skip")})
    desk["retries"] += 1
    if desk["retries"] % IN_VAIN:
        world.breakdowns.mend(life.number)
    return asked(world, OUTSIDE, f"{path}/retry", {"reason": life.say("retry")})
