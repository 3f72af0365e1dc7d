"""What is drawn from rows as they are typed: a fishbone, and chains of whys. form-drawn.js draws the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.domain.form_widgets import choice_column, text_columns
from server.web.forms.leaves import Leaf
from server.web.forms.rows import Row, RowsLeaf
from server.web.forms.spec import options_of

PITCH, TWIG, LINE, STEM = 200, 166, 26, 44
"""Between two bones, a cause's line, from one cause to the next, from the spine to the first: units of the picture."""
HEAD, MARGIN, TURN = 200, 12, 0.3
"""Width of the head, free space around, how far a bone leans for each unit of height."""
ALWAYS = 6
"""So many categories are drawn without a cause too; those that follow, and the bone of none, only with one."""
WIDE = 0x2E80
"""The first code point of the East Asian blocks."""
CAUSE_ROOM, BONE_ROOM, HEAD_ROOM, HEAD_LINES = 24, 24, 22, 4
"""Room for a text in half characters (a Chinese one counts two), and for how many lines."""


@dataclass(frozen=True)
class Fishbone:
    """A picture of `width` × `height`; lines are x1, y1, x2, y2, kind, texts x, y, kind, anchor, shown, whole."""

    width: int
    height: int
    lines: Sequence[tuple[int, int, int, int, str]]
    texts: Sequence[tuple[int, int, str, str, str, str]]
    box: tuple[int, int, int, int]


def columns_of(leaf: RowsLeaf) -> dict[str, Any]:
    """Which columns the drawing is made from, as data for its script; `groups` are (value, title) of the choices."""
    choice, texts = choice_column(leaf.spec.schema), text_columns(leaf.spec.schema)
    cell = leaf.spec.schema["items"]["properties"].get(choice or "", {})
    return {
        "group": choice,
        "groups": [[str(value), title] for value, title in options_of(cell)],
        "question": texts[0] if leaf.spec.widget == "why_chain" and len(texts) > 1 else None,
        "text": texts[1] if leaf.spec.widget == "why_chain" and len(texts) > 1 else texts[0] if texts else None,
    }


def said(row: Row, column: str | None) -> str:
    """The text of a cell as it was typed, blanks tidied; empty for none."""
    cell = next((cell for cell in row if cell.spec.path[0] == column), None)
    return "" if cell is None or cell.data is None else " ".join(str(cell.data).split())


def by_group(leaf: RowsLeaf, columns: Mapping[str, Any]) -> list[tuple[str, str, list[Row]]]:
    """(value, title, rows) of every choice, in their order, and last the rows of none."""
    groups = [(value, title, _rows(leaf, columns, value)) for value, title in columns["groups"]]
    loose = [row for row in leaf.rows if said(row, columns["group"]) not in {value for value, _ in columns["groups"]}]
    return [*groups, ("", "", loose)]


def _rows(leaf: RowsLeaf, columns: Mapping[str, Any], value: str) -> list[Row]:
    return [row for row in leaf.rows if said(row, columns["group"]) == value]


def fishbone(leaf: RowsLeaf, head: str, nowhere: str) -> Fishbone:
    """`head` stands at the fish's head; causes without a category hang on a bone called `nowhere`."""
    columns = columns_of(leaf)
    bones = [
        (title or nowhere, [text for row in rows if (text := said(row, columns["text"]))])
        for _value, title, rows in by_group(leaf, columns)
    ]
    return laid_out([bone for place, bone in enumerate(bones) if bone[1] or place < min(ALWAYS, len(bones) - 1)], head)


def laid_out(bones: Sequence[tuple[str, Sequence[str]]], head: str) -> Fishbone:
    """Bones in turn above and below the spine, each as high as the fullest of its side."""
    high = [STEM + LINE * max([1, *(len(causes) for _, causes in bones[side::2])]) for side in (0, 1)]
    lean = round(TURN * max(high))
    spine, columns = MARGIN + 30 + high[0], (len(bones) + 1) // 2
    nose = MARGIN + lean + TWIG + PITCH * max(columns - 1, 0) + 40
    lines: list[tuple[int, int, int, int, str]] = [(MARGIN, spine, nose, spine, "spine")]
    texts: list[tuple[int, int, str, str, str, str]] = []
    for place, (title, causes) in enumerate(bones):
        foot = MARGIN + lean + TWIG + PITCH * (place // 2)
        up, tall = (-1, high[0]) if place % 2 == 0 else (1, high[1])
        tip, end = foot - round(TURN * tall), spine + up * tall
        lines.append((foot, spine, tip, end, "bone"))
        texts.append((tip, end + (-10 if up < 0 else 22), "bone", "middle", cut(title, BONE_ROOM), title))
        for number, cause in enumerate(causes):
            away = tall - 18 - LINE * number
            x, y = foot - round(TURN * away), spine + up * away
            lines.append((x - TWIG + 24, y, x, y, "twig"))
            texts.append((x - 8, y - 5, "cause", "end", cut(cause, CAUSE_ROOM), cause))
    shown = wrapped(head, HEAD_ROOM, HEAD_LINES)
    box = (nose, spine - 16 - 11 * len(shown), HEAD, 32 + 22 * len(shown))
    texts += [
        (nose + 12, spine + 22 * number - 11 * len(shown) + 17, "head", "start", line, head)
        for number, line in enumerate(shown)
    ]
    return Fishbone(nose + HEAD + MARGIN, spine + high[1] + 30 + MARGIN, lines, texts, box)


def room(text: str) -> int:
    """Half characters that a text takes: Chinese ones, and whatever stands behind them in Unicode, count two."""
    return sum(2 if ord(char) >= WIDE else 1 for char in text)


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it does not fit."""
    if room(text) <= most:
        return text
    kept = ""
    for char in text:
        if room(kept + char) > most - 2:
            break
        kept += char
    return f"{kept}…"


def wrapped(text: str, most: int, lines: int) -> list[str]:
    """At most `lines` lines of `most` half characters; the last one is cut."""
    found: list[str] = []
    left = text
    while left and len(found) < lines - 1:
        end = len(left)
        while end > 1 and room(left[:end]) > most:
            end -= 1
        blank = left.rfind(" ", 0, end)
        end = blank if end < len(left) and blank > 0 else end
        found.append(left[:end].strip())
        left = left[end:].strip()
    return [*found, cut(left, most)] if left else found


@dataclass(frozen=True)
class Step:
    """One link of a chain: `question` as typed, or made from `before`, the answer (or the head) that it asks about."""

    question: str
    before: str
    answer: str


def chains(leaf: RowsLeaf, head: str) -> list[tuple[str, list[Step]]]:
    """(title, steps) of every path that has an answer or a question."""
    columns = columns_of(leaf)
    return [
        (title, list(_steps(rows, columns, head)))
        for _value, title, rows in by_group(leaf, columns)
        if any(said(row, columns["text"]) or said(row, columns["question"]) for row in rows)
    ]


def _steps(rows: Sequence[Row], columns: Mapping[str, Any], head: str) -> Iterator[Step]:
    before = head
    for row in rows:
        question, answer = said(row, columns["question"]), said(row, columns["text"])
        if question or answer:
            yield Step(question, before, answer)
            before = answer or before


def head_of(leaf: Leaf, leaves: Sequence[Leaf]) -> str:
    """What the field that the hint `head` names holds now; empty without one."""
    found = next((one for one in leaves if one.spec.pointer == leaf.spec.head), None)
    return "" if found is None or found.data is None else " ".join(str(found.data).split())
