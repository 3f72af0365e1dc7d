"""What a new case schema takes away from the old one: running complaints hold values by the old."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.domain.form_schema import Schema
from server.domain.json_gate import pointer_token
from server.i18n import N_, translate

# (keyword, whether a greater value lets less through)
_LIMITS = {
    "minLength": True, "minItems": True, "minimum": True, "exclusiveMinimum": True,
    "maxLength": False, "maxItems": False, "maximum": False, "exclusiveMaximum": False,
}  # fmt: skip
_LABELLED = ("oneOf", "anyOf")


@dataclass(frozen=True)
class Narrowed:
    """One thing the new schema no longer takes: `pointer` into the case file (`*` for the rows of a list)."""

    pointer: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return translate(self.message, language, **self.params)


def narrowed(old: Schema, new: Schema, at: str = "") -> Iterator[Narrowed]:
    """Every field of `old` that `new` has not, or takes fewer values of; both resolved. A field is told once."""
    told = next(_here(old, new, at), None)
    if told is not None:
        yield told
        return
    theirs = new.get("properties", {})
    for name, inner in old.get("properties", {}).items():
        pointer = f"{at}/{pointer_token(name)}"
        if name not in theirs:
            yield Narrowed(pointer, N_("The field {field} is gone from the case schema."), {"field": _shown(pointer)})
        else:
            yield from narrowed(inner, theirs[name], pointer)
    if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
        yield from narrowed(old["items"], new["items"], f"{at}/*")


def _here(old: Schema, new: Schema, at: str) -> Iterator[Narrowed]:
    name = _shown(at)
    before, after = old.get("type", "string"), new.get("type", "string")
    if before != after and (before, after) != ("integer", "number"):
        message = N_("The field {field} changes its type from {before} to {after}.")
        yield Narrowed(at, message, {"field": name, "before": before, "after": after})
    if new.get("format") not in (None, old.get("format")) or (old.get("format") == "attachment" != new.get("format")):
        message = N_("The field {field} is to be written in another form than before.")
        yield Narrowed(at, message, {"field": name})
    yield from _choices(old, new, at)
    added = sorted(set(new.get("required", ())) - set(old.get("required", ())))
    if added and at:
        message = N_("The field {field} now demands {names}, which running complaints may not have.")
        yield Narrowed(at, message, {"field": name, "names": ", ".join(added)})
    for keyword, greater_is_less in _LIMITS.items():
        if keyword in new and (keyword not in old or _less(old[keyword], new[keyword], greater_is_less)):
            message = N_("The field {field} gets a narrower limit: {keyword} {limit}.")
            yield Narrowed(at, message, {"field": name, "keyword": keyword, "limit": new[keyword]})


def _choices(old: Schema, new: Schema, at: str) -> Iterator[Narrowed]:
    mine, theirs = _allowed(old), _allowed(new)
    if theirs is None:
        return
    gone = None if mine is None else [value for value in mine if value not in theirs]
    if gone is None:
        message = N_("The field {field} takes only listed values now.")
        yield Narrowed(at, message, {"field": _shown(at)})
    elif gone:
        message = N_("The field {field} no longer has the choices {values}.")
        yield Narrowed(at, message, {"field": _shown(at), "values": ", ".join(map(str, gone[:10]))})


def _allowed(schema: Schema) -> list[Any] | None:
    for keyword in _LABELLED:
        if keyword in schema:
            return [choice.get("const") for choice in schema[keyword] if isinstance(choice, dict)]
    if "enum" in schema:
        return list(schema["enum"])
    return [schema["const"]] if "const" in schema else None


def _less(before: Any, after: Any, greater_is_less: bool) -> bool:
    try:
        return bool(after > before if greater_is_less else after < before)
    except TypeError:
        return True


def _shown(pointer: str) -> str:
    return pointer.removeprefix("/").replace("/", ".") or "–"
