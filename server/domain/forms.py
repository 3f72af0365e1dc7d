"""The forms of a bundle: each a view on the one case schema."""

from functools import cached_property, lru_cache
from typing import Any

from server.domain.bundle import Bundle
from server.domain.form_errors import FieldError, errors, title_of
from server.domain.form_schema import KEYWORDS, Schema, is_rows, localise, resolve, restrict
from server.domain.rejection import Rejected
from server.domain.texts import pick_text
from server.i18n import N_

__all__ = ["CASE_SCHEMA", "KEYWORDS", "FieldError", "FormBook", "errors", "is_rows", "restrict", "title_of"]

CASE_SCHEMA = "case.schema.json"

_UI_TEXTS = frozenset({"title", "label", "help", "placeholder", "text"})


class FormBook:
    """All forms of one bundle, resolved once. What it returns is shared: read it, never change it."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._load = lru_cache(maxsize=None)(self._read)
        self._schema = lru_cache(maxsize=None)(self._make_schema)
        self._ui = lru_cache(maxsize=None)(self._make_ui)

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        names = [path.removeprefix("forms/") for path in self._bundle if path.startswith("forms/")]
        forms = [name for name in names if "/" not in name and name.endswith(".json")]
        return tuple(name.removesuffix(".json") for name in forms if not name.endswith(".schema.json"))

    def keys(self) -> tuple[str, ...]:
        """The form keys, in alphabetical order."""
        return self._keys

    def __contains__(self, form_key: object) -> bool:
        return form_key in self._keys

    def schema(self, form_key: str, language: str | None = None) -> Schema:
        """The form's JSON Schema without references; with `language`, its texts in that language only.

        Raises Rejected `not_found.form` or `bundle.form`.
        """
        return self._schema(form_key, language)

    def case_schema(self, language: str | None = None) -> Schema:
        """The schema of the whole case file, likewise."""
        return self._schema(None, language)

    def ui(self, form_key: str, language: str | None = None) -> dict[str, Any]:
        """The form's hints: `order`, `show_when`, `widgets`, …; texts in `language` when it is given."""
        return self._ui(form_key, language)

    def view_data(self, form_key: str, case: dict[str, Any]) -> dict[str, Any]:
        """The part of the case file that the form shows."""
        shown: dict[str, Any] = restrict(self.schema(form_key), case)
        return shown

    def errors(self, form_key: str, data: Any, language: str | None = None) -> list[FieldError]:
        """What is wrong with `data` as the content of the form; see `form_errors.errors`."""
        return errors(self.schema(form_key), data, language)

    def _make_schema(self, form_key: str | None, language: str | None) -> Schema:
        if language is not None:
            return localise(self._schema(form_key, None), self._bundle.application.languages, language)
        if form_key is None:
            return resolve(self._load(CASE_SCHEMA), self._load, CASE_SCHEMA)
        return resolve(self._form(form_key).get("schema"), self._load, f"{form_key}.json")

    def _make_ui(self, form_key: str, language: str | None) -> dict[str, Any]:
        ui = self._form(form_key).get("ui", {})
        if not isinstance(ui, dict):
            raise Rejected("bundle.form", N_("{file}: ui must be an object."), file=f"forms/{form_key}.json")
        return ui if language is None else self._localised(ui, language)

    def _localised(self, value: Any, language: str) -> Any:
        if isinstance(value, list):
            return [self._localised(item, language) for item in value]
        if not isinstance(value, dict):
            return value
        languages = self._bundle.application.languages
        return {
            key: pick_text(item, languages, language)
            if key in _UI_TEXTS and isinstance(item, str)
            else self._localised(item, language)
            for key, item in value.items()
        }

    def _form(self, form_key: str) -> dict[str, Any]:
        if form_key not in self._keys:
            raise Rejected("not_found.form", N_("There is no form {form} in this version."), form=form_key)
        form = self._load(f"{form_key}.json")
        if not isinstance(form, dict):
            raise Rejected("bundle.form", N_("{file}: a form must be an object."), file=f"forms/{form_key}.json")
        return form

    def _read(self, name: str) -> Any:
        path = f"forms/{name}"
        if path not in self._bundle:
            raise KeyError(name)
        return self._bundle.json(path)
