"""What is ugly in a drawing, as sentences; each rule is a generator over the drawing."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations
from math import ceil

from tests.unit.diagrams.drawing import CONTAINERS, Drawing, Node

TASK_TEXT_WIDTH, TASK_LINES = 108, 4  # a 120 by 80 box less its padding, at 12 px
LABEL_WIDTH = 90  # bpmn.io wraps outside labels here, whatever their bounds say
MAX_BENDS = 3
FLAT = ("Event", "Gateway")


def faults(drawing: Drawing) -> list[str]:
    """All faults; an empty list means that the drawing is presentable."""
    missing = list(not_drawn(drawing))
    return missing or [fault for rule in RULES for fault in rule(drawing)]


def not_drawn(drawing: Drawing) -> Iterator[str]:
    for name in (*drawing.nodes, *drawing.lanes, *drawing.pools):
        if name not in drawing.boxes:
            yield f"{name} is not drawn"
    for name in drawing.flows:
        if name not in drawing.lines:
            yield f"flow {name} is not drawn"
    for name in {*drawing.boxes, *drawing.lines} - drawing.ids:
        yield f"{name} is drawn but is not there"


def overlapping(drawing: Drawing) -> Iterator[str]:
    for (one, box), (two, other) in combinations(drawing.drawn_nodes().items(), 2):
        attached = drawing.nodes[one].host == two or drawing.nodes[two].host == one
        if not attached and box.overlaps(other):
            yield f"{one} and {two} overlap"


def crossing(drawing: Drawing) -> Iterator[str]:
    for name, line in drawing.lines.items():
        for node, box in drawing.drawn_nodes().items():
            if line.crosses(box.shrunk(1)):
                yield f"flow {name} runs through {node}"


def undocked(drawing: Drawing) -> Iterator[str]:
    for name, flow in drawing.flows.items():
        points = drawing.lines[name].points
        for node, point in ((flow.source, points[0]), (flow.target, points[-1])):
            if not drawing.boxes[node].on_border(point):
                yield f"flow {name} does not end on the border of {node}"


def tangled(drawing: Drawing) -> Iterator[str]:
    for name, line in drawing.lines.items():
        if line.crooked():
            yield f"flow {name} is slanted"
        if len(line.points) - 2 > MAX_BENDS:
            yield f"flow {name} has more than {MAX_BENDS} bends"
    for (one, line), (two, other) in combinations(drawing.lines.items(), 2):
        if line.lies_on(other):
            yield f"flows {one} and {two} run on top of each other"


def badly_labelled(drawing: Drawing) -> Iterator[str]:
    for name in _outside_labelled(drawing):
        if name not in drawing.labels:
            yield f"the label of {name} has no bounds"
    for name, label in drawing.labels.items():
        for flow, line in drawing.lines.items():
            if line.crosses(label):
                yield f"the label of {name} lies under flow {flow}"
        for node, box in drawing.drawn_nodes().items():
            if label.overlaps(box):
                yield f"the label of {name} overlaps {node}"
    for (one, box), (two, other) in combinations(drawing.labels.items(), 2):
        if box.overlaps(other):
            yield f"the labels of {one} and {two} overlap"


def too_small(drawing: Drawing) -> Iterator[str]:
    for name, node in drawing.nodes.items():
        if _is_task(node):
            for text in node.name.splitlines():
                if _lines(text, 12, TASK_TEXT_WIDTH) > TASK_LINES:
                    yield f"{name}: {text!r} does not fit its box"
            if drawing.boxes[name].width < 100 or drawing.boxes[name].height < 80:
                yield f"{name} is smaller than 100 by 80"
    names = {name: _name(drawing, name) for name in drawing.labels}
    for name, label in drawing.labels.items():
        for text in names[name].splitlines():
            if _lines(text, 11, LABEL_WIDTH) * 14 > label.height:
                yield f"the label of {name} is too low for {text!r}"


def outside_lane(drawing: Drawing) -> Iterator[str]:
    for name, node in drawing.nodes.items():
        box = drawing.boxes[name]
        if drawing.lanes and node.lane is None and node.parent not in drawing.nodes:
            yield f"{name} is in no lane"
        elif node.lane and not (
            drawing.boxes[node.lane].holds(box.centre) if node.host else drawing.boxes[node.lane].contains(box)
        ):
            yield f"{name} is drawn outside its lane {node.lane}"


def uneven_lanes(drawing: Drawing) -> Iterator[str]:
    boxes = {lane: drawing.boxes[lane] for lane in drawing.lanes}
    for (one, box), (two, other) in combinations(boxes.items(), 2):
        if box.overlaps(other):
            yield f"lanes {one} and {two} overlap"
        if (box.x, box.width) != (other.x, other.width):
            yield f"lanes {one} and {two} do not line up"
    smallest = min((box.height for box in boxes.values()), default=1)
    for lane, box in boxes.items():
        if box.height % smallest:
            yield f"lane {lane} is no whole number of lane heights"
        if not any(drawing.boxes[pool].contains(box) for pool in drawing.pools):
            yield f"lane {lane} sticks out of its pool"


Rule = Callable[[Drawing], Iterator[str]]
RULES: tuple[Rule, ...] = (
    overlapping,
    crossing,
    undocked,
    tangled,
    badly_labelled,
    too_small,
    outside_lane,
    uneven_lanes,
)


def _outside_labelled(drawing: Drawing) -> Iterator[str]:
    for name, node in drawing.nodes.items():
        if node.name and node.kind.endswith(FLAT):
            yield name
    yield from (name for name, flow in drawing.flows.items() if flow.name)


def _name(drawing: Drawing, name: str) -> str:
    found = drawing.nodes.get(name) or drawing.flows.get(name)
    return found.name if found else ""


def _is_task(node: Node) -> bool:
    return not node.kind.endswith(FLAT) and node.kind not in CONTAINERS


def _lines(text: str, size: float, width: float) -> int:
    """Lines that `text` takes when wrapped at spaces, or between Chinese characters."""
    lines, used = 1, 0.0
    for piece in re.findall(r"[　-鿿＀-￯]|[^\s　-鿿＀-￯]+\s*", text):
        length = sum(size if ord(char) > 0x2E80 else size * 0.56 for char in piece.rstrip())
        if used and used + length > width:
            lines, used = lines + 1, 0.0
        lines += max(ceil(length / width) - 1, 0)
        used += length + size * 0.3 * (piece != piece.rstrip())
    return lines
