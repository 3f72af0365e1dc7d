"""A form on the case file: its fields in sections, bound to what is stored and to what was typed."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from wtforms.form import BaseForm

from server.domain.rejection import Rejected
from server.i18n import N_
from server.web.forms.base import digest, overlay
from server.web.forms.drawn import head_of
from server.web.forms.fields import unbound
from server.web.forms.leaves import FilesLeaf, Leaf
from server.web.forms.missing import Lack, missing, state_of, wrong
from server.web.forms.questions import fill_questions
from server.web.forms.row_buttons import press
from server.web.forms.rows import RowsLeaf
from server.web.forms.spec import Schema, Spec, html_name, parts_of, specs_of

BASE = "base"
"""Hidden field: digests of the values the reader was shown, so that only what he touched is sent."""


class CaseForm:
    """Make it with `formdata` (from a POST) or without (to show what is stored, a draft laid over it)."""

    def __init__(
        self,
        schema: Schema,
        ui: Mapping[str, Any],
        data: Mapping[str, Any],
        zone: ZoneInfo,
        formdata: Any = None,
        draft: Mapping[str, Any] | None = None,
    ) -> None:
        self.specs = specs_of(schema, ui)
        self.ui = ui
        self.bound = formdata is not None
        self.problems: list[str] = []
        shown = data if draft is None else overlay(data, draft)
        self._drafted = self._values(shown)
        self._form = BaseForm({spec.name: unbound(spec, zone) for spec in self.specs})
        self._form.process(None, data=self._values(data))
        self._shown_base = {leaf.name: digest(leaf.data) for leaf in self._form}
        self._base = _sent_base(formdata) or self._shown_base
        if self.bound:
            self._form.process(formdata, data=self._values(data))
            self._settle_conflicts(formdata)
        else:
            self._form.process(None, data=self._values(shown, defaults=True))

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self._form)

    def __getitem__(self, pointer: str) -> Leaf:
        """The field at `pointer`; KeyError when the form has none there."""
        return self._form[html_name(pointer)]

    @property
    def parts(self) -> list[tuple[str, list[Leaf], bool]]:
        """(title, fields, whether it is folded away) of every section; what asks for attention is never folded away."""
        parts = [
            (part.title, [self[spec.pointer] for spec in part.specs], part.collapsed)
            for part in parts_of(self.specs, self.ui)
        ]
        return [
            (title, leaves, folded and not any(leaf.spec.required or self.disputed(leaf) for leaf in leaves))
            for title, leaves, folded in parts
        ]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The parts as the page shows them: number, title, leaves, folded, and the state of each."""
        return [
            {"number": number, "title": title, "leaves": leaves, "folded": folded, "state": state_of(self, leaves)}
            for number, (title, leaves, folded) in enumerate(self.parts, 1)
        ]

    @property
    def missing(self) -> list[Lack]:
        """What is demanded and not there yet."""
        return missing(self)

    @property
    def wrong(self) -> list[Lack]:
        """What was refused, with the reason; and what two people changed."""
        return wrong(self)

    def ask_next(self) -> None:
        """Answers in chains of whys that came without a question get the one that follows from the answer before."""
        for leaf in self:
            if isinstance(leaf, RowsLeaf) and leaf.present and leaf.spec.widget == "why_chain":
                fill_questions(leaf.rows, leaf.spec.schema)

    def head(self, leaf: Leaf) -> str:
        """What the drawing of a table of rows is about."""
        return head_of(leaf, list(self))

    @property
    def unread(self) -> list[Leaf]:
        """Fields (cells of rows too) whose input is no value at all, such as letters for a number."""
        cells = [cell for leaf in self if isinstance(leaf, RowsLeaf) for cell in leaf.cells_unread]
        return [leaf for leaf in self if leaf.unread is not None] + cells

    @property
    def file_ids(self) -> set[str]:
        """Every file the form names."""
        return {one for leaf in self if isinstance(leaf, FilesLeaf) for one in leaf.data or ()}

    @property
    def has_problems(self) -> bool:
        return any(self.disputed(leaf) for leaf in self)

    @property
    def base_json(self) -> str:
        return orjson.dumps(self._base).decode()

    def renew(self) -> None:
        """Go on from what is stored now: fields the reader left alone show the newest value."""
        for leaf in self:
            if not self.touched(leaf):
                leaf.process(None, leaf.stored)
        self._base = self._shown_base

    def touched(self, leaf: Leaf) -> bool:
        """Whether the reader changed the value he was shown."""
        return digest(leaf.data) != self._base.get(leaf.name, digest(None))

    def rule(self, leaf: Leaf) -> dict[str, Any] | None:
        """What form.js needs to show and hide the field."""
        when = leaf.spec.show_when
        return None if when is None else {**when, "field": html_name(when["field"])}

    def visible(self, leaf: Leaf) -> bool:
        """Whether the field's condition holds for the values in the form."""
        when = leaf.spec.show_when
        if when is None:
            return True
        try:
            value = self[when["field"]].data
        except KeyError:
            return True
        if "in" in when:
            return value in when["in"]
        if "not_equals" in when:
            return bool(value != when["not_equals"])
        return bool(value == when.get("equals"))

    def change_rows(self, formdata: Mapping[str, str]) -> bool:
        """Do what a button of a table of rows asks for (one more, remove, put back, copy, move); False without one."""
        return press(self, formdata)

    def _settle_conflicts(self, formdata: Any) -> None:
        """Someone else's value wins where the reader chose it; without a choice the question stays open."""
        disputed, drafted = set(formdata.getlist("conflict")), set(formdata.getlist("conflict-draft"))
        for leaf in self._all_leaves():
            if leaf.name not in disputed:
                continue
            choice = formdata.get(f"choice-{leaf.name}")
            theirs = self._drafted.get(leaf.name) if leaf.name in drafted else leaf.stored
            if choice == "theirs":
                leaf.process(None, theirs)
                # What stands in the case already need not be sent; what stands in a draft only has to be.
                leaf.present = leaf.name in drafted
            elif choice != "mine":
                leaf.conflict = {"yours": leaf.data, "theirs": theirs, "draft": leaf.name in drafted}
                leaf.unread = Rejected("form.choice", N_("Choose which value is to stay."))

    def disputed(self, leaf: Leaf) -> bool:
        """Whether the field, or a cell of its rows, has a problem or a conflict."""
        return any(one.problems or one.conflict for one in self.with_cells(leaf))

    def _all_leaves(self) -> Iterator[Leaf]:
        for leaf in self:
            yield from self.with_cells(leaf)

    def with_cells(self, leaf: Leaf) -> Iterator[Leaf]:
        """The field itself, then the cells of its rows."""
        yield leaf
        if isinstance(leaf, RowsLeaf):
            for row in leaf.rows:
                yield from row

    def _values(self, data: Mapping[str, Any], defaults: bool = False) -> dict[str, Any]:
        return {spec.name: _value(spec, data, defaults) for spec in self.specs}


def _value(spec: Spec, data: Any, defaults: bool) -> Any:
    for step in spec.path:
        data = data.get(step) if isinstance(data, Mapping) else None
    return spec.schema.get("default") if data is None and defaults else data


def _sent_base(formdata: Any) -> dict[str, str] | None:
    """The digests that came back with the form; anything else counts as not sent."""
    try:
        found = orjson.loads((formdata or {}).get(BASE) or "")
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
