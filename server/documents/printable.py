"""Texts that a PDF can show: no control characters, and a stand-in for what no font has."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_MISSING = re.compile(r'the text `"(?P<text>(?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]{1,6})\}|\\(.)")
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
# Directional overrides turn a text round for the eye only: a report must read as it is stored.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(value: Any) -> Any:
    """`value` (JSON-like) with control characters out of all texts, `\\r\\n` as `\\n`, and no NaN or infinity."""
    return _map_texts(value, _clean)


def missing_texts(diagnostic: str) -> set[str]:
    """Texts that typst says no font can show, in Rust's notation for strings."""
    return {_ESCAPE.sub(_unescape, found["text"]) for found in _MISSING.finditer(diagnostic)}


def without(value: Any, texts: Iterable[str]) -> Any:
    """`value` with each of `texts` shown in another way: a letter by its code point, anything else as a box."""
    ordered = sorted(texts, key=len, reverse=True)

    def replace(text: str) -> str:
        for missing in ordered:
            text = text.replace(missing, "".join(_stand_in(char) for char in missing) or "□")
        return text

    return _map_texts(value, replace)


def _stand_in(char: str) -> str:
    if char == "□":
        return "?"
    category = unicodedata.category(char)
    if category.startswith("L"):  # a rare character of a name must not get lost
        return f"[U+{ord(char):04X}]"
    return "" if category in ("Cc", "Cf", "Cn", "Co", "Mn", "Me") or "\ufe00" <= char <= "\ufe0f" else "□"


def _map_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {str(key): _map_texts(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_map_texts(item, change) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _clean(text: str) -> str:
    if text.isprintable():
        return text
    text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in text if char in "\n\t" or not (_is_control(char) or char in _DIRECTIONS))


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cn")


def _unescape(found: re.Match[str]) -> str:
    code, short = found.groups()
    return chr(int(code, 16)) if code else _SHORT.get(short, short)
