"""How a field may be shown beyond its plain control: which widget fits which kind of field."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from server.domain.form_schema import Schema, is_rows
from server.i18n import N_

PICKERS = ("person", "customer", "part", "complaint")
"""Text fields that offer what the house knows already; anything else may be typed all the same."""

DRAWN = ("fishbone", "why_chain")
"""Tables of rows that are drawn below the rows; the hint `head` names the field that tells of what."""

ROWS = ("table", *DRAWN, "is_is_not")
WIDGETS = ("textarea", "files", "photos", *ROWS, *PICKERS)

Told = tuple[str, str, dict[str, Any]]


def choice_column(rows: Mapping[str, Any]) -> str | None:
    """Name of the first column of a table of rows that is chosen from a list; None without one."""
    return next((name for name, cell in _cells(rows) if _is_choice(cell)), None)


def text_columns(rows: Mapping[str, Any]) -> list[str]:
    """Names of the columns of a table of rows that are plain text, in order."""
    return [name for name, cell in _cells(rows) if _is_text(cell)]


def widget_problems(schema: Schema, ui: Mapping[str, Any]) -> Iterator[Told]:
    """(pointer, msgid, params) for every widget and head on a field it does not fit; one on no field is told elsewhere.

    `widgets` are by field, `cells` by table of rows and column.
    """
    widgets = ui.get("widgets")
    for pointer, widget in widgets.items() if isinstance(widgets, dict) else ():
        yield from _fits(schema, str(pointer), widget)
    cells = ui.get("cells")
    for pointer, columns in cells.items() if isinstance(cells, dict) else ():
        for column, widget in columns.items() if isinstance(columns, dict) else ():
            yield from _fits(schema, f"{pointer}/*/{column}", widget)
    heads = ui.get("head")
    for pointer, head in heads.items() if isinstance(heads, dict) else ():
        drawn = isinstance(widgets, dict) and widgets.get(pointer) in DRAWN
        found = field_at(schema, str(head))
        if not drawn:
            yield "/ui/head", N_("{pointer} is not drawn, so it has no head."), {"pointer": str(pointer)[:100]}
        elif found is None or not _is_text(found):
            yield (
                "/ui/head",
                N_("The head of {pointer} must be a text field of this form."),
                {"pointer": str(pointer)[:100]},
            )


def field_at(schema: Schema, pointer: str) -> Schema | None:
    """The schema of the field, or with `*` for a row the cell, at `pointer`; None where there is none."""
    here: Any = schema
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        here = here.get("items") if name == "*" else here.get("properties", {}).get(name)
        if not isinstance(here, dict):
            return None
    return here if pointer.startswith("/") else None


def _fits(schema: Schema, pointer: str, widget: Any) -> Iterator[Told]:
    shown = {"pointer": pointer[:100], "widget": str(widget)[:40]}
    if widget not in WIDGETS:
        near = "".join(get_close_matches(str(widget), WIDGETS, 1)) or "…"
        yield "/ui/widgets", N_("{pointer}: there is no widget {widget}. Perhaps {near}?"), {**shown, "near": near}
        return
    found = field_at(schema, pointer)
    needs = None if found is None else _lacks(found, widget)
    if needs is not None:
        yield "/ui/widgets", needs, shown


def _lacks(found: Schema, widget: str) -> str | None:
    """What a field would have to be for the widget; None when it is that."""
    if widget in PICKERS or widget == "textarea":
        return None if _is_text(found) else N_("{pointer}: the widget {widget} is for a text field.")
    if widget in ("files", "photos"):
        fits = found.get("items", {}).get("format") == "attachment"
        return None if fits else N_("{pointer}: the widget {widget} is for attachments.")
    if not is_rows(found):
        return N_("{pointer}: the widget {widget} is for a list of rows.")
    texts, choice = len(text_columns(found)), choice_column(found)
    if widget == "fishbone" and (choice is None or not texts):
        return N_("{pointer}: a fishbone needs a column with choices, its bones, and a text column, the causes.")
    if widget == "why_chain" and not texts:
        return N_("{pointer}: a chain of whys needs a text column for the answers.")
    if widget == "is_is_not" and (choice is None or texts < 2):
        return N_("{pointer}: IS / IS NOT needs a column with choices, the aspects, and two text columns.")
    return None


def _cells(rows: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
    return ((name, cell) for name, cell in rows.get("items", {}).get("properties", {}).items() if name != "id")


def _is_choice(cell: Schema) -> bool:
    return any(keyword in cell for keyword in ("oneOf", "anyOf", "enum"))


def _is_text(cell: Schema) -> bool:
    kind = cell.get("type", "string")
    return kind == "string" and not _is_choice(cell) and "const" not in cell and "format" not in cell
