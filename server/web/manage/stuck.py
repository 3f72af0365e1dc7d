"""Where complaints are stuck: the live diagram as a heat map, the same as a table, and the complaints at one step."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.stuck_cases import stuck_cases
from server.queries.stuck_choices import stuck_choices
from server.queries.stuck_filters import Filters, read_filters
from server.queries.where_stuck import stuck_applications, stuck_drawing, where_stuck
from server.web import headers
from server.web.access import needs
from server.web.forms.spec import options_of
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import page
from server.web.times import work_span

PER_PAGE = 50
MODES = {
    "cases": (N_("Number of complaints"), "cases"),
    "waiting": (N_("Waiting time"), "waiting_seconds"),
    "risk": (N_("Promises at risk"), "at_risk"),
    "cost": (N_("Cost"), "cost"),
}
"""What the colours tell: title, and the figure of a place."""
SHADES = 5
SORTS = ("cases", "waiting_seconds", "mean_seconds", "longest_seconds", "late", "due_soon", "cost")
KEPT = ("definition", "inside", "mode", "sort", "customer", "part", "site", "level", "group", "person", "from", "to")
"""Arguments that a link of the page carries on."""


@needs("report.read")
def stuck() -> Response:
    applications = stuck_applications(context(), actor(), language())
    key = _key(applications)
    if key is None:
        return page("manage/stuck.html", applications=[], found=None)
    headers.allow_style_attributes()
    filters, problem = _filters()
    found = where_stuck(context(), actor(), key, filters, language=language(), inside=_argument("inside"))
    for one in (*found["elements"], *found["beyond"]):
        one["at_risk"] = one["late"] + one["due_soon"]
        one["link"] = _link("manage.stuck_step", element=one["element_id"], inside=one["inside"])
        one["into"] = _link("manage.stuck", inside=_way(one)) if one["calls"] else None
    mode = _argument("mode") if _argument("mode") in MODES else "cases"
    sort = _argument("sort") if _argument("sort") in SORTS else MODES[mode][1]
    sort = "late" if sort == "at_risk" else sort
    for name in ("elements", "beyond"):
        found[name].sort(key=lambda one: -one[sort])
    return page(
        "manage/stuck.html",
        200 if problem is None else status_of(problem),
        applications=applications,
        found=found,
        filters=filters,
        problem=problem.text(language()) if problem is not None else "",
        mode=mode,
        modes=MODES,
        sort=sort,
        marks=_marks(found, mode),
        link=_link,
        **_shown(key),
    )


@needs("report.read")
def stuck_step() -> Response:
    """The complaints at one step."""
    applications = stuck_applications(context(), actor(), language())
    key = _key(applications)
    if key is None:
        raise Rejected("not_found.definition", N_("No process application is published yet."))
    filters, problem = _filters()
    inside, element = _argument("inside"), _argument("element")
    found = where_stuck(context(), actor(), key, filters, language=language(), inside=inside)
    places = [one for one in (*found["elements"], *found["beyond"]) if one["element_id"] == element]
    cases = stuck_cases(
        context(),
        actor(),
        key,
        element,
        filters,
        language=language(),
        inside=inside,
        limit=PER_PAGE,
        cursor=_argument("cursor") or None,
    )
    more = _link("manage.stuck_step", element=element, cursor=cases["next"]) if cases["next"] else None
    return page(
        "manage/stuck_step.html",
        200 if problem is None else status_of(problem),
        found=found,
        filters=filters,
        place=places[0] if places else None,
        name=places[0]["name"] if places else element,
        cases=cases["items"],
        next=more,
        back=_link("manage.stuck"),
        problem=problem.text(language()) if problem is not None else "",
        **_shown(key),
    )


@needs("report.read")
def stuck_diagram() -> Response:
    xml = stuck_drawing(context(), actor(), _argument("definition"), _argument("inside"))
    reply = Response(xml, content_type="application/xml; charset=utf-8")
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _argument(name: str) -> str:
    return request.args.get(name, "").strip()[:400]


def _key(applications: list[dict[str, str]]) -> str | None:
    keys = [one["key"] for one in applications]
    wanted = _argument("definition")
    if wanted and wanted not in keys:
        raise Rejected("not_found.definition", N_("There is no process application “{key}”."), key=wanted[:64])
    return wanted or next(iter(keys), None)


def _filters() -> tuple[Filters, Rejected | None]:
    """What was asked for; without its period when that cannot be read, and then why."""
    try:
        return read_filters(request.args), None
    except Rejected as problem:
        return read_filters(
            {name: value for name, value in request.args.items() if name not in ("from", "to")}
        ), problem


def _link(endpoint: str, **changed: Any) -> str:
    """An address with all that is chosen here, and `changed` (None: without)."""
    kept = {name: _argument(name) for name in KEPT if _argument(name)}
    return url_for(endpoint, **{name: value for name, value in {**kept, **changed}.items() if value not in (None, "")})


def _way(one: Mapping[str, Any]) -> str:
    return f"{one['inside']}/{one['element_id']}" if one["inside"] else str(one["element_id"])


def _shown(key: str) -> dict[str, Any]:
    choices = stuck_choices(context(), actor(), key, language())
    levels = [(str(value), title) for value, title in options_of(choices["level"] or {})]
    return {"choices": choices, "levels": levels}


def _marks(found: Mapping[str, Any], mode: str) -> dict[str, Any]:
    """What the drawing shows at each place: its shade, the figure in words, and where a click leads."""
    name = MODES[mode][1]
    hottest = max((one[name] for one in found["elements"]), default=0)
    heat = {}
    for one in found["elements"]:
        value = one[name]
        shade = -(-SHADES * value // hottest) if hottest and value > 0 else 0
        heat[one["element_id"]] = {
            "shade": int(shade),
            "text": _figure(mode, value),
            "href": one["into"] or one["link"],
        }
    first = max(found["elements"], key=lambda one: one[name], default=None)
    return {"heat": heat, "focus": first["element_id"] if first is not None and hottest else None}


def _figure(mode: str, value: float) -> str:
    if mode == "waiting":
        return work_span(value, language())
    return f"{value:,.0f}"
