"""Fills the form of a step as a person does: finds each field by its label and each choice by its words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import FilePayload, Locator

from server.i18n import translate

Press = Callable[[Locator], None]


class Filling:
    """`form` on a page in `language`; `schema` is the form's, with its texts in that language."""

    def __init__(self, form: Locator, schema: Mapping[str, Any], language: str, press: Press) -> None:
        self.form, self.schema, self.language, self.press = form, schema, language, press

    def fill(self, data: Mapping[str, Any], schema: Mapping[str, Any] | None = None) -> None:
        """`data` as in the case file: groups, fields, rows. What is folded away is unfolded first."""
        folded = self.form.locator("details:not([open]) > summary")
        while folded.count():
            folded.first.click()
        for name, value in data.items():
            leaf = (schema or self.schema)["properties"][name]
            if "properties" in leaf:
                self.fill(value, leaf)
            elif isinstance(value, list):
                self._rows(leaf, value)
            else:
                self._answer(self.form, leaf, value)

    def attach(self, pointer: str, *files: FilePayload) -> None:
        """Pick files for the field at `pointer`, from the gallery."""
        leaf = self._leaf(pointer)
        place = self._group(leaf)
        photos = translate("Choose photos or videos", self.language)
        several = place.get_by_label(photos)
        (several if several.count() else place.get_by_label(translate("Choose files", self.language))).set_input_files(
            list(files)
        )

    def field(self, pointer: str) -> Locator:
        """The control at `pointer`; not for radio buttons and rows."""
        return self.form.get_by_label(self._leaf(pointer)["title"], exact=True)

    def _group(self, leaf: Mapping[str, Any]) -> Locator:
        """Rows and files; a section of the form, a group too, may bear the same name."""
        return self.form.locator("[role=group]").and_(self.form.get_by_role("group", name=leaf["title"], exact=True))

    def _leaf(self, pointer: str) -> Mapping[str, Any]:
        leaf = self.schema
        for name in pointer.split("/")[1:]:
            leaf = leaf["properties"][name]
        return leaf

    def _rows(self, leaf: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> None:
        table = self._group(leaf)
        for row in rows:
            self.press(table.get_by_role("button", name=translate("Add a row", self.language)))
            card = table.locator("[data-row]").last
            for name, value in row.items():
                self._answer(card, leaf["items"]["properties"][name], value)

    def _answer(self, place: Locator, leaf: Mapping[str, Any], value: Any) -> None:
        legend = place.page.locator("legend", has_text=re.compile(rf"^{re.escape(leaf['title'])}$"))
        radios = place.locator("fieldset.choices").filter(has=legend)
        field = place.get_by_label(leaf["title"], exact=True)
        if radios.count():
            radios.get_by_label(self._words(leaf, value), exact=True).check()
        elif "oneOf" in leaf:
            field.select_option(label=self._words(leaf, value))
        else:
            field.fill(str(value))

    def _words(self, leaf: Mapping[str, Any], value: Any) -> str:
        if isinstance(value, bool):
            return translate("Yes" if value else "No", self.language)
        return next(one["title"] for one in leaf["oneOf"] if one["const"] == value)
