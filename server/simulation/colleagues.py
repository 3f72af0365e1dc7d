"""What colleagues ask of one another about an open task; in the end nobody holds it who has not done it.

Each waits for a task that nobody has in hand, and may come too late.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from server.simulation.answers import Pen
from server.simulation.happenings import TOO_LATE
from server.simulation.office import Unexpected
from server.simulation.people import OUTSIDE, Person

if TYPE_CHECKING:
    from server.simulation.life import Life
    from server.simulation.world import World

Task = Mapping[str, Any]
TRIES = 6
"""Then it is left."""
PASSED = TOO_LATE | {
    "task.claimed", "task.urged_already", "task.cannot_withdraw", "task.worked_on", "task.oneself", "task.signer_twice",
    "task.delegated_already", "task.not_delegated", "request.ended", "request.too_early", "case.invalid",
    "forbidden.request", "forbidden.own_case", "forbidden.four_eyes",
}  # fmt: skip
"""Refusals that say no more than that somebody was quicker, that the form wants more, or that it is oneself."""
HIGHER = ("gm", "vp", "manager")


def comment(world: "World", life: "Life") -> None:
    who = world.on_duty("quality", life.rng).username
    _tried(world, who, f"/complaints/{life.number}/comments", {"text": f"{life.say('comment')} @manager"})


def hurry(world: "World", life: "Life") -> None:
    """A manager wants it sooner: he says so, and the task goes up in the list."""
    task, _person = _free(world, life, "hurry")
    if task is not None:
        path = f"/tasks/{task['id']}"
        _tried(world, "manager", f"{path}/urge", {"text": life.say("hurry")})
        _tried(world, "manager", f"{path}/priority", {"priority": 80, "reason": life.say("hurry")})


def ask(world: "World", life: "Life") -> None:
    """A question to a colleague, which is answered some hours later."""
    task, person = _free(world, life, "ask")
    if task is None or person is None:
        return
    other = _other(world, life, task, person)
    if _tried(world, person.username, f"/tasks/{task['id']}/ask", {"of": other, "text": life.say("ask")}):
        at = world.staff.later(world.now(), life.rng.uniform(0.5, 3))
        world.agenda.note(at, lambda: _answer(world, life, task["id"], other))


def _answer(world: "World", life: "Life", task: str, other: str) -> None:
    for request in _asked_of(world, other, task):
        _tried(world, other, f"/requests/{request}/answer", {"text": life.say("answer")})


def delegate(world: "World", life: "Life") -> None:
    """A colleague does the spadework and gives it back."""
    task, person = _free(world, life, "delegate")
    if task is None or person is None:
        return
    other, path = _other(world, life, task, person), f"/tasks/{task['id']}"
    if _tried(world, person.username, f"{path}/delegate", {"to": other, "reason": life.say("transfer")}):
        _tried(world, other, f"{path}/return", {})
        _lay_down(world, person, task)


def sign(world: "World", life: "Life") -> None:
    """A colleague is to agree first: he does not, then he does; a second one is not needed after all."""
    task, person = _free(world, life, "sign")
    if task is None or person is None:
        return
    other, path = _other(world, life, task, person), f"/tasks/{task['id']}"
    wanted = {"text": life.say("sign"), "position": "before"}
    for agree in (False, True):
        if _tried(world, person.username, f"{path}/signers", {"signers": [other], **wanted}):
            for request in _asked_of(world, other, task["id"]):
                said = life.say("answer" if agree else "refuse")
                _tried(world, other, f"/requests/{request}/sign", {"agree": agree, "text": said})
    higher = next(name for name in HIGHER if name not in (person.username, other))
    if _tried(world, person.username, f"{path}/signers", {"signers": [higher], **wanted}):
        for request in _asked_of(world, higher, task["id"]):
            _tried(world, person.username, f"/requests/{request}/withdraw", {"reason": life.say("answer")})
    _lay_down(world, person, task)


def sign_after(world: "World", life: "Life") -> None:
    """What was filled in is shown to somebody higher before it counts."""
    task, person = _free(world, life, "sign_after")
    if task is None or person is None:
        return
    path = f"/tasks/{task['id']}"
    higher = next(name for name in reversed(HIGHER) if name != person.username)
    body = {"signers": [higher], "text": life.say("sign"), "position": "after"}
    if not _tried(world, person.username, f"{path}/signers", body):
        return
    answers = {"data": Pen(life, person).fill(world.form(task, person))}
    filled = world.office.try_("POST", person.username, f"{path}/complete", answers)
    requests = _asked_of(world, higher, task["id"])
    if filled.status == 200 and requests:
        for request in requests:
            _tried(world, higher, f"/requests/{request}/sign", {"agree": True})
        life.after(world.office.try_("POST", person.username, f"{path}/complete", answers), task, person.username)
        return
    for request in requests:
        _tried(world, person.username, f"/requests/{request}/withdraw", {"reason": life.say("answer")})
    _lay_down(world, person, task)
    _again(world, life, "sign_after")


def take_back(world: "World", life: "Life") -> None:
    """Sent too early: the step is taken back before anything came of it."""
    task, person = _free(world, life, "take_back")
    if task is None or person is None:
        return
    path = f"/tasks/{task['id']}"
    answers = {"data": Pen(life, person).fill(world.form(task, person))}
    done = world.office.try_("POST", person.username, f"{path}/complete", answers)
    if done.status == 200 and _tried(world, person.username, f"{path}/withdraw", {"reason": life.say("take_back")}):
        life.look()
        return
    if done.status == 200:
        life.after(done, task, person.username)
    _again(world, life, "take_back")


def _free(world: "World", life: "Life", name: str) -> tuple[Task | None, Person | None]:
    """An open task that nobody holds and who would do it; when there is none, the same is tried again later."""
    items = world.office.get(OUTSIDE, "/tasks", case=life.number, order="created", limit=10)["items"]
    free = [task for task in items if not task["claimed_by"] and not task["assignee"]]
    if not free:
        _again(world, life, name)
        return None, None
    task = min(free, key=lambda each: str(each["element_id"]))
    return task, world.staff.doer(task, world.now(), life.rng)


def _again(world: "World", life: "Life", name: str) -> None:
    life.tried[name] += 1
    if not life.state and life.tried[name] < TRIES:
        world.agenda.note(world.staff.later(world.now(), life.rng.uniform(4, 12)), world.happening(name, life))


def _other(world: "World", life: "Life", task: Task, person: Person) -> str:
    """A colleague of the same group, else the manager."""
    other = world.colleague(person, task, life.rng)
    return other.username if other is not None else "manager" if person.username != "manager" else "vp"


def _asked_of(world: "World", who: str, task: str) -> list[str]:
    """Ids of what is asked of somebody at a task."""
    items = world.office.get(who, "/requests", limit=1000)["items"]
    return [request["id"] for request in items if request["task"] == task and request["kind"] != "mention"]


def _lay_down(world: "World", person: Person, task: Task) -> None:
    """Whoever comes to the task next takes it up; nothing to say when nobody held it."""
    world.office.try_("POST", person.username, f"/tasks/{task['id']}/unclaim")


def _tried(world: "World", who: str, path: str, body: Mapping[str, object]) -> bool:
    reply = world.office.try_("POST", who, path, body)
    if reply.status >= 400 and reply.code not in PASSED:
        raise Unexpected(f"{path} as {who}: {reply.body}")
    return reply.status < 400


COLLEAGUES: Mapping[str, Callable[["World", "Life"], None]] = {
    "comment": comment, "hurry": hurry, "ask": ask, "delegate": delegate, "sign": sign, "sign_after": sign_after,
    "take_back": take_back,
}  # fmt: skip
