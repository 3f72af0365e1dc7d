"""Everything the check says about a bundle before it may be published."""

from collections.abc import Container

from server.casework.library import known_names
from server.domain.bundle import Bundle
from server.domain.forms import FormBook
from server.engine.check import Finding, check_files


def check_bundle(bundle: Bundle, topics: Container[str]) -> list[Finding]:
    """Findings of diagrams and tables against the bundle's own forms, groups and case schema, and `topics`.

    Raises Rejected when application.toml or a form cannot be read at all.
    """
    forms = FormBook(bundle)
    return check_files(
        {name: data for name, data in bundle.items() if name.endswith((".bpmn", ".dmn"))},
        forms=frozenset(forms.keys()),
        topics=topics,
        groups=frozenset(bundle.application.groups),
        known_names=known_names(forms.case_schema()),
    )
