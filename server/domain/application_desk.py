"""What `application.toml` says about the page of a task: prompts for how to behave, and the complaint at a glance."""

from collections.abc import Mapping
from typing import Any

from server.domain.application_parts import KEY, Column, table, wrong
from server.i18n import N_

MOST_PROMPT = 300
MOST_AT_A_GLANCE = 12


def prompts(entries: Mapping[str, Any]) -> dict[str, str]:
    """The prompts by key, one line a language each; raises Rejected."""
    found = {}
    for key, text in table(entries, "prompts").items():
        place = f"prompts.{key}"
        if not KEY.fullmatch(key):
            raise wrong(place, N_("{entry} in application.toml: a name is lower-case letters, digits and _."))
        if not isinstance(text, str) or not text.strip():
            raise wrong(place, N_("{entry} in application.toml must be a text, one line for each language."))
        if any(len(line) > MOST_PROMPT for line in text.splitlines()):
            raise wrong(
                place,
                N_("{entry} in application.toml is too long for a glance: at most {limit} characters a line."),
                limit=MOST_PROMPT,
            )
        found[key] = text.strip()
    return found


def filing_prompts(entries: Mapping[str, Any], known: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of the prompts beside the form that files a complaint; raises Rejected."""
    return _keys(entries, "filing_prompts", known, N_("{entry} in application.toml names {key}, which is no prompt."))


def glance(entries: Mapping[str, Any], known: Mapping[str, Column]) -> tuple[str, ...]:
    """Keys of the register columns that a complaint at a glance shows, in their order; raises Rejected.

    Without the entry: the first of the columns, which are there for being looked at.
    """
    if "glance" not in entries:
        return tuple(known)[:MOST_AT_A_GLANCE]
    found = _keys(entries, "glance", known, N_("{entry} in application.toml names {key}, which is no column."))
    if len(found) > MOST_AT_A_GLANCE:
        raise wrong("glance", N_("{entry} in application.toml lists at most {limit} columns."), limit=MOST_AT_A_GLANCE)
    return found


def _keys(entries: Mapping[str, Any], name: str, known: Mapping[str, Any], message: str) -> tuple[str, ...]:
    value = entries.get(name, [])
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise wrong(name, N_("{entry} in application.toml must be a list of names."))
    for key in value:
        if key not in known:
            raise wrong(name, message, key=key)
    return tuple(dict.fromkeys(value))
