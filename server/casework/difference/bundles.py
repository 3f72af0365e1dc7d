"""What differs between two bundles, file by file and without a language."""

from collections.abc import Sequence

from server.casework.difference.entries import compare_application, compare_text, whole_files
from server.casework.difference.fields import compare_forms
from server.domain.application import FILE
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.engine.difference import Change, compare_diagrams, compare_tables
from server.i18n import LANGUAGES

__all__ = ["Change", "bundle_changes", "layout_only"]

_DIAGRAMS = (".bpmn", ".dmn")


def bundle_changes(old: Bundle, new: Bundle) -> list[Change]:
    """Everything that differs, files in the order of their paths; empty for what differs in its layout only.

    Never raises: a file that cannot be read is told as a text or as 'unreadable'.
    """
    if old.digest == new.digest:
        return []
    found = list(whole_files(old, new))
    apart = {change.file for change in found}
    languages = _languages(new)
    both = [path for path in new if path in old and old[path] != new[path]]
    if any(path.endswith(".bpmn") for path in (*both, *apart)):
        found += compare_diagrams(old, new, languages)
    if any(path.endswith(".dmn") for path in (*both, *apart)):
        found += compare_tables(old, new)
    if any(_is_form(path) for path in (*both, *apart)):
        found += [change for change in compare_forms(old, new) if change.file not in apart]
    # A file that came or went says so for the processes and tables in it.
    found = [
        each for each in found if each.file not in apart or each.aspect or each.sort not in ("process", "decision")
    ]
    for path in both:
        if path == FILE:
            found += compare_application(old[path], new[path], path)
        elif not path.endswith(_DIAGRAMS) and not _is_form(path):
            found += compare_text(old[path], new[path], path)
    return sorted(found, key=lambda change: change.file)


def layout_only(old: Bundle, new: Bundle, changes: Sequence[Change]) -> list[str]:
    """Files whose bytes differ although nothing in them does."""
    told = {change.file for change in changes}
    return [path for path in new if path in old and old[path] != new[path] and path not in told]


def _is_form(path: str) -> bool:
    return path.startswith("forms/") and path.endswith(".json") and path.count("/") == 1


def _languages(bundle: Bundle) -> tuple[str, ...]:
    try:
        return bundle.application.languages
    except Rejected:
        return LANGUAGES
