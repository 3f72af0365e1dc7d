"""Boxes and lines of a drawing; all lengths in px as diagram interchange has them."""

from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def shrunk(self, by: float) -> "Box":
        return type(self)(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def overlaps(self, other: "Box") -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def contains(self, other: "Box") -> bool:
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def holds(self, point: Point) -> bool:
        return self.x < point[0] < self.right and self.y < point[1] < self.bottom

    def on_border(self, point: Point, tolerance: float = 1.5) -> bool:
        """Whether `point` lies on the outline, give or take `tolerance`."""
        outer, inner = self.shrunk(-tolerance), self.shrunk(tolerance)
        return outer.holds(point) and not inner.holds(point)

    def crossed_by(self, start: Point, end: Point) -> bool:
        """Whether the line from `start` to `end` runs through the inside (Liang and Barsky's clipping)."""
        entry, leave = 0.0, 1.0
        dx, dy = end[0] - start[0], end[1] - start[1]
        sides = ((-dx, start[0] - self.x), (dx, self.right - start[0]), (-dy, start[1] - self.y))
        for direction, distance in (*sides, (dy, self.bottom - start[1])):
            if direction == 0:
                if distance <= 0:
                    return False
            elif direction < 0:
                entry = max(entry, distance / direction)
            else:
                leave = min(leave, distance / direction)
        return entry < leave


@dataclass(frozen=True)
class Diamond(Box):
    """A gateway: the box is what it takes up, the outline runs between the middles of the box's sides."""

    def on_border(self, point: Point, tolerance: float = 1.5) -> bool:
        """Whether `point` lies on the outline, give or take `tolerance` in either direction."""
        distance = sum(map(abs, self._from_centre(point)))
        return abs(distance - 1) < 2 * tolerance / min(self.width, self.height)

    def crossed_by(self, start: Point, end: Point) -> bool:
        """Whether the line from `start` to `end` runs through the inside."""
        turned = [(across + down, across - down) for across, down in map(self._from_centre, (start, end))]
        return Box(-1, -1, 2, 2).crossed_by(*turned)

    def _from_centre(self, point: Point) -> Point:
        """From the centre, in half widths and half heights."""
        (x, y), (width, height) = self.centre, (self.width / 2, self.height / 2)
        return (point[0] - x) / width, (point[1] - y) / height


@dataclass(frozen=True)
class Line:
    points: tuple[Point, ...]

    @property
    def segments(self) -> list[tuple[Point, Point]]:
        return list(pairwise(self.points))

    def crosses(self, box: Box) -> bool:
        return any(box.crossed_by(start, end) for start, end in self.segments)

    def crooked(self) -> bool:
        """Whether some segment is neither level nor upright."""
        return any(abs(a[0] - b[0]) > 0.5 and abs(a[1] - b[1]) > 0.5 for a, b in self.segments)

    def lies_on(self, other: "Line") -> bool:
        """Whether the two run on top of each other for more than a pixel."""
        return any(_shared(one, two) > 1 for one in self.segments for two in other.segments)


def _shared(one: tuple[Point, Point], two: tuple[Point, Point]) -> float:
    for along, across in ((0, 1), (1, 0)):
        if len({point[across] for point in (*one, *two)}) == 1:
            low = max(min(one[0][along], one[1][along]), min(two[0][along], two[1][along]))
            high = min(max(one[0][along], one[1][along]), max(two[0][along], two[1][along]))
            return high - low
    return 0
