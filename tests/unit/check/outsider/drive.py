"""Drives the engine at random, as people, workers, mails and clocks might, and tells what goes wrong."""

from random import Random
from typing import Any

from lxml import etree

from server.clock import ManualClock
from server.engine import BudgetExceeded, Environment, Limits, ProcessFault, ProcessInstance, Wait, parse_definition
from tests.unit.check.soundness.replay import NOW

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NAMES = frozenset({"amount", "choice", "kind", "level", "flag", "ready", "rows"})
LIMITS = Limits(steps=400, seconds=2.0)
EXTERNAL = {"user_task", "job", "timer", "message", "condition"}


class Drawing:
    """What the driver needs to know of the files: choices with their targets, error codes, who waits where."""

    def __init__(self, files: dict[str, bytes]) -> None:
        roots = [etree.fromstring(data) for name, data in files.items() if name.endswith(".bpmn")]
        self.targets: dict[str, list[str]] = {}
        self.kinds = {each.get("id"): etree.QName(each).localname for root in roots for each in root.iter(f"{BPMN}*")}
        for root in roots:
            for flow in root.iter(f"{BPMN}sequenceFlow"):
                self.targets.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
        self.hosts = {
            each.get("id"): each.get("attachedToRef") for root in roots for each in root.iter(f"{BPMN}boundaryEvent")
        }
        self.codes = sorted({each.get("errorCode") for root in roots for each in root.iter(f"{BPMN}error")})


def play(files: dict[str, bytes], process: str, seed: int, steps: int = 60) -> tuple[str, list[str]]:
    """(what went wrong, elements in the order they were done); "" when the case ended or goes on well.

    "stuck: …", "twice: …", "fault: …", "spin: …", with the elements it shows at.
    """
    rng, drawing = Random(seed), Drawing(files)
    case: dict[str, Any] = {}
    shuffle(case, drawing, rng)
    environment = Environment(clock=ManualClock(NOW), known_names=NAMES)
    path: list[str] = []
    try:
        instance = ProcessInstance.start(parse_definition(files, process), case, environment, LIMITS)
        for _ in range(steps):
            path = [element for _process, element in instance.path()]
            if instance.completed:
                break
            waits = [wait for wait in instance.waits() if wait.kind in EXTERNAL]
            if not waits:
                return f"stuck: {sorted(each.element_id for each in instance.waits())}", path
            shuffle(case, drawing, rng)
            step(instance, rng.choice(waits), drawing, rng)
    except ProcessFault as fault:
        return f"fault: {fault}", path
    except BudgetExceeded as fault:
        return f"spin: {fault}", path
    path = [element for _process, element in instance.path()]
    ends = [one for one in path if drawing.kinds.get(one) == "endEvent"]
    again = sorted({one for one in ends if ends.count(one) > 1})
    return (f"twice: {again}" if again else ""), path


def step(instance: ProcessInstance, wait: Wait, drawing: Drawing, rng: Random) -> None:
    """One thing happens at a wait."""
    if wait.kind == "user_task":
        instance.complete_user_task(wait.task_id)
    elif wait.kind == "job":
        if drawing.codes and rng.random() < 0.3 and instance.throw_error(wait.task_id, rng.choice(drawing.codes)):
            return
        instance.complete_job(wait.task_id, None)
    elif wait.kind == "message":
        instance.deliver_message(wait.task_id, None)
    elif wait.kind == "timer":
        instance._happen(instance._workflow.find(wait.task_id))
        instance._advance()
    else:
        instance.case["ready"] = True
        instance.reevaluate()


def shuffle(case: dict[str, Any], drawing: Drawing, rng: Random) -> None:
    """Any field may have been changed since: by a form, a result, or an amendment."""
    case["amount"] = rng.choice([None, 0, 4, 7, 20])
    case["kind"] = rng.choice([None, "a", "b", "c"])
    case["level"] = rng.choice([None, 1, 2])
    case["flag"], case["ready"] = rng.random() < 0.5, rng.random() < 0.3
    case["rows"] = [{"id": str(number)} for number in range(rng.randint(0, 2))]
    case["choice"] = {}
    for node, targets in drawing.targets.items():
        several = rng.sample(targets, rng.randint(1, len(targets)))
        case["choice"][node] = several if drawing.kinds.get(node) == "inclusiveGateway" else several[0]
