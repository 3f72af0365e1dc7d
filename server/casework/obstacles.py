"""Why a case cannot go on in another version, and what would help: for programs and in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from server.domain.texts import Label, pick_line
from server.engine import Element, MigrationRefused, ProcessDefinition
from server.i18n import N_, translate

Verdict = Literal["safe", "needs_mapping", "stuck", "unsure"]
WORST: tuple[Verdict, ...] = ("stuck", "needs_mapping", "unsure")

BORDER = "migration.boundary_changed"

# What the engine refuses because it does not know where the case should go on; the rest would not go on at all.
_TO_MAP = frozenset(
    {
        "migration.element_removed",
        "migration.kind_changed",
        "migration.called_process",
        "migration.boundary_changed",
        "migration.loop_changed",
        "migration.other_process",
    }
)


@dataclass(frozen=True)
class Obstacle:
    """One reason. message: an English msgid; elements: (id, name in all languages) of what it is about, its {elements}.

    candidates: where the case could go on instead; pointer: the field of the case file it is about.
    """

    code: str
    verdict: Verdict
    message: str
    elements: tuple[tuple[str, str], ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    candidates: tuple[tuple[str, str], ...] = ()
    pointer: str | None = None

    def text(self, language: str) -> str:
        """The sentence in `language`; elements are told by name."""
        named = ", ".join(f"“{pick_line(name, language=language) or key}”" for key, name in self.elements)
        return translate(self.message, language, **{**self.params, "elements": named})

    def to_json(self, language: str) -> dict[str, Any]:
        """As `kesu rehearse --json` prints it."""
        shown: dict[str, Any] = {
            "code": self.code,
            "message": self.text(language),
            "elements": [key for key, _name in self.elements],
        }
        if self.candidates:
            shown["candidates"] = [
                {"element_id": key, "name": pick_line(name, language=language) or key} for key, name in self.candidates
            ]
        if self.pointer is not None:
            shown["field"] = self.pointer
        return shown

    def keep(self) -> dict[str, Any]:
        """For the database, without a language; `kept` reads it."""
        params = {name: _kept_param(value) for name, value in self.params.items()}
        return {
            "code": self.code,
            "verdict": self.verdict,
            "message": self.message,
            "elements": [list(each) for each in self.elements],
            "params": params,
            "candidates": [list(each) for each in self.candidates],
            "pointer": self.pointer,
        }


def kept(row: Mapping[str, Any]) -> Obstacle:
    """An obstacle as `keep` wrote it."""
    params = {name: Label(tuple(value)) if isinstance(value, list) else value for name, value in row["params"].items()}
    elements, candidates = (tuple((key, name) for key, name in row[many]) for many in ("elements", "candidates"))
    return Obstacle(row["code"], row["verdict"], row["message"], elements, params, candidates, row["pointer"])


def _kept_param(value: Any) -> Any:
    return list(value.parts) if isinstance(value, Label) else value if isinstance(value, int) else str(value)


def verdict(found: list[Obstacle]) -> Verdict:
    """The worst of all; without an obstacle a case is safe."""
    said = {obstacle.verdict for obstacle in found}
    return next((each for each in WORST if each in said), "safe")


def gone(element: Element | None, element_id: str, others: list[Element]) -> Obstacle:
    """The case stands at an element that the new version does not have."""
    return Obstacle(
        "migration.element_removed",
        "needs_mapping",
        N_("The new version has no {elements} any more, and the case is there."),
        ((element_id, element.name if element else ""),),
        candidates=tuple((each.id, each.name) for each in others[:5]),
    )


def does_not_run(why: str) -> Obstacle:
    """It fails somewhere nobody can name."""
    message = N_("The case does not run in the new version: {reason}")
    return Obstacle("migration.does_not_run", "stuck", message, params={"reason": why[:500]})


def refused(refusal: MigrationRefused, *versions: ProcessDefinition) -> Obstacle:
    """What the engine says."""
    named = tuple((key, name_of(key, *versions)) for key in refusal.elements)
    if refusal.code == BORDER:
        return other_border(*next(pair for pair in (*_activities(refusal, *versions), *named)))
    mapping = refusal.code in _TO_MAP
    params = {name: value for name, value in refusal.params.items() if name != "elements"}
    return Obstacle(refusal.code, "needs_mapping" if mapping else "stuck", refusal.message, named, params)


def other_border(element_id: str, name: str) -> Obstacle:
    """An activity under way has other boundary events; mapped to itself it goes on, and they begin anew."""
    message = N_("{elements} is under way and has other boundary events in the new version.")
    element = (element_id, name)
    return Obstacle(BORDER, "needs_mapping", message, (element,), candidates=(element,))


def _activities(refusal: MigrationRefused, *versions: ProcessDefinition) -> list[tuple[str, str]]:
    """What boundary events sit on, or the activities that are named themselves."""
    found = [element for key in refusal.elements for version in versions if (element := version.find(key))]
    ids = list(dict.fromkeys(element.attached_to or element.id for element in found))
    return [(key, name_of(key, *versions)) for key in ids]


def name_of(element_id: str, *versions: ProcessDefinition) -> str:
    """The name of an element in the first of the versions that has it."""
    found = [element for version in versions if (element := version.find(element_id)) is not None]
    return found[0].name if found else ""


def field_lost(pointer: str, title: Label | str) -> Obstacle:
    """The case has filled a field that the new version does not have."""
    message = N_("The new version has no field {field} any more, and the case has filled it.")
    return Obstacle("migration.field_removed", "needs_mapping", message, params={"field": title}, pointer=pointer)


def field_changed(pointer: str, title: Label | str) -> Obstacle:
    """What the case holds is no value of the field in the new version."""
    message = N_("What the case holds in the field {field} is no value of it in the new version.")
    return Obstacle("migration.field_changed", "needs_mapping", message, params={"field": title}, pointer=pointer)


def field_taken(pointer: str) -> Obstacle:
    """What is moved to a field would overwrite what the case has there."""
    message = N_("The case has filled the field {field} already; nothing can be moved there.")
    return Obstacle("migration.field_taken", "needs_mapping", message, params={"field": pointer}, pointer=pointer)


def draft_misfit(element: tuple[str, str]) -> Obstacle:
    """A draft that the new version's form could not take any more, though the old one can."""
    message = N_("The draft of {elements} holds what its form does not have in the new version.")
    return Obstacle("migration.draft", "needs_mapping", message, (element,))
