"""Where do the complaints of an application stand, how long, which promises are at risk, and what does it cost?"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.casework.step_counting import is_any_due
from server.domain.rejection import Rejected
from server.domain.stuck import AT_RISK_HOURS, Figures, total
from server.domain.texts import pick_line
from server.engine import DiagramRefused, Element
from server.i18n import N_
from server.persistence.models import ProcessApplication, StepRecord
from server.persistence.models.steps import STANDS
from server.queries.stuck_figures import Calendars, Spot, count_cases, figures
from server.queries.stuck_filters import Filters, sites_of
from server.security.actor import Actor


def where_stuck(
    context: Context, actor: Actor, key: str, filters: Filters, *, language: str, inside: str = ""
) -> dict[str, Any]:
    """Figures of every place of the application `key`, and of the drawing one stands in.

    `inside` names the call activities to look into (`a/b`), by default none: the main process. `"elements"` are the
    places of that drawing, most cases first; a call activity has the sum of all that is inside. `"beyond"` are places
    that the version in force does not draw there. Rejected `not_found.definition` or `not_found.part`.
    """
    actor.require("report.read")
    version = context.library.current(key)
    process = process_behind(version, inside)
    now = context.clock.now()
    with context.read() as connection:
        calendars = calendars_of(context, connection, actor)
        found = figures(connection, actor, key, filters, calendars, now)
        cases = None if filters.is_period else count_cases(connection, actor, key, filters)
        counting = is_any_due(connection)
        here, beyond = _placed(version, found, inside, process)
        names = _Names(context, connection, version, language)
        elements = [_element(names, spot, one, version) for spot, one in here.items()]
        others = [_element(names, spot, one, version) for spot, one in beyond.items()]
    everything = total(found.values())
    costs, languages = version.application.costs, version.application.languages
    return {
        "definition": key,
        "title": pick_line(version.application.title, language=language),
        "version": version.number,
        "process_id": process,
        "inside": inside,
        "language_index": languages.index(language) if language in languages else 0,
        "path": _way(version, inside, language),
        "currency": costs.currency if costs is not None else None,
        "at_risk_hours": AT_RISK_HOURS,
        "counting": counting,
        "totals": figures_json(everything) | ({} if cases is None else {"cases": cases}),
        "elements": sorted(elements, key=lambda one: (-one["cases"], -one["waiting_seconds"], one["element_id"])),
        "beyond": sorted(others, key=lambda one: (-one["cases"], -one["waiting_seconds"], one["element_id"])),
    }


def calendars_of(context: Context, connection: Connection, actor: Actor) -> Calendars:
    """The working time of each site whose cases the actor may see."""
    return {site: context.calendars.newest(site) for site, _name in sites_of(connection, actor)}


def process_behind(version: PublishedVersion, inside: str) -> str:
    """The process at the end of a way along call activities; Rejected `not_found.part` for no such way."""
    definition = version.definition
    process = definition.process_id
    for name in filter(None, inside.split("/")):
        element = definition.element(process, name) or _embedded(version, process, name)
        if element is None or element.called is None or element.called not in definition.drawings:
            raise Rejected("not_found.part", N_("The process has no part “{name}” to look into."), name=inside[:120])
        process = element.called
    return process


def _embedded(version: PublishedVersion, process: str, name: str) -> Element | None:
    found = version.definition.find(name)
    return found if found is not None and version.definition.process_of(found.process_id) == process else None


def _way(version: PublishedVersion, inside: str, language: str) -> list[dict[str, str]]:
    """The main process and each call activity looked into, with the way to it."""
    definition = version.definition
    main = pick_line(definition.drawings[definition.process_id].name, language=language)
    found = [{"inside": "", "name": main or pick_line(version.application.title, language=language)}]
    names = [name for name in inside.split("/") if name]
    for position, name in enumerate(names, 1):
        element = definition.find(name)
        told = pick_line(element.name, language=language) if element is not None else ""
        found.append({"inside": "/".join(names[:position]), "name": told or name})
    return found


def _placed(
    version: PublishedVersion, found: Mapping[Spot, Figures], inside: str, process: str
) -> tuple[dict[Spot, Figures], dict[Spot, Figures]]:
    """Figures of this drawing's places, call activities with their inside; and of places that are drawn no more."""
    drawn = {each.id for each in version.definition.elements.values() if _drawn_in(version, each) == process}
    here: dict[Spot, Figures] = {}
    beyond: dict[Spot, Figures] = {}
    prefix = f"{inside}/" if inside else ""
    for spot, one in found.items():
        if spot.path == inside and spot.element in drawn:
            place, target = Spot(inside, process, spot.element), here
        elif spot.path == inside:
            place, target = spot, beyond
        elif spot.path.startswith(prefix):
            call = spot.path[len(prefix) :].partition("/")[0]
            place, target = Spot(inside, process, call), here if call in drawn else beyond
        else:
            continue
        target.setdefault(place, Figures()).add(one)
    return here, beyond


def _drawn_in(version: PublishedVersion, element: Element) -> str:
    return version.definition.process_of(element.process_id)


class _Names:
    """What elements are called; those of earlier versions are asked of the newest version that stood there."""

    def __init__(self, context: Context, connection: Connection, version: PublishedVersion, language: str):
        self.context, self.connection, self.version, self.language = context, connection, version, language

    def of(self, spot: Spot) -> tuple[str, Element | None]:
        element = self._in(self.version, spot) or self._in(self._older(spot), spot)
        name = pick_line(element.name, language=self.language) if element is not None else ""
        return name or spot.element, element

    def _in(self, version: PublishedVersion | None, spot: Spot) -> Element | None:
        if version is None:
            return None
        found = version.definition.element(spot.process, spot.element)
        return found or version.definition.find(spot.element)

    def _older(self, spot: Spot) -> PublishedVersion | None:
        query = (
            select(StepRecord.version_id)
            .where(StepRecord.application == self.version.key, StepRecord.element_id == spot.element)
            .where(StepRecord.process_id == spot.process, STANDS)
            .where(StepRecord.ended_at.is_(None))
            .limit(1)
        )
        found = self.connection.execute(query).scalar_one_or_none()
        try:
            return None if found is None else self.context.library.version(found)
        except DiagramRefused:
            return None  # a version that today's engine does not read any more names nothing


def _element(names: _Names, spot: Spot, one: Figures, version: PublishedVersion) -> dict[str, Any]:
    name, element = names.of(spot)
    called = element.called if element is not None else None
    return {
        "element_id": spot.element,
        "process_id": spot.process,
        "inside": spot.path,
        "name": name,
        "kind": element.kind if element is not None else None,
        "group": element.group if element is not None else None,
        "calls": called if called in version.definition.drawings else None,
        **figures_json(one),
    }


def figures_json(one: Figures) -> dict[str, Any]:
    """As interfaces.md has them: seconds are working time."""
    return {
        "cases": one.cases,
        "steps": one.steps,
        "waiting_seconds": one.waiting,
        "mean_seconds": round(one.mean, 1),
        "longest_seconds": one.longest,
        "late": one.late,
        "due_soon": one.soon,
        "cost": round(one.cost, 2),
        "cost_of_hours": round(one.hours_cost, 2),
        "cost_of_items": round(one.items_cost, 2),
    }


def stuck_drawing(context: Context, actor: Actor, key: str, inside: str) -> bytes:
    """The XML of the drawing that `where_stuck` tells of; Rejected as there."""
    actor.require("report.read")
    version = context.library.current(key)
    return version.bundle[version.definition.drawings[process_behind(version, inside)].file]


def stuck_applications(context: Context, actor: Actor, language: str) -> list[dict[str, str]]:
    """Key and title of every application in which something may be stuck."""
    actor.require("report.read")
    query = select(ProcessApplication.key, ProcessApplication.title).where(
        ProcessApplication.current_version_id.is_not(None)
    )
    with context.read() as connection:
        rows = connection.execute(query.order_by(ProcessApplication.key)).all()
    return [{"key": row.key, "title": pick_line(row.title, language=language)} for row in rows]
