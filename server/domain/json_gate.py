"""The one way in for JSON texts and for plain values that came from outside."""

import json
import math
from typing import Any

import orjson

from server.domain.rejection import Rejected
from server.domain.texts import Sentence
from server.i18n import N_

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
MAX_INTEGER = 2**63 - 1

# SpiffWorkflow's serializer reads `typename` as a type mark; the others reach into objects in a browser.
FORBIDDEN_KEYS = frozenset({"typename", "__proto__", "constructor", "prototype"})


def read_json(data: bytes, *, name: str = "", max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """The value of the JSON text `data` (UTF-8); `name` tells the reader which file or body is meant.

    Raises Rejected `too_large` above `max_bytes`, `malformed.json` for bad syntax, a key given twice,
    NaN or Infinity, or nesting deeper than `max_depth`.
    """
    if len(data) > max_bytes:
        raise Rejected(
            "too_large", N_("{name} is larger than {limit} bytes. Make it smaller."), name=name, limit=max_bytes
        )
    if _depth_of_text(data) > max_depth:
        raise _malformed(name, Sentence(N_("it is nested deeper than {limit} levels"), {"limit": max_depth}))
    try:
        return json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_unique_keys, parse_constant=_no_constant, parse_int=_integer
        )
    except UnicodeDecodeError:
        raise _malformed(name, Sentence(N_("it is not UTF-8"))) from None
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise _malformed(name, Sentence(N_("it is not understood at line {line}, column {column}"), place)) from None
    except _Odd as odd:
        raise _malformed(name, odd.reason) from None


def check_plain(value: Any, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> None:
    """Refuse what is not plain JSON data or would harm who stores it; the pointer to it is in `field`.

    Raises Rejected `too_large` (size of the JSON text in bytes) or `malformed.value`.
    """
    if _is_plain(value, max_depth) and _size(value) <= max_bytes:
        return
    # Slowly once more, for the pointer to what is wrong.
    size = _measure(value, "", max_depth)
    if size > max_bytes:
        raise Rejected("too_large", N_("The data is larger than {limit} bytes. Send less at once."), limit=max_bytes)


def pointer_token(name: str) -> str:
    """`name` as one step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _is_plain(value: Any, depth: int) -> bool:
    """Whether keys, nesting and numbers are fine; texts are looked at by `_size`."""
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or key in FORBIDDEN_KEYS or key[:2] == "__" or not _is_plain(item, depth - 1):
                return False
        return depth > 0
    if kind is list:
        for item in value:
            if not _is_plain(item, depth - 1):
                return False
        return depth > 0
    if kind is float:
        return math.isfinite(value)
    return kind is str or kind is bool or value is None or (kind is int and abs(value) <= MAX_INTEGER)


def _size(value: Any) -> float:
    """Bytes of the JSON text; infinite when a text in it cannot be stored."""
    try:
        text = orjson.dumps(value)
    except TypeError:  # half of a surrogate pair
        return math.inf
    return math.inf if b"\\u0000" in text else len(text)


def _measure(value: Any, pointer: str, depth: int) -> int:
    if isinstance(value, dict | list) and depth <= 0:
        raise _refused(pointer, N_("The data is nested too deeply. Use fewer levels."))
    if isinstance(value, dict):
        return 2 + sum(_measure_member(key, item, pointer, depth) for key, item in value.items())
    if isinstance(value, list):
        return 2 + sum(1 + _measure(item, f"{pointer}/{position}", depth - 1) for position, item in enumerate(value))
    if isinstance(value, str):
        return _measure_text(value, pointer)
    return _measure_number(value, pointer)


def _measure_member(key: Any, value: Any, pointer: str, depth: int) -> int:
    if not isinstance(key, str) or key in FORBIDDEN_KEYS or key.startswith("__"):
        raise _refused(pointer, N_("A field cannot be called {key}. Use another name."), key=str(key)[:40])
    inner = f"{pointer}/{pointer_token(key)}"
    return 2 + _measure_text(key, pointer) + _measure(value, inner, depth - 1)


def _measure_text(value: str, pointer: str) -> int:
    if "\x00" in value:
        raise _refused(pointer, N_("The text holds a NUL character, which cannot be stored. Type the text anew."))
    try:
        return len(value.encode("utf-8")) + 2
    except UnicodeEncodeError:
        raise _refused(
            pointer, N_("The text holds half of a character pair. Type the last emoji or sign anew.")
        ) from None


def _measure_number(value: Any, pointer: str) -> int:
    if value is None or isinstance(value, bool):
        return 5
    if isinstance(value, int) and abs(value) <= MAX_INTEGER:
        return 20
    if isinstance(value, float) and math.isfinite(value):
        return 24
    if isinstance(value, int | float):
        raise _refused(pointer, N_("This number is too large or no number at all. Enter a smaller one."))
    raise _refused(pointer, N_("Only text, numbers, yes/no, lists and objects can be stored here."))


def _refused(pointer: str, message: str, **params: Any) -> Rejected:
    return Rejected("malformed.value", message, field=pointer, **params)


class _Odd(Exception):
    """The JSON reader understands it, and it is not let in."""

    def __init__(self, message: str, **params: Any) -> None:
        self.reason = Sentence(message, params)


def _malformed(name: str, reason: Sentence) -> Rejected:
    return Rejected(
        "malformed.json", N_("{name} is not valid JSON: {reason}. Correct it there."), name=name, reason=reason
    )


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Odd(N_("the key {key} is given twice"), key=repr(twice[:40]))
    return found


def _no_constant(text: str) -> Any:
    raise _Odd(N_("{word} is not a JSON number"), word=text)


def _integer(text: str) -> int:
    if len(text) > 20:
        raise _Odd(N_("a number has too many digits"))
    return int(text)


def _depth_of_text(data: bytes) -> int:
    """Deepest nesting of brackets outside strings; counted first, since the parser itself recurses."""
    depth = deepest = 0
    in_string = escaped = False
    for byte in data:
        if in_string:
            in_string = escaped or byte != 0x22
            escaped = byte == 0x5C and not escaped
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest
