"""Fields whose values are chosen, not typed."""

from collections.abc import Sequence
from typing import Any

import orjson

from server.i18n import N_
from server.web.forms.leaves import Leaf
from server.web.forms.spec import RADIOS, options_of


class ChoiceLeaf(Leaf):
    """One of the allowed values; a stored value that is no longer offered stays choosable."""

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """(key sent by the browser, label, chosen)."""
        offered = options_of(self.spec.schema)
        if self.data is not None and self.data not in [value for value, _label in offered]:
            offered = [*offered, (self.data, str(self.data))]
        return [(_key(value), label, value == self.data) for value, label in offered]

    @property
    def as_radio(self) -> bool:
        return len(options_of(self.spec.schema)) <= RADIOS

    def read(self, sent: Sequence[str]) -> Any:
        if not sent[0]:
            return None
        known = {_key(value): value for value, _label in options_of(self.spec.schema)}
        if self.stored is not None:
            known.setdefault(_key(self.stored), self.stored)
        return known.get(sent[0], sent[0])


class BooleanLeaf(ChoiceLeaf):
    """Yes, no, or not said yet."""

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        return [("true", N_("Yes"), self.data is True), ("false", N_("No"), self.data is False)]

    @property
    def as_radio(self) -> bool:
        return True

    def read(self, sent: Sequence[str]) -> Any:
        return {"true": True, "false": False, "": None}.get(sent[0], sent[0])


class ChoicesLeaf(Leaf):
    """Any number of the allowed values."""

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        chosen = self.data or []
        return [(_key(value), label, value in chosen) for value, label in options_of(self.spec.schema["items"])]

    def read(self, sent: Sequence[str]) -> Any:
        known = {_key(value): value for value, _label in options_of(self.spec.schema["items"])}
        return [known.get(key, key) for key in sent if key] or None


def _key(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
