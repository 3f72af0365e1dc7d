"""What every question stands on: the cases it may see and is about, and names in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Executable, select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.domain.texts import pick_line
from server.i18n import N_, translate
from server.persistence.models import CaseFact, CaseFile
from server.queries.analysis.filters import DIMENSIONS, NOT_STATED, Filters
from server.security.actor import Actor
from server.security.visibility import visible_to

_ALWAYS = frozenset({"customer", "channel", "site"})
"""Facts that every complaint has, whatever its application declares."""


@dataclass(frozen=True)
class Ground:
    """One reader with one set of filters. Made by ask.py, which has asked for the permission."""

    context: Context
    actor: Actor
    language: str
    filters: Filters
    version: PublishedVersion

    @property
    def zone(self) -> ZoneInfo:
        return self.context.settings.zone

    def rows(self, query: Executable) -> list[tuple[Any, ...]]:
        with self.context.read() as connection:
            return [tuple(row) for row in connection.execute(query)]

    # Which cases

    def mine(self) -> list[ColumnElement[bool]]:
        """Conditions on `case_fact`: of the application what the reader may see, without duplicates, facts as asked."""
        return [
            CaseFact.application == self.filters.application,
            CaseFact.duplicate == 0,
            *self.seen(CaseFact.site, CaseFact.case_id),
            *(equals(getattr(CaseFact, name), value) for name, value in self.filters.values.items()),
        ]

    def cases(self) -> list[ColumnElement[bool]]:
        """As `mine`, and received or closed within the period."""
        moment = CaseFact.received_at if self.filters.by == "received" else CaseFact.ended_at
        return [*self.mine(), *self.within(moment)]

    def within(self, moment: Any) -> list[ColumnElement[bool]]:
        """Conditions: the column lies in the period."""
        begins, ends = self.filters.span(self.zone)
        return [moment >= begins, moment < ends]

    def seen(self, site: Any, case_id: Any) -> list[ColumnElement[bool]]:
        """Conditions on columns of any table that has them: the reader may see the case (as security/visibility.py)."""
        if self.actor.may("case.read_all"):
            return [site.in_(sorted(self.actor.sites))]
        return [case_id.in_(select(CaseFile.id).where(visible_to(self.actor)))]

    # Words

    def say(self, text: str, **params: Any) -> str:
        return translate(text, self.language, **params)

    def line(self, text: str | None) -> str:
        """The reader's line of a text of the application."""
        return pick_line(text, self.version.application.languages, self.language)

    def declared(self, name: str) -> bool:
        """Whether the application says where the fact stands."""
        return name in _ALWAYS or name in self.version.application.columns

    def title(self, name: str) -> str:
        """What the fact is called: by the application, else by us."""
        column = self.version.application.columns.get(name)
        return self.line(column.title) if column is not None else self.say(DIMENSIONS[name])

    def options(self, name: str) -> dict[str, str]:
        """The values a fact may have, with their labels; empty for free text."""
        if name not in self._options:
            self._options[name] = self._read_options(name)
        return self._options[name]

    def label(self, name: str, value: str | None) -> str:
        """A fact's value in words."""
        if value is None:
            return self.say(N_("(not stated)"))
        return self.options(name).get(value, value)

    def step(self, process_id: str | None, element_id: str | None) -> str:
        """The name of a step, as the application's current version draws it; its id where that has none."""
        if not element_id:
            return self.say(N_("(not known)"))
        definition = self.version.definition
        found = definition.element(process_id, element_id) if process_id else definition.find(element_id)
        return (self.line(found.name) if found is not None else "") or element_id

    def undeclared(self, *names: str) -> list[str]:
        """A sentence for each fact that the application does not declare."""
        return [
            self.say(
                N_("The application declares no column “{name}”, so there is nothing to say about: {title}."),
                name=name,
                title=self.say(DIMENSIONS[name]),
            )
            for name in names
            if not self.declared(name)
        ]

    @cached_property
    def _options(self) -> dict[str, dict[str, str]]:
        return {}

    def _read_options(self, name: str) -> dict[str, str]:
        if name == "site":
            return {key: key for key in sorted(self.actor.sites)}
        column = self.version.application.columns.get(name)
        schema = _schema_at(self.version.forms.case_schema(), column.pointer) if column is not None else {}
        if schema.get("type") == "boolean":
            return {"yes": self.say(N_("Yes")), "no": self.say(N_("No"))}
        choices = schema.get("oneOf") or schema.get("anyOf") or [{"const": each} for each in schema.get("enum", ())]
        if not choices and schema.get("type") == "integer" and {"minimum", "maximum"} <= schema.keys():
            least, most = schema["minimum"], schema["maximum"]
            choices = [{"const": each} for each in range(least, most + 1)] if most - least < MOST_OPTIONS else []
        return {
            str(each["const"]): self.line(each.get("title")) or str(each["const"])
            for each in choices
            if "const" in each
        }


MOST_OPTIONS = 100


def equals(column: Any, value: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.is_(None) if value == NOT_STATED else column == value
    return found


def _schema_at(schema: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
    for step in pointer.split("/")[1:]:
        schema = schema.get("properties", {}).get(step, {})
    return schema
