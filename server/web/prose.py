"""Instructions written by process owners, as safe HTML: paragraphs, lists and emphasis, nothing else."""

import re

from markupsafe import Markup, escape

_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.、)])\s+")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


def prose(text: str | None) -> Markup:
    """Blocks parted by blank lines; a block of several lines is read as a list, one point a line."""
    blocks = re.split(r"\n\s*\n", (text or "").strip())
    return Markup("").join(_block([line for line in block.splitlines() if line.strip()]) for block in blocks if block)


def _block(lines: list[str]) -> Markup:
    if len(lines) > 1 or _ITEM.match(lines[0]):
        points = Markup("").join(Markup("<li>{}</li>").format(_line(_ITEM.sub("", line))) for line in lines)
        return Markup("<ul>{}</ul>").format(points)
    return Markup("<p>{}</p>").format(_line(lines[0]))


def _line(text: str) -> Markup:
    # Escaped first: the pattern then finds nothing but our own marks.
    return Markup(_STRONG.sub(r"<strong>\1</strong>", str(escape(text.strip()))))  # noqa: S704
