"""Where does the work at one task stand: what comes next, and the part of the diagram around it?

For a small picture that needs no script, and for the same in words.
"""

import math
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from server.casework.library import PublishedVersion
from server.domain.texts import pick_line
from server.engine import Box, Drawn, Element, drawn
from server.queries.diagram import visited_elements

VIEW_WIDTH, VIEW_HEIGHT = 500, 230
"""How much of the diagram is shown around the step, in its own units."""
_STEPS = frozenset({"user_task", "manual_task", "call_activity", "sub_process"})
_BOXES = _STEPS | {
    "service_task",
    "business_rule_task",
    "send_task",
    "receive_task",
    "script_task",
    "task",
    "transaction",
}
_MOST = 4
_LINES, _LETTERS = 4, 14
"""So many lines of so many Latin letters stand in a box; a Chinese one counts as two."""
_WORD = re.compile(rf"( ?)([\u2e80-\uffff]|[^ \u2e80-\uffff]{{1,{_LETTERS}}})")
"""A Latin word, of a very long one a piece, or a Chinese character by itself, with the blank before it."""


def whereabouts(
    connection: Connection, version: PublishedVersion, instance_id: str, process_id: str, element_id: str, language: str
) -> dict[str, Any]:
    """`{"process", "part", "after", "picture"}` of the step: names in the reader's language.

    after: what it may lead to; picture: `{"view": [x, y, width,
    height], "boxes": [{"kind", "state", "x", "y", "width", "height", "lines"}], "ways": [{"points", "state"}]}`,
    None where the element is not drawn.
    """
    definition = version.definition
    process = definition.process_of(process_id)
    passed = visited_elements(connection, instance_id)
    told = _Told(version, process, passed, language)
    drawing = definition.drawings.get(process)
    picture = None
    if drawing is not None:
        picture = _picture(drawn(version.bundle[drawing.file], drawing.file), told, element_id)
    element = definition.element(process_id, element_id)
    return {
        "process": process,
        "part": pick_line(drawing.name, language=language) if drawing is not None else process,
        "after": [] if element is None else told.after(element),
        "picture": picture,
    }


class _Told:
    def __init__(self, version: PublishedVersion, process: str, passed: Iterable[str], language: str):
        self.version, self.language = version, language
        self.done = frozenset(passed)
        definition = version.definition
        self.elements = {
            each.id: each for each in definition.elements.values() if definition.process_of(each.process_id) == process
        }

    def name(self, element: Element) -> str:
        return pick_line(element.name, self.version.application.languages, self.language)

    def after(self, here: Element) -> list[str]:
        """Names of the steps that follow, through gateways, events and what the server does; at most _MOST."""
        found: list[str] = []
        seen, front = {here.id}, list(here.outgoing)
        while front and len(found) < _MOST:
            flow = self.elements.get(front.pop(0))
            target = self.elements.get(flow.target or "") if flow is not None else None
            if target is None or target.id in seen:
                continue
            seen.add(target.id)
            if target.kind in _STEPS or (target.kind == "end_event" and target.name):
                found.append(self.name(target) or target.id)
            else:
                # The end of an embedded sub-process leads on behind it.
                inner = self.elements.get(target.process_id) if target.kind == "end_event" else None
                front += target.outgoing if inner is None else inner.outgoing
        return list(dict.fromkeys(found))


def _picture(whole: Drawn, told: _Told, element_id: str) -> dict[str, Any] | None:
    here = whole.box(element_id)
    if here is None:
        return None
    x, y = here.middle[0] - VIEW_WIDTH / 2, here.middle[1] - VIEW_HEIGHT / 2
    return {
        "view": [round(x), round(y), VIEW_WIDTH, VIEW_HEIGHT],
        "boxes": list(_boxes(whole, told, element_id, (x, y))),
        "ways": [
            {
                "points": " ".join(f"{round(px)},{round(py)}" for px, py in line.points),
                "state": "done" if line.element_id in told.done else "",
            }
            for line in whole.lines
            if any(x <= px <= x + VIEW_WIDTH and y <= py <= y + VIEW_HEIGHT for px, py in line.points)
            or _crosses(line.points, x, y)
        ],
    }


def _boxes(whole: Drawn, told: _Told, element_id: str, corner: tuple[float, float]) -> Iterator[dict[str, Any]]:
    for box in whole.boxes:
        element = told.elements.get(box.element_id)
        if element is None or not _inside(box, *corner):
            continue
        kind = "box" if element.kind in _BOXES else "gateway" if element.kind.endswith("gateway") else "event"
        state = "here" if box.element_id == element_id else "done" if box.element_id in told.done else ""
        yield {
            "kind": kind,
            "state": state,
            "x": round(box.x),
            "y": round(box.y),
            "width": round(box.width),
            "height": round(box.height),
            "lines": wrapped(told.name(element)) if kind == "box" else [],
        }


def _inside(box: Box, x: float, y: float) -> bool:
    return box.x < x + VIEW_WIDTH and box.x + box.width > x and box.y < y + VIEW_HEIGHT and box.y + box.height > y


def _crosses(points: tuple[tuple[float, float], ...], x: float, y: float) -> bool:
    """Whether a stretch of the line goes through the window though no corner of it lies there."""
    for (ax, ay), (bx, by) in pairwise(points):
        if min(ax, bx) <= x + VIEW_WIDTH and max(ax, bx) >= x and min(ay, by) <= y + VIEW_HEIGHT and max(ay, by) >= y:
            return True
    return False


def wrapped(name: str) -> list[str]:
    """The name in lines that fit into a box; what does not fit ends with an ellipsis."""
    parts, line = [], ""
    for gap, word in _WORD.findall(name):
        joined = f"{line}{gap}{word}" if line else word
        if line and _length(joined) > _LETTERS:
            parts.append(line)
            joined = word
        line = joined
    parts.append(line)
    return parts if len(parts) <= _LINES else [*parts[: _LINES - 1], f"{parts[_LINES - 1]}…"]


def _wide(letter: str) -> bool:
    return ord(letter) > 0x2E7F


def _length(text: str) -> int:
    return math.ceil(sum(2 if _wide(letter) else 1 for letter in text))
