"""Consequences of other forms and fields: what open tasks ask for, and what complaints hold in vain."""

from collections.abc import Iterator, Mapping
from typing import Any

from server.casework.difference.consequence import Consequence
from server.casework.difference.ground import Ground, OpenCase
from server.casework.difference.sentences import ASKS_MORE, COMES_TO_FORM, HOLDS_LOST, HOLDS_WRONG, MORE_ROUNDS
from server.casework.fitting import misfits
from server.casework.library import PublishedVersion
from server.domain.application import FILE
from server.domain.forms import CASE_SCHEMA
from server.domain.rejection import Rejected
from server.engine.outlook import Spot
from server.i18n import N_

_MISSING = frozenset({"required"})


def of_forms(ground: Ground) -> Iterator[Consequence]:
    """For each form on which open tasks must now fill more than before."""
    if not any(change.file.startswith("forms/") or change.aspect == "form" for change in ground.changes):
        return
    definition = ground.target.definition
    for spot, element in definition.elements.items():
        form = element.properties.get("formKey")
        if form is None or form not in ground.target.forms:
            continue
        found = Consequence("form", f"forms/{form}.json", definition.process_of(spot[0]), element.id)
        _asked(ground, found, spot, form)
        if found.sentences:
            yield found


def _asked(ground: Ground, found: Consequence, spot: Spot, form: str) -> None:
    reach = ground.reach(spot, ground.cases)
    groups: dict[tuple[Any, ...], list[OpenCase]] = {}
    for case in reach.standing:
        was = ground.was(case.version, spot)
        old = None if was is None else ground.element(was, case.version).properties.get("formKey")
        before = _missing(case.version, old, case) if old else {}
        more = [title for pointer, title in _missing(ground.target, form, case).items() if pointer not in before]
        if more:
            groups.setdefault(tuple(more), []).append(case)
    step = ground.name(ground.element(spot))
    for titles, cases in sorted(groups.items(), key=lambda each: -len(each[1])):
        found.count("tasks", cases, ASKS_MORE, step=step, fields=ground.listed(titles))
    fresh = _newly_required(ground, spot, form)
    if fresh:
        fields = ground.listed(fresh)
        found.count("ahead", reach.ahead, COMES_TO_FORM, step=step, fields=fields)
        found.say(N_("For new complaints “{step}” also asks for {fields}."), step=step, fields=fields)


def _missing(version: PublishedVersion, form: str, case: OpenCase) -> Mapping[str, Any]:
    """Titles of what the form would still ask for, by pointer."""
    try:
        errors = version.forms.errors(form, version.forms.view_data(form, case.data))
    except Rejected:
        return {}
    return {error.field: error.params.get("title", error.field) for error in errors if error.code in _MISSING}


def _newly_required(ground: Ground, spot: Spot, form: str) -> tuple[str, ...]:
    """What the form asks of a complaint that holds nothing, and did not ask before."""
    was = ground.was(ground.base, spot)
    old = None if was is None else ground.element(was, ground.base).properties.get("formKey")
    if old is None:
        return ()
    before = _needed(ground.base, old)
    return tuple(title for pointer, title in _needed(ground.target, form).items() if pointer not in before)


def _needed(version: PublishedVersion, form: str) -> dict[str, str]:
    """Titles of the fields that are required in any case, by pointer."""
    try:
        schema = version.forms.schema(form)
    except Rejected:
        return {}
    found: dict[str, str] = {}
    _collect(schema, "", found)
    return found


def _collect(schema: Mapping[str, Any], pointer: str, found: dict[str, str]) -> None:
    for name in schema.get("required", ()):
        inner = schema.get("properties", {}).get(name, {})
        if isinstance(inner.get("properties"), dict):
            _collect(inner, f"{pointer}/{name}", found)
        else:
            found[f"{pointer}/{name}"] = str(inner.get("title", name))


def of_fields(ground: Ground) -> Iterator[Consequence]:
    """For each field that open complaints have filled and the target lost or understands otherwise."""
    if not any(change.file == f"forms/{CASE_SCHEMA}" for change in ground.changes):
        return
    found: dict[tuple[str, str], list[OpenCase]] = {}
    titles: dict[tuple[str, str], Any] = {}
    for case in ground.cases:
        for obstacle in misfits(case.data, case.data, case.version.forms, ground.target.forms):
            key = obstacle.code, _general(obstacle.pointer or "")
            titles[key] = obstacle.params["field"]
            held = found.setdefault(key, [])
            if case not in held:
                held.append(case)
    for key, cases in sorted(found.items(), key=lambda each: -len(each[1])):
        told = Consequence("field", f"forms/{CASE_SCHEMA}", None, key[1])
        told.count("cases", cases, HOLDS_LOST if key[0].endswith("removed") else HOLDS_WRONG, field=titles[key])
        yield told


def _general(pointer: str) -> str:
    """The pointer without the places of rows."""
    return "/".join("*" if token.isdigit() else token for token in pointer.split("/"))


def of_application(ground: Ground) -> Iterator[Consequence]:
    """How often a complaint may go round."""
    old, new = ground.base.application.rounds, ground.target.application.rounds
    if old == new:
        return
    found = Consequence("rounds", FILE, None, "rounds")
    touched = [case for case in ground.cases if case.version.application.rounds != new]
    found.count("cases", touched, MORE_ROUNDS, old=old, new=new)
    found.say(N_("New complaints may go round {new} times instead of {old}."), old=old, new=new)
    yield found
