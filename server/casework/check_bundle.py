"""Everything the check says about a bundle before it may be published."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from server.casework.deadlines import OUTPUTS, STEP, TABLE
from server.casework.library import known_names
from server.domain.application import Application
from server.domain.bundle import Bundle
from server.domain.deadline_count import STARTS, UNITS
from server.domain.form_rules import problems
from server.domain.form_schema import Schema
from server.domain.forms import CASE_SCHEMA, FormBook
from server.domain.rejection import Rejected
from server.domain.schema_changes import narrowed
from server.engine import PROMPTS, prompt_keys
from server.engine.check import CODES, Asked, Finding, check_files, element_ids, process_ids, property_values
from server.i18n import N_

APPLICATION = "application.toml"
KEPT = 8
_RUNGS = {"anyOf": [{"type": "number"}, {"type": "array", "items": {"type": "number"}}]}
ASKED = {
    TABLE: Asked(
        names=frozenset({STEP}),
        outputs=frozenset(OUTPUTS),
        kinds={STEP: {"type": "string"}},
        results={
            "amount": {"type": "number", "minimum": 0},
            "unit": {"enum": UNITS},
            "start": {"enum": STARTS},
            "remind": {"type": "number", "minimum": 0},
            "escalate": _RUNGS,
            "source": {"type": "string"},
        },
        steps=STEP,
    )
}
"""Decisions that no diagram calls: the server asks how long a step may take, handing in the step's element id."""


def check_bundle(bundle: Bundle, topics: Iterable[str] | None, base: Bundle | None = None) -> list[Finding]:
    """Findings of application, forms, diagrams and tables against each other and against `topics`.

    topics: what workers offer; None where that is not known. base: the version whose cases run; its case schema may
    only be added to. Never raises for what a bundle holds.
    """
    return list(_checked(bundle, None if topics is None else frozenset(topics), base))


@lru_cache(maxsize=KEPT)
def _checked(bundle: Bundle, topics: frozenset[str] | None, base: Bundle | None) -> list[Finding]:
    """A draft is looked at by several pages and people before it changes: what was found is kept for a while."""
    try:
        application = bundle.application
    except Rejected as error:
        return [rejection_finding(error)]
    forms = FormBook(bundle)
    names, found = _case_names(forms)
    diagrams = {name: data for name, data in bundle.items() if name.endswith((".bpmn", ".dmn"))}
    found += check_files(
        diagrams,
        forms=frozenset(forms.keys()),
        topics=topics,
        groups=frozenset(application.groups),
        known_names=names,
        loops=frozenset(application.loops),
        prompts=frozenset(application.prompts),
        asked=ASKED,
        case_schema=forms.case_schema() if names is not None else None,
    )
    if application.filing_form not in forms:
        message = N_("The filing form {form} is not there.")
        fix = N_("Add forms/{form}.json, or name another form as filing_form.")
        found.append(_finding("K704", APPLICATION, message, fix, form=application.filing_form))
    found += _processes(diagrams, application.process_id)
    found += _unread_prompts(application, diagrams)
    if names is not None:
        found += _loops(application, forms.case_schema())
        found += _costs(application, forms.case_schema(), diagrams)
        found += _taken_away(base, forms.case_schema())
    return sorted(found, key=lambda finding: finding.file)


def rejection_finding(error: Rejected) -> Finding:
    """The finding for an application that cannot even be read."""
    fix = N_("Correct application.toml or the folder around it.")
    return Finding("K701", CODES["K701"].severity, APPLICATION, None, None, error.message, fix, error.params)


def _case_names(forms: FormBook) -> tuple[frozenset[str] | None, list[Finding]]:
    """(names expressions may use, None when the case schema cannot be read; findings about the forms)."""
    fix = N_("Correct the file; docs/interfaces lists the keywords forms have.")
    found = [
        Finding("K702", CODES["K702"].severity, told.file, None, told.pointer or None, told.message, fix, told.params)
        for told in problems(forms)
    ]
    if any(finding.file == f"forms/{CASE_SCHEMA}" for finding in found):
        return None, found
    return known_names(forms.case_schema()), found


def _processes(diagrams: dict[str, bytes], process_id: str) -> Iterator[Finding]:
    called, there = process_ids(diagrams)
    if process_id not in there:
        message = N_("The application starts the process {id}, which no diagram holds.")
        fix = N_("Name one of the processes as process_id: {known}.")
        known = ", ".join(sorted(there)[:10]) or "–"
        yield _finding("K703", APPLICATION, message, fix, id=process_id, known=known)
        return
    for process, file in sorted(there.items()):
        if process != process_id and process not in called:
            message = N_("The process {id} is neither the application's process nor called by one.")
            fix = N_("Call it by a call activity, or remove it.")
            severity = CODES["K705"].severity
            yield Finding("K705", severity, file, process, None, message, fix, {"id": process})


def _loops(application: Application, case_schema: Mapping[str, Any]) -> Iterator[Finding]:
    """Fields that a loop names, or its rounds are written to, and that the case schema has not."""
    for name, loop in application.loops.items():
        own = [("", f"rounds.{name}"), ("", "rounds.limit"), ("", f"{name}_rounds")]
        for entry, path in [*own, *loop.paths()]:
            if not _is_there(case_schema, path):
                message = N_("{entry} in application.toml uses {field}, which is no field of the case.")
                fix = N_("Add the field {field} to the case schema, or name one it has.")
                place = f"loops.{name}.{entry}".rstrip(".")
                yield _finding("K706", APPLICATION, message, fix, entry=place, field=path)


def _costs(application: Application, case_schema: Schema, diagrams: Mapping[str, bytes]) -> Iterator[Finding]:
    """Cost items whose pointer leads to no number of the case, or whose step no diagram has."""
    items = {} if application.costs is None else application.costs.items
    steps = element_ids(diagrams) if items else frozenset()
    for name, item in items.items():
        entry, path = f"costs.items.{name}", item.pointer.strip("/").split("/")
        if not _is_number(case_schema, [part.replace("~1", "/").replace("~0", "~") for part in path]):
            message = N_("{entry} in application.toml takes money from {pointer}, which is no number of the case.")
            fix = N_("Add a number at {pointer} to the case schema, or name one it has.")
            yield _finding("K708", APPLICATION, message, fix, entry=entry, pointer=item.pointer)
        if item.step not in steps:
            message = N_("{entry} in application.toml belongs to the step {step}, which no diagram holds.")
            fix = N_("Name an element of a diagram as step.")
            yield _finding("K709", APPLICATION, message, fix, entry=entry, step=item.step)


def _unread_prompts(application: Application, diagrams: Mapping[str, bytes]) -> Iterator[Finding]:
    """Prompts that neither a task nor the filing form shows."""
    shown = {key for text in property_values(diagrams, PROMPTS) for key in prompt_keys(text)}
    for key in application.prompts:
        if key not in shown and key not in application.filing_prompts:
            message = N_("{entry} in application.toml is shown nowhere.")
            fix = N_("Name {key} in the property prompts of the tasks where it matters, or in filing_prompts.")
            yield _finding("K710", APPLICATION, message, fix, entry=f"prompts.{key}", key=key)


def _is_number(schema: Mapping[str, Any], path: list[str]) -> bool:
    for name in path:
        schema = schema.get("properties", {}).get(name, {})
    return schema.get("type") in ("number", "integer")


def _taken_away(base: Bundle | None, case_schema: Schema) -> Iterator[Finding]:
    """Fields of the version before that running complaints may hold and the case schema has no more, or not so wide."""
    if base is None:
        return
    try:
        before = FormBook(base).case_schema()
    except Rejected:
        return  # published by other rules; nothing can be held against it
    fix = N_("Keep the field as it was, and add a new one beside it.")
    for each in narrowed(before, case_schema):
        file, severity = f"forms/{CASE_SCHEMA}", CODES["K707"].severity
        yield Finding("K707", severity, file, None, each.pointer, each.message, fix, each.params)


def _is_there(schema: Mapping[str, Any], path: str) -> bool:
    for name in path.split("."):
        if name not in schema.get("properties", {}):
            return False
        schema = schema["properties"][name]
    return True


def _finding(code: str, file: str, message: str, fix: str, **params: object) -> Finding:
    return Finding(code, CODES[code].severity, file, None, None, message, fix, params)
