"""Puts a refusal where it belongs: at the field it is about, else at the head of the form."""

from typing import Any

from server.domain.rejection import Rejected
from server.queries.last_changes import last_changes
from server.web.forms.case_form import CaseForm
from server.web.forms.leaves import Leaf
from server.web.forms.rows import Row, RowsLeaf
from server.web.person import actor, context


def show_refusal(form: CaseForm, refusal: Rejected, language: str, number: str | None = None) -> None:
    """Every detail at its field; what has no field in this form goes to `form.problems`.

    With the complaint's number a field that somebody else changed also tells who did, and when.
    """
    shown = refusal.to_json(language)
    details = shown.get("details") or []
    if refusal.code in ("case.changed", "task.draft_changed"):
        _show_conflicts(form, details, refusal.code == "task.draft_changed")
        if refusal.code == "task.draft_changed":
            form.problems.append(shown["message"])
        elif number is not None:
            tell_authors(form, number, language)
        return
    for detail in details:
        leaf = find(form, str(detail.get("field", "")))
        text = str(detail.get("message") or shown["message"])
        (form.problems if leaf is None else leaf.problems).append(text)
    if not details:
        leaf = find(form, refusal.field or "")
        (form.problems if leaf is None else leaf.problems).append(shown["message"])


def tell_authors(form: CaseForm, number: str, language: str) -> None:
    """At every disputed field, who changed it last and when."""
    disputed = [leaf for leaf in form if form.disputed(leaf)]
    if not disputed:
        return
    authors = last_changes(context(), actor(), number, [leaf.spec.pointer for leaf in disputed], language)
    for leaf in disputed:
        for one in form.with_cells(leaf):
            if one.conflict is not None and not one.conflict.get("draft"):
                one.conflict |= authors.get(leaf.spec.pointer, {})


def show_unread(form: CaseForm, language: str) -> None:
    """Say at every field that could not be read why not."""
    for leaf in form.unread:
        if leaf.unread is not None:
            leaf.problems.append(leaf.unread.text(language))


def find(form: CaseForm, pointer: str) -> Leaf | None:
    """The field at `pointer`, or the nearest one above it; a row is named by its id or its place in the patch."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for leaf in form:
        path = list(leaf.spec.path)
        if steps[: len(path)] != path:
            continue
        return _cell(leaf, steps[len(path) :]) if isinstance(leaf, RowsLeaf) else leaf
    return None


def _cell(table: RowsLeaf, steps: list[str]) -> Leaf:
    row = _row(table, steps[0]) if len(steps) > 1 else None
    cells = {cell.spec.path[0]: cell for cell in row} if row is not None else {}
    return cells.get(steps[1], table) if row is not None else table


def _row(table: RowsLeaf, step: str) -> Row | None:
    by_key = next((row for row in table.rows if row.key == step), None)
    if by_key is None and step.isdigit() and int(step) < len(table.filled):
        return table.filled[int(step)]
    return by_key


def _show_conflicts(form: CaseForm, details: list[dict[str, Any]], draft: bool = False) -> None:
    """`draft`: theirs stands in another draft, not in the case."""
    for detail in details:
        leaf = find(form, str(detail.get("field", "")))
        if leaf is not None and (draft or not isinstance(leaf, RowsLeaf)):
            leaf.conflict = {"yours": detail.get("yours"), "theirs": detail.get("theirs"), "draft": draft}
        elif leaf is not None:
            leaf.conflict = {"yours": leaf.data, "theirs": leaf.stored, "draft": False}
