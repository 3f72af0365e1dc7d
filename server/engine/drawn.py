"""Where the elements of a diagram are drawn: boxes and lines of its diagram interchange part."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from server.engine.gate import admit

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DD = "{http://www.omg.org/spec/DD/20100524/DI}"
_KEPT = 64


@dataclass(frozen=True)
class Box:
    """An element that takes room, in the diagram's own units."""

    element_id: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Line:
    """A flow through its points."""

    element_id: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Drawn:
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]

    def box(self, element_id: str) -> Box | None:
        return next((each for each in self.boxes if each.element_id == element_id), None)


@lru_cache(maxsize=_KEPT)
def drawn(xml: bytes, file: str) -> Drawn:
    """What is drawn in a diagram; numbers that cannot be read leave their element out. Raises DiagramRefused."""
    root = admit(xml, file)
    return Drawn(tuple(_boxes(root)), tuple(_lines(root)))


def _boxes(root: etree._Element) -> Iterator[Box]:
    for shape in root.iter(f"{_DI}BPMNShape"):
        bounds = shape.find(f"{_DC}Bounds")
        numbers = _numbers(bounds, "x", "y", "width", "height")
        if numbers is not None:
            yield Box(shape.get("bpmnElement", ""), *numbers)


def _lines(root: etree._Element) -> Iterator[Line]:
    for edge in root.iter(f"{_DI}BPMNEdge"):
        points = [_numbers(point, "x", "y") for point in edge.iterfind(f"{_DD}waypoint")]
        known = tuple((point[0], point[1]) for point in points if point is not None)
        if len(known) > 1:
            yield Line(edge.get("bpmnElement", ""), known)


def _numbers(element: etree._Element | None, *names: str) -> tuple[float, ...] | None:
    if element is None:
        return None
    try:
        return tuple(float(element.get(name, "")) for name in names)
    except ValueError:
        return None
