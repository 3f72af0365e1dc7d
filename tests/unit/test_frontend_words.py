"""Every text the editors of tables, forms and files ask for in their scripts has its Chinese."""

import re
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "server" / "frontend" / "src"
ROOMS = ("editing", "tables", "form-editor", "text-editor")
SHARED = ("studio/words-zh.js", "editing/words-zh.js")
_ASKED = re.compile(r"\bword\('((?:[^'\\]|\\.)+)'")
_GIVEN = re.compile(r"^\s*'((?:[^'\\]|\\.)+)': '((?:[^'\\]|\\.)+)',", re.MULTILINE)


def scripts(room: str) -> list[Path]:
    return [*(SOURCES / room).glob("*.js"), *SOURCES.glob(f"{room}.js")]


def given(*files: str) -> dict[str, str]:
    found = {}
    for file in files:
        path = SOURCES / file
        found |= dict(_GIVEN.findall(path.read_text("utf-8"))) if path.is_file() else {}
    return found


def test_every_text_is_there_in_chinese() -> None:
    for room in ROOMS:
        asked = {text for file in scripts(room) for text in _ASKED.findall(file.read_text("utf-8"))}
        assert asked, room
        assert sorted(asked - set(given(*SHARED, f"{room}/zh.js"))) == [], room


def test_chinese_differs_and_fills_the_same_places() -> None:
    for text, chinese in given(*SHARED, *(f"{room}/zh.js" for room in ROOMS)).items():
        assert re.search(r"[\u4e00-\u9fff]", chinese) or "{" in text, text
        assert sorted(re.findall(r"{[^}]+}", text)) == sorted(re.findall(r"{[^}]+}", chinese)), text
