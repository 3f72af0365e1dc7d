"""Defect pictures, drawn as PNG: a part, a module or a tap, and what is wrong with it."""

import struct
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from math import cos, pi, sin
from random import Random

WIDTH, HEIGHT = 320, 240
VARIANTS = 6
Colour = tuple[int, int, int]

PAPER, SHADE, STEEL = (236, 238, 240), (198, 202, 206), (120, 126, 132)
RED, DARK, WHITE = (200, 40, 40), (40, 42, 46), (252, 252, 252)
CELL, SILVER = (28, 44, 86), (170, 178, 190)


class Canvas:
    """RGB pixels, row by row; what lies outside is cut off."""

    def __init__(self, colour: Colour) -> None:
        self._rows = [bytearray(bytes(colour) * WIDTH) for _ in range(HEIGHT)]

    def span(self, y: int, left: float, right: float, colour: Colour) -> None:
        first, last = max(int(left), 0), min(int(right), WIDTH)
        if 0 <= y < HEIGHT and first < last:
            self._rows[y][3 * first : 3 * last] = bytes(colour) * (last - first)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        for y in range(int(top), int(bottom)):
            self.span(y, left, right, colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, *, flat: float = 1.0) -> None:
        """An ellipse; `flat` is height over width."""
        tall = max(radius * flat, 0.5)
        for row in range(int(y - tall), int(y + tall) + 1):
            half = radius * max(1 - ((row - y) / tall) ** 2, 0) ** 0.5
            self.span(row, x - half, x + half + 1, colour)

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float = 2) -> None:
        for (x1, y1), (x2, y2) in pairwise(points):
            steps = int(max(abs(x2 - x1), abs(y2 - y1), 1))
            for step in range(steps + 1):
                x, y = x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps
                self.box(x - width / 2, y - width / 2, x + width / 2 + 0.5, y + width / 2 + 0.5, colour)

    def ring(self, x: float, y: float, radius: float, colour: Colour, width: float = 2) -> None:
        turn = [(x + radius * cos(step * pi / 24), y + radius * sin(step * pi / 24)) for step in range(49)]
        self.line(turn, colour, width)

    def png(self) -> bytes:
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        data = zlib.compress(b"".join(b"\0" + row for row in self._rows), 6)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@lru_cache(maxsize=200)
def drawn(motif: str, variant: int) -> bytes:
    """The PNG of a motif, the same at every call; an unknown motif is a sheet of paper with a stamp."""
    rng = Random(f"{motif}/{variant}")
    canvas = Canvas(PAPER)
    _MOTIFS.get(motif, _label)(canvas, rng)
    return canvas.png()


def _part(canvas: Canvas, rng: Random, colour: Colour = (92, 110, 128)) -> tuple[float, float]:
    """A moulded housing with bosses; the place where something may be wrong with it."""
    canvas.box(46, 56, 284, 196, SHADE)
    canvas.box(40, 50, 276, 188, colour)
    canvas.box(56, 66, 260, 172, tuple(min(each + 26, 255) for each in colour))  # type: ignore[arg-type]
    for x, y in ((64, 76), (250, 76), (64, 162), (250, 162)):
        canvas.disc(x, y, 9, STEEL)
        canvas.disc(x, y, 4, DARK)
    return rng.uniform(90, 220), rng.uniform(90, 150)


def _sink(canvas: Canvas, rng: Random) -> None:
    x, y = _part(canvas, rng)
    for step in range(4):
        canvas.disc(x, y, 26 - 6 * step, (104 - 8 * step, 122 - 8 * step, 140 - 8 * step), flat=0.6)
    canvas.ring(x, y, 38, RED)


def _flash(canvas: Canvas, rng: Random) -> None:
    _part(canvas, rng)
    start = rng.uniform(60, 120)
    edge = [(start + 6 * step, 50 - rng.uniform(2, 12)) for step in range(20)]
    for x, y in edge:
        canvas.box(x, y, x + 6, 51, (150, 166, 182))
    canvas.ring(start + 60, 46, 34, RED)


def _short(canvas: Canvas, rng: Random) -> None:
    _part(canvas, rng)
    x = rng.uniform(200, 250)
    canvas.disc(x, 188, 24, PAPER, flat=0.8)
    canvas.ring(x, 180, 34, RED)


def _crack(canvas: Canvas, rng: Random) -> None:
    _part(canvas, rng)
    x, y = rng.choice(((64, 76), (250, 76), (64, 162), (250, 162)))
    sign = 1 if x < 160 else -1
    canvas.line([(x + sign * 8 * step, y + rng.uniform(-7, 7)) for step in range(8)], DARK, 2)
    canvas.ring(x + sign * 24, y, 34, RED)


def _scratch(canvas: Canvas, rng: Random) -> None:
    x, y = _part(canvas, rng, (38, 40, 46))
    for step in range(rng.randint(2, 4)):
        canvas.line([(x - 30, y + 5 * step), (x + 30, y - 12 + 6 * step)], (150, 150, 156), 1)
    canvas.ring(x, y, 44, RED)


def _specks(canvas: Canvas, rng: Random) -> None:
    _part(canvas, rng, (210, 208, 200))
    for _ in range(rng.randint(3, 7)):
        canvas.disc(rng.uniform(70, 250), rng.uniform(80, 165), rng.uniform(1.5, 3.5), DARK)


def _silver(canvas: Canvas, rng: Random) -> None:
    x, y = _part(canvas, rng)
    for step in range(14):
        turn = step * pi / 7 + rng.uniform(-0.1, 0.1)
        canvas.line([(x, y), (x + 46 * cos(turn), y + 30 * sin(turn))], (196, 206, 214), 1)


def _warp(canvas: Canvas, rng: Random) -> None:
    lift = rng.uniform(14, 30)
    canvas.box(30, 190, 290, 196, STEEL)
    bow = [(40 + 24 * step, 186 - lift * ((step - 5) / 5) ** 2) for step in range(11)]
    canvas.line([(x, y - 6) for x, y in bow], (92, 110, 128), 14)
    canvas.line([(40, 188), (40, 182 - lift)], RED, 2)


def _gauge(canvas: Canvas, rng: Random) -> None:
    canvas.disc(160, 124, 92, STEEL)
    canvas.disc(160, 124, 84, WHITE)
    for step in range(11):
        turn = pi * (0.75 + step * 0.15)
        x, y = cos(turn), sin(turn)
        canvas.line([(160 + 70 * x, 124 + 70 * y), (160 + 80 * x, 124 + 80 * y)], DARK, 2)
    turn = pi * (0.75 + rng.uniform(0.05, 0.35))
    canvas.line([(160, 124), (160 + 62 * cos(turn), 124 + 62 * sin(turn))], RED, 3)


def _label(canvas: Canvas, rng: Random) -> None:
    canvas.box(58, 46, 268, 200, SHADE)
    canvas.box(52, 40, 262, 194, WHITE)
    for row in range(5):
        canvas.box(66, 56 + 16 * row, 66 + rng.uniform(90, 180), 62 + 16 * row, STEEL)
    x = 66.0
    while x < 240:
        width = rng.choice((1, 2, 4))
        canvas.box(x, 146, x + width, 180, DARK)
        x += width + rng.choice((2, 3))
    canvas.line([(190, 60), (250, 120)], RED, 3)
    canvas.line([(250, 60), (190, 120)], RED, 3)


def _module(canvas: Canvas) -> None:
    canvas.box(30, 26, 290, 216, SILVER)
    canvas.box(36, 32, 284, 210, (16, 22, 44))
    for column in range(8):
        for row in range(6):
            canvas.box(39 + 31 * column, 35 + 29.4 * row, 67 + 31 * column, 61 + 29.4 * row, CELL)


def _cell(rng: Random) -> tuple[float, float]:
    return 39 + 31 * rng.randrange(8), 35 + 29.4 * rng.randrange(6)


def _pv_crack(canvas: Canvas, rng: Random) -> None:
    _module(canvas)
    for _ in range(rng.randint(3, 7)):
        x, y = _cell(rng)
        canvas.line([(x, y + rng.uniform(0, 26)), (x + 14, y + 13), (x + 28, y + rng.uniform(0, 26))], (8, 10, 20), 2)


def _pv_hot(canvas: Canvas, rng: Random) -> None:
    _module(canvas)
    x, y = _cell(rng)
    for step, colour in enumerate(((120, 40, 70), (200, 70, 40), (250, 180, 60), WHITE)):
        canvas.disc(x + 14, y + 13, 26 - 6 * step, colour)


def _pv_bubble(canvas: Canvas, rng: Random) -> None:
    _module(canvas)
    for _ in range(rng.randint(5, 12)):
        x = rng.uniform(44, 276)
        canvas.disc(x, rng.choice((40, 202)) + rng.uniform(-3, 3), rng.uniform(3, 9), (112, 130, 170), flat=0.7)


def _pv_glass(canvas: Canvas, rng: Random) -> None:
    _module(canvas)
    x, y = rng.uniform(90, 230), rng.uniform(70, 170)
    for step in range(18):
        turn = step * pi / 9 + rng.uniform(-0.12, 0.12)
        far = rng.uniform(60, 170)
        end = (min(max(x + far * cos(turn), 37), 282), min(max(y + far * sin(turn), 33), 208))
        canvas.line([(x, y), end], (206, 214, 226), 1)


def _pv_box(canvas: Canvas, rng: Random) -> None:
    canvas.box(70, 60, 250, 190, DARK)
    canvas.box(84, 74, 236, 176, (70, 72, 78))
    for column in range(3):
        canvas.box(104 + 46 * column, 90, 116 + 46 * column, 160, (184, 124, 64))
    x = 110 + 46 * rng.randrange(3)
    canvas.disc(x, 126, 7, DARK)
    canvas.ring(x, 126, 22, RED)


def _turbid(canvas: Canvas, rng: Random) -> None:
    canvas.box(118, 44, 206, 206, SHADE)
    canvas.box(122, 48, 202, 202, WHITE)
    brown = rng.randint(150, 205)
    canvas.box(122, rng.uniform(70, 96), 202, 202, (brown, int(brown * 0.78), int(brown * 0.42)))
    for _ in range(26):
        canvas.disc(rng.uniform(126, 198), rng.uniform(120, 200), 1.5, (120, 84, 40))


def _leak(canvas: Canvas, rng: Random) -> None:
    canvas.box(0, 90, 320, 130, STEEL)
    x = rng.uniform(110, 210)
    canvas.box(x - 12, 82, x + 12, 138, (96, 100, 106))
    for step in range(9):
        turn = pi * (0.15 + 0.09 * step)
        canvas.line([(x, 134), (x + 90 * cos(turn), 134 + 80 * sin(turn))], (110, 160, 210), 2)


def _meter(canvas: Canvas, rng: Random) -> None:
    canvas.disc(160, 122, 90, (40, 90, 150))
    canvas.disc(160, 122, 80, WHITE)
    for place in range(5):
        canvas.box(106 + 22 * place, 84, 126 + 22 * place, 112, DARK)
        canvas.box(114 + 22 * place, 90, 118 + 22 * place, 90 + rng.randint(6, 16), WHITE)
    turn = rng.uniform(0, 2 * pi)
    canvas.ring(160, 156, 24, STEEL, 1)
    canvas.line([(160, 156), (160 + 20 * cos(turn), 156 + 20 * sin(turn))], RED, 3)


_MOTIFS: Mapping[str, Callable[[Canvas, Random], None]] = {
    "sink": _sink, "flash": _flash, "short": _short, "crack": _crack, "scratch": _scratch, "specks": _specks,
    "silver": _silver, "warp": _warp, "gauge": _gauge, "label": _label, "pv_crack": _pv_crack, "pv_hot": _pv_hot,
    "pv_bubble": _pv_bubble, "pv_glass": _pv_glass, "pv_box": _pv_box, "turbid": _turbid, "leak": _leak,
    "meter": _meter,
}  # fmt: skip
