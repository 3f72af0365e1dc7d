"""What `application.toml` says about a process application."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from server.domain.rejection import Rejected
from server.i18n import LANGUAGES, N_

FILE = "application.toml"

_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_POINTER = re.compile(r"(/([^~/]|~[01])+)+")
_DEFAULT_ROUNDS = 3


@dataclass(frozen=True)
class Column:
    """A register column: a projection of the case file."""

    pointer: str
    title: str


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
    groups: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: bytes) -> "Application":
        """From the bytes of `application.toml`; raises Rejected `bundle.application` naming the entry."""
        try:
            entries = tomllib.loads(data.decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise _wrong("", N_("application.toml cannot be read: {reason}"), reason=str(error)) from None
        _known(entries, cls.__dataclass_fields__)
        return cls(
            key=_word(entries, "key"),
            title=_text(entries, "title"),
            process_id=_text(entries, "process_id"),
            filing_form=_word(entries, "filing_form"),
            languages=_languages(entries),
            description=_text(entries, "description", ""),
            rounds=_rounds(entries),
            columns=_columns(entries),
            groups=_groups(entries),
        )


def _wrong(entry: str, message: str, **params: Any) -> Rejected:
    return Rejected("bundle.application", message, field=f"{FILE}#{entry}", entry=entry, **params)


def _known(entries: Mapping[str, Any], names: Mapping[str, Any]) -> None:
    for name in entries:
        if name not in names:
            near = get_close_matches(name, names, 1, 0.5)
            hint = near[0] if near else ", ".join(names)
            raise _wrong(name, N_("application.toml has an unknown entry {entry}. Known: {hint}."), hint=hint)


def _text(entries: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = entries.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise _wrong(name, N_("application.toml needs the entry {entry} as a text."))
    return value.strip()


def _word(entries: Mapping[str, Any], name: str) -> str:
    value = _text(entries, name)
    if not _KEY.fullmatch(value):
        raise _wrong(
            name, N_("{entry} in application.toml must be lower-case letters, digits and _, not {value}."), value=value
        )
    return value


def _languages(entries: Mapping[str, Any]) -> tuple[str, ...]:
    value = entries.get("languages", list(LANGUAGES))
    if not isinstance(value, list) or not value or any(language not in LANGUAGES for language in value):
        raise _wrong(
            "languages", N_("{entry} in application.toml must list some of {known}."), known=", ".join(LANGUAGES)
        )
    if len(set(value)) < len(value):
        raise _wrong("languages", N_("{entry} in application.toml lists a language twice."))
    return tuple(value)


def _rounds(entries: Mapping[str, Any]) -> int:
    value = entries.get("rounds", _DEFAULT_ROUNDS)
    if type(value) is not int or not 1 <= value <= 99:
        raise _wrong("rounds", N_("{entry} in application.toml must be a whole number from 1 to 99."))
    return value


def _columns(entries: Mapping[str, Any]) -> dict[str, Column]:
    columns = {}
    for key, entry in _table(entries, "columns").items():
        if not isinstance(entry, dict) or set(entry) != {"pointer", "title"} or not _KEY.fullmatch(key):
            raise _wrong(f"columns.{key}", N_("{entry} in application.toml needs exactly a pointer and a title."))
        pointer = _text(entry, "pointer")
        if not _POINTER.fullmatch(pointer):
            raise _wrong(f"columns.{key}", N_("{entry} in application.toml needs a pointer like /customer/name."))
        columns[key] = Column(pointer, _text(entry, "title"))
    return columns


def _groups(entries: Mapping[str, Any]) -> dict[str, str]:
    groups = {}
    for key, entry in _table(entries, "groups").items():
        title = entry.get("title") if isinstance(entry, dict) and set(entry) == {"title"} else entry
        if not isinstance(title, str) or not title.strip():
            raise _wrong(f"groups.{key}", N_("{entry} in application.toml needs a title."))
        groups[key] = title.strip()
    return groups


def _table(entries: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = entries.get(name, {})
    if not isinstance(value, dict):
        raise _wrong(name, N_("{entry} in application.toml must be a table."))
    return value
