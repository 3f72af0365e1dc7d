"""What may happen to a complaint beside its steps; each is one call of the API, and may come too late."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from server.simulation.office import Unexpected
from server.simulation.people import OUTSIDE

if TYPE_CHECKING:
    from server.simulation.life import Life
    from server.simulation.office import Reply
    from server.simulation.world import World

TOO_LATE = frozenset(
    {"instance.ended", "instance.not_waiting", "instance.suspended", "instance.not_suspended", "clock.stands",
     "clock.runs", "task.ladder_ends", "task.not_open", "not_found.message", "link.duplicate", "link.cancelled",
     "instance.open", "forbidden.task", "instance.no_way_back", "instance.cannot_move"}
)  # fmt: skip
"""Refusals that say no more than that the complaint has gone on meanwhile."""
EARLIER = ("cause_side", "confirm", "record")
"""Steps that a complaint is moved back to, the last one that was done."""
PAUSES = ("waiting_customer", "waiting_part", "waiting_outside", "other")


def pause(world: "World", life: "Life") -> None:
    who, kind = world.on_duty("quality", life.rng).username, life.rng.choice(PAUSES)
    body = {"reason": kind} | ({"text": life.say("pause")} if kind == "other" or life.rng.random() < 0.5 else {})
    if asked(world, who, f"/complaints/{life.number}/pause", body):
        at = world.staff.later(world.now(), life.rng.uniform(6, 48))
        world.agenda.note(at, lambda: _continue(world, life, who))


def _continue(world: "World", life: "Life", who: str) -> None:
    if asked(world, who, f"/complaints/{life.number}/continue", {}):
        life.moved()


def amend(world: "World", life: "Life") -> None:
    lot = f"{life.matter.lot}{life.rng.choice('AB')}"
    data = (
        {"product": {"batch": lot}}
        if life.rng.random() < 0.6
        else {"customer": {"complaint_no": f"KS-{life.rng.randint(100, 999)}"}}
    )
    body = {"reason": life.say("amend"), "data": data}
    who = world.on_duty("sales", life.rng).username
    asked(world, who, f"/complaints/{life.number}", body, method="PATCH")


def suspend(world: "World", life: "Life") -> None:
    if asked(world, "manager", f"/instances/{life.instance_id}/suspend", {"reason": life.say("suspend")}):
        at = world.staff.later(world.now(), life.rng.uniform(10, 60))
        world.agenda.note(at, lambda: _resume(world, life))


def _resume(world: "World", life: "Life") -> None:
    if asked(world, "manager", f"/instances/{life.instance_id}/resume", {"reason": life.say("resume")}):
        life.moved()


def cancel(world: "World", life: "Life") -> None:
    if asked(world, "manager", f"/instances/{life.instance_id}/cancel", {"reason": life.say("cancel")}):
        life.moved()


def call(world: "World", life: "Life") -> None:
    """Somebody calls for the next in charge of an open task."""
    items = world.office.get(OUTSIDE, "/tasks", case=life.number, order="created", limit=5)["items"]
    if items:
        task = min(items, key=lambda each: each["element_id"])
        person = world.staff.doer(task, world.now(), life.rng)
        asked(world, person.username, f"/tasks/{task['id']}/escalate", {"reason": life.say("call")})


def withdraw(world: "World", life: "Life") -> None:
    body = {"reason": life.say("withdraw"), "name": life.customer.contact}
    _divert(world, life, "withdraw", "complaint.withdrawn", body)


def refer(world: "World", life: "Life") -> None:
    kind = life.rng.choice(("authority", "statutory_test", "legal", "police", "group"))
    life.referred_as = kind
    _divert(world, life, "refer", "complaint.referred", {"kind": kind, "reason": life.say("/referral/reason", kind)})


def merge(world: "World", life: "Life") -> None:
    """Into an earlier complaint of the same customer, else into any that is older."""
    of = world.older(life)
    if of is not None:
        body = {"of": of.number, "reason": life.say("merge"), "confirm": of.customer is not life.customer}
        if asked(world, world.on_duty("sales", life.rng).username, f"/complaints/{life.number}/merge", body):
            life.moved()


def move(world: "World", life: "Life") -> None:
    """Management has an earlier step done anew, wherever the complaint stands."""
    target = next((step for step in EARLIER if life.done[step]), None)
    body = {"target": target, "reason": life.say("move")}
    if target is not None and asked(world, "manager", f"/instances/{life.instance_id}/move", body):
        life.moved()
    elif not life.state:
        at = world.staff.later(world.now(), life.rng.uniform(2, 8))
        world.agenda.note(at, world.happening("move", life))


def recurrence(world: "World", life: "Life") -> None:
    """After the end the trouble is back: a new complaint that follows this one."""
    body = {"reason": life.say("recurrence"), "channel": "phone"}
    reply = world.office.try_("POST", world.on_duty("sales", life.rng).username, _path(life, "recurrence"), body)
    if reply.status == 201:
        world.follows(life, reply.body)
    else:
        _tolerate(reply)


def _divert(world: "World", life: "Life", verb: str, message: str, body: Mapping[str, str]) -> None:
    """By the call for it, or now and then as the message behind it, where the plot does not say."""
    told = life.plot.told
    if life.rng.random() < (told if told in (0, 1) else 0.3):
        sent = {"name": message, "correlation": {"number": life.number}, "payload": dict(body)}
        done = asked(world, OUTSIDE, "/messages", sent)
    else:
        done = asked(world, world.on_duty("sales", life.rng).username, _path(life, verb), body)
    if done:
        life.moved()


def _path(life: "Life", verb: str) -> str:
    return f"/complaints/{life.number}/{verb}"


def asked(world: "World", who: str, path: str, body: Mapping[str, object], method: str = "POST") -> bool:
    """True when it was done."""
    reply = world.office.try_(method, who, path, body)
    _tolerate(reply)
    return reply.status < 400


def _tolerate(reply: "Reply") -> None:
    if reply.status >= 400 and reply.code not in TOO_LATE:
        raise Unexpected(str(reply.body))


HAPPENINGS: Mapping[str, Callable[["World", "Life"], None]] = {
    "pause": pause, "amend": amend, "suspend": suspend, "cancel": cancel, "call": call, "withdraw": withdraw,
    "refer": refer, "merge": merge, "move": move, "recurrence": recurrence,
}  # fmt: skip
