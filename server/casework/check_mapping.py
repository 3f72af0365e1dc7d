"""A mapping names what is there: misspelt names are told before anything is tried."""

from collections.abc import Iterable
from difflib import get_close_matches

from server.casework.fitting import pointers
from server.casework.library import PublishedVersion
from server.domain.mapping import CaseMapping
from server.domain.rejection import Rejected
from server.i18n import N_


def check_mapping(mapping: CaseMapping, target: PublishedVersion, olds: Iterable[PublishedVersion]) -> None:
    """Raises Rejected `mapping.step` or `mapping.field`; `olds`: the versions that cases come from, if any."""
    sources = list(olds)
    _check(mapping.elements, _steps(target), _all(_steps(each) for each in sources) if sources else None, "step")
    _check(mapping.fields, _fields(target), _all(_fields(each) for each in sources) if sources else None, "field")


def _all(found: Iterable[set[str]]) -> set[str]:
    return set().union(*found)


def _steps(version: PublishedVersion) -> set[str]:
    return {each.id for each in version.definition.elements.values() if each.source is None}


def _fields(version: PublishedVersion) -> set[str]:
    return {pointer for pointer, _schema in pointers(version.forms.case_schema())}


def _check(pairs: Iterable[tuple[str, str]], new: set[str], old: set[str] | None, kind: str) -> None:
    for before, after in pairs:
        if after not in new:
            sentence = (
                N_("The mapping leads to {name}, which the new version does not have. Did you mean {near}?")
                if (near := get_close_matches(after, sorted(new), 1, 0.6))
                else N_("The mapping leads to {name}, which the new version does not have.")
            )
            raise _refused(kind, sentence, after, near)
        if old is not None and before not in old:
            sentence = (
                N_("The mapping begins at {name}, which no version with open complaints has. Did you mean {near}?")
                if (near := get_close_matches(before, sorted(old), 1, 0.6))
                else N_("The mapping begins at {name}, which no version with open complaints has.")
            )
            raise _refused(kind, sentence, before, near)


def _refused(kind: str, sentence: str, name: str, near: list[str]) -> Rejected:
    return Rejected(f"mapping.{kind}", sentence, field="/mapping", name=name, near="".join(near))
