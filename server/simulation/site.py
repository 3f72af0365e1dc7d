"""What the house does for itself: days off, and the procedure reviewed once a year."""

from datetime import timedelta
from typing import TYPE_CHECKING

from server.domain.bundle import Bundle, bundled_root
from server.simulation.people import OUTSIDE, OWNER

if TYPE_CHECKING:
    from server.simulation.world import World

APPLICATION = "complaint"
MANIFEST = "application.toml"


def set_calendar(world: "World") -> None:
    """The company takes a day off next week, and what was promised is counted anew."""
    calendar = world.office.get(OUTSIDE, "/calendar")
    day = world.today() + timedelta(days=7 - world.today().weekday() + 2)
    body = {name: calendar[name] for name in ("week", "country", "days_on", "days_off")}
    body["days_off"] = sorted({*body["days_off"], day.isoformat()})
    world.office.send(OUTSIDE, "/calendar", body, method="PUT")
    world.machine.follow_orders()


def review_procedure(world: "World") -> None:
    """The process owner looks at the procedure, as it is to be done every year, and brings open complaints over."""
    current = Bundle.from_folder(bundled_root(), APPLICATION)
    note = f"\n# Reviewed on {world.today().isoformat()}: no change of the procedure.\n".encode()
    bundle = Bundle({**current, MANIFEST: current[MANIFEST] + note})
    made = world.office.publish(OWNER, bundle.to_zip())
    world.office.send(OWNER, f"/definitions/{APPLICATION}/migrate", {"to": made["version"]})
    world.machine.follow_orders()
    world.look_around()
