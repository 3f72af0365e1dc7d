"""What `application.toml` says about a process application."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from server.domain.alert_limits import AlertLimits, alert_limits
from server.domain.application_desk import filing_prompts, glance, prompts
from server.domain.application_parts import (
    FILE,
    KEY,
    Column,
    CostItem,
    Costs,
    Group,
    Loop,
    columns,
    costs,
    groups,
    loops,
    wrong,
)
from server.domain.texts import pick_line
from server.i18n import LANGUAGES, N_

__all__ = ["FILE", "Application", "Column", "CostItem", "Costs", "Group", "Loop"]

_DEFAULT_ROUNDS = 3


@dataclass(frozen=True)
class Application:
    """The head of a process application; titles carry one line a language, in the order of `languages`."""

    key: str
    title: str
    process_id: str
    filing_form: str
    languages: tuple[str, ...] = LANGUAGES
    description: str = ""
    rounds: int = _DEFAULT_ROUNDS
    columns: Mapping[str, Column] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    loops: Mapping[str, Loop] = field(default_factory=dict)
    costs: Costs | None = None
    alerts: AlertLimits = field(default_factory=AlertLimits)
    prompts: Mapping[str, str] = field(default_factory=dict)
    """How to behave towards customers and colleagues, by key; tasks name those that matter to them."""
    filing_prompts: tuple[str, ...] = ()
    glance: tuple[str, ...] = ()
    """Keys of the columns that a complaint at a glance shows."""

    def prompt_lines(self, keys: Iterable[str], language: str) -> list[str]:
        """The prompts of these keys in one language; a key without a text is left out."""
        return [pick_line(self.prompts[key], self.languages, language) for key in keys if key in self.prompts]

    @classmethod
    def parse(cls, data: bytes) -> "Application":
        """From the bytes of `application.toml`; raises Rejected `bundle.application` naming the entry."""
        try:
            entries = tomllib.loads(data.decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise wrong("", N_("application.toml cannot be read: {reason}"), reason=str(error)) from None
        _known(entries, cls.__dataclass_fields__)
        told, shown = prompts(entries), columns(entries)
        return cls(
            key=_word(entries, "key"),
            title=_text(entries, "title"),
            process_id=_text(entries, "process_id"),
            filing_form=_word(entries, "filing_form"),
            languages=_languages(entries),
            description=_text(entries, "description", ""),
            rounds=_rounds(entries),
            columns=shown,
            groups=groups(entries),
            loops=loops(entries),
            costs=costs(entries),
            alerts=alert_limits(entries),
            prompts=told,
            filing_prompts=filing_prompts(entries, told),
            glance=glance(entries, shown),
        )


def _known(entries: Mapping[str, Any], names: Mapping[str, Any]) -> None:
    for name in entries:
        if name not in names:
            near = get_close_matches(name, names, 1, 0.5)
            hint = near[0] if near else ", ".join(names)
            raise wrong(name, N_("application.toml has an unknown entry {entry}. Known: {hint}."), hint=hint)


def _text(entries: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = entries.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise wrong(name, N_("application.toml needs the entry {entry} as a text."))
    return value.strip()


def _word(entries: Mapping[str, Any], name: str) -> str:
    value = _text(entries, name)
    if not KEY.fullmatch(value):
        raise wrong(
            name, N_("{entry} in application.toml must be lower-case letters, digits and _, not {value}."), value=value
        )
    return value


def _languages(entries: Mapping[str, Any]) -> tuple[str, ...]:
    value = entries.get("languages", list(LANGUAGES))
    if not isinstance(value, list) or not value or any(language not in LANGUAGES for language in value):
        raise wrong(
            "languages", N_("{entry} in application.toml must list some of {known}."), known=", ".join(LANGUAGES)
        )
    if len(set(value)) < len(value):
        raise wrong("languages", N_("{entry} in application.toml lists a language twice."))
    return tuple(value)


def _rounds(entries: Mapping[str, Any]) -> int:
    value = entries.get("rounds", _DEFAULT_ROUNDS)
    if type(value) is not int or not 1 <= value <= 99:
        raise wrong("rounds", N_("{entry} in application.toml must be a whole number from 1 to 99."))
    return value
