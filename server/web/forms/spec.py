"""What a form asks for: one flat list of fields, read from a resolved JSON Schema and its hints."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
RADIOS = 4
"""Up to this many choices stand side by side; more go into a drop-down list."""


LINE = 250
"""Longest text, in characters, that one line is enough for."""


@dataclass(frozen=True)
class Spec:
    """One field: `pointer` is its place in the case file (RFC 6901), `name` its HTML name."""

    pointer: str
    schema: Schema
    widget: str | None = None
    required: bool = False
    locked: bool = False
    show_when: Mapping[str, Any] | None = None
    columns: tuple["Spec", ...] = ()
    head: str | None = None
    """Pointer of the field that says what a drawing of these rows is about."""

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(token.replace("~1", "/").replace("~0", "~") for token in self.pointer.split("/")[1:])

    @property
    def name(self) -> str:
        return html_name(self.pointer)

    @property
    def title(self) -> str:
        return str(self.schema.get("title") or self.path[-1])

    @property
    def help(self) -> str:
        return str(self.schema.get("description", ""))

    @property
    def kind(self) -> str:
        """How it is read: rows, files, lines, choices, choice, number, date, datetime, email, area or text."""
        items = self.schema.get("items", {})
        kind = type_of(self.schema)
        if kind == "array":
            if "properties" in items:
                return "rows"
            if items.get("format") == "attachment":
                return "files"
            return "choices" if options_of(items) else "lines"
        if options_of(self.schema):
            return "choice"
        if kind in ("integer", "number"):
            return "number"
        formats = {"date": "date", "date-time": "datetime", "email": "email"}
        return formats.get(self.schema.get("format", ""), "area" if self.widget == "textarea" else "text")


@dataclass(frozen=True)
class Part:
    """A titled group of fields, as the form's hints arrange them; `collapsed`: folded away until it is wanted."""

    title: str
    specs: tuple[Spec, ...] = field(default=())
    collapsed: bool = False


def html_name(pointer: str) -> str:
    return pointer.removeprefix("/").replace("/", "-")


def type_of(schema: Schema) -> str:
    """The JSON type of a value of `schema`; of several types the first that is not null."""
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        return str(next((one for one in kind if one != "null"), "string"))
    return str(kind)


def options_of(schema: Schema) -> list[tuple[Any, str]]:
    """(value, label) of every allowed value, or nothing when the value is free."""
    for keyword in ("oneOf", "anyOf"):
        branches = schema.get(keyword) or []
        if branches and all("const" in branch for branch in branches):
            return [(branch["const"], str(branch.get("title", branch["const"]))) for branch in branches]
    if "enum" in schema:
        return [(value, str(value)) for value in schema["enum"] if value is not None]
    if "const" in schema:
        return [(schema["const"], str(schema.get("title", schema["const"])))]
    return []


def specs_of(schema: Schema, ui: Mapping[str, Any]) -> list[Spec]:
    """Every field of the form, in the order of the hints; fields that these do not name come last."""
    order = {pointer: position for position, pointer in enumerate(ui.get("order", ()))}
    found = list(_walk(schema, ui, "", True, schema.get("readOnly") is True))
    return sorted(found, key=lambda spec: order.get(spec.pointer, len(order)))


def parts_of(specs: Sequence[Spec], ui: Mapping[str, Any]) -> list[Part]:
    """The fields in their sections; a field that no section names stands in an untitled last one."""
    by_pointer = {spec.pointer: spec for spec in specs}
    parts = []
    for section in ui.get("sections", ()):
        named = [by_pointer.pop(pointer) for pointer in section.get("fields", ()) if pointer in by_pointer]
        if named:
            parts.append(Part(section.get("title", ""), tuple(named), section.get("collapsed") is True))
    if by_pointer:
        parts.append(Part("", tuple(by_pointer.values())))
    return parts


def _walk(schema: Schema, ui: Mapping[str, Any], at: str, required: bool, locked: bool) -> Iterator[Spec]:
    for name, inner in schema.get("properties", {}).items():
        pointer = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        # A field demanded inside a group that may be missing as a whole is not demanded here.
        needed = required and name in schema.get("required", ())
        closed = locked or inner.get("readOnly") is True
        if "properties" in inner:
            yield from _walk(inner, ui, pointer, needed, closed)
        else:
            yield Spec(
                pointer, inner, ui.get("widgets", {}).get(pointer), needed, closed,
                ui.get("show_when", {}).get(pointer), _columns(inner, ui.get("cells", {}).get(pointer, {})),
                ui.get("head", {}).get(pointer),
            )  # fmt: skip


def _columns(schema: Schema, widgets: Mapping[str, Any]) -> tuple[Spec, ...]:
    """The columns of a table of rows; the server's own `id` is none of them."""
    row = schema.get("items", {})
    properties = row.get("properties", {})
    return tuple(
        Spec(
            f"/{name}", inner, widgets.get(name) or _cell_widget(inner), name in row.get("required", ()),
            inner.get("readOnly") is True,
        )
        for name, inner in properties.items()
        if name != "id"
    )  # fmt: skip


def _cell_widget(schema: Schema) -> str | None:
    """Where no hint names the cell: one that may hold a paragraph gets room for one."""
    return "textarea" if schema.get("maxLength", 0) > LINE else None
