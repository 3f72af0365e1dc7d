"""A mapping names what is there: misspelt names are told before anything is tried."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from server.casework.fitting import pointers
from server.casework.library import PublishedVersion
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.i18n import N_


def check_mapping(mapping: CaseMapping, target: PublishedVersion, olds: Iterable[PublishedVersion]) -> None:
    """Raises Rejected `mapping.step` or `mapping.field`; `olds`: the versions that cases come from, if any."""
    sources = list(olds)
    wrong = _misspelt(mapping.elements, _steps(target), [_steps(each) for each in sources])
    if wrong is not None:
        sentence, params = wrong
        raise Rejected("mapping.step", sentence, field="/mapping", **params)
    wrong = _misspelt(mapping.fields, _fields(target), [_fields(each) for each in sources])
    if wrong is not None:
        sentence, params = wrong
        raise Rejected("mapping.field", sentence, field="/mapping", **params)


def _steps(version: PublishedVersion) -> set[str]:
    return {each.id for each in version.definition.elements.values() if each.source is None}


def _fields(version: PublishedVersion) -> set[str]:
    return {pointer for pointer, _schema in pointers(version.forms.case_schema())}


def _misspelt(
    pairs: Iterable[tuple[str, str]], new: set[str], olds: list[set[str]]
) -> tuple[str, dict[str, Any]] | None:
    """The sentence for the first name that is not there; without versions to come from, old names are not known."""
    old = set().union(*olds)
    for before, after in pairs:
        if after not in new:
            near = get_close_matches(after, sorted(new), 1, 0.6)
            sentence = N_("The mapping leads to {name}, which the new version does not have.")
            if near:
                sentence = N_("The mapping leads to {name}, which the new version does not have. Did you mean {near}?")
            return sentence, {"name": after, "near": "".join(near)}
        if olds and before not in old:
            near = get_close_matches(before, sorted(old), 1, 0.6)
            sentence = N_("The mapping begins at {name}, which no version with open complaints has.")
            if near:
                sentence = N_(
                    "The mapping begins at {name}, which no version with open complaints has. Did you mean {near}?"
                )
            return sentence, {"name": before, "near": "".join(near)}
    return None
