"""The list of tasks, the one whose promise breaks next on top; what is chosen stands in the address."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.groups import group_titles
from server.queries.requests import count_asked
from server.queries.saved_filters import saved_filters
from server.queries.task_choices import task_choices
from server.queries.task_filters import ORDERS, VIEWS, TaskFilter
from server.queries.task_list import task_page
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import page
from server.web.tasks.bulk import bulk_values
from server.web.texts import _

PER_PAGE = 30
KEPT = ("view", "order", "q", "number", "customer", "part", "order_no", "step", "level", "group")
"""Arguments of the address that say what is shown."""


@needs("task.work")
def listing() -> Response:
    given = asked_in(request.args)
    found, problem = _found(given)
    shown = {name: value for name, value in given.items() if name not in ("view", "order")}
    choices = task_choices(context(), language())
    return page(
        "tasks/list.html",
        200 if problem is None else status_of(problem),
        tasks=found["items"],
        view=given.get("view", VIEWS[0]),
        order=given.get("order", ORDERS[0]),
        given=given,
        narrowed=shown,
        chosen=_chosen(given, choices),
        problem=problem.text(language()) if problem is not None else "",
        groups=group_names(),
        choices=choices,
        levels_of=dict(choices["levels"]),
        saved=[one | {"link": link_to(one["asked"])} for one in saved_filters(context(), actor())],
        absent=[each.display_name for each in actor().stands_in],
        is_partial=found["is_partial"],
        next=_turn(given, "cursor", found["next"]),
        previous=_turn(given, "before", found["previous"]),
        is_first=not (request.args.get("cursor") or request.args.get("before")),
        link=lambda **changed: link_to({**given, **changed}),
        asked=count_asked(context(), actor()),
        **bulk_values(),
    )


def asked_in(args: Mapping[str, str]) -> dict[str, str]:
    """What of the address or of a form says what is shown; an unknown view, order or group is left out."""
    given = {name: args.get(name, "").strip() for name in KEPT}
    known = {"view": VIEWS, "order": ORDERS, "group": group_names()}
    return {name: value for name, value in given.items() if value and (name not in known or value in known[name])}


def link_to(asked: Mapping[str, str | None]) -> str:
    """The address of the list so narrowed."""
    kept: dict[str, Any] = {name: value for name, value in asked.items() if name in KEPT and value}
    return url_for("tasks.listing", **kept)


def _chosen(given: Mapping[str, str], choices: Mapping[str, Any]) -> list[dict[str, str]]:
    """What narrows the list, in words, each with the address of the list without it."""
    columns = choices["columns"]
    titles = {
        "number": _(N_("Complaint number")),
        "customer": _(N_("Customer")),
        "part": columns.get("part_no", _(N_("Part number"))),
        "order_no": columns.get("order_no", _(N_("Order number"))),
        "step": _(N_("Step")),
        "level": columns.get("level", _(N_("Level"))),
        "group": _(N_("Group")),
        "order": _(N_("Order")),
    }
    words = {
        "step": dict(choices["steps"]),
        "level": dict(choices["levels"]),
        "group": group_names(),
        "order": {"created": _(N_("Oldest first"))},
    }
    return [
        {
            "title": titles[name],
            "value": words.get(name, {}).get(value, value),
            "without": link_to({**given, name: None}),
        }
        for name, value in given.items()
        if name in titles and (name, value) != ("order", ORDERS[0])
    ]


def group_names() -> dict[str, str]:
    """Group key to its name in the reader's language."""
    return group_titles(context(), language())


def _found(given: Mapping[str, str]) -> tuple[dict[str, Any], Rejected | None]:
    """The page asked for; with a cursor that is none the first one, and why."""
    nothing: dict[str, Any] = {"items": [], "next": None, "previous": None, "is_partial": False}
    try:
        wanted = TaskFilter.read({"view": VIEWS[0], **given})
    except Rejected as problem:
        return nothing, problem
    where = {name: request.args.get(name) or None for name in ("cursor", "before")}
    try:
        return _page(wanted, **where), None
    except Rejected as problem:
        return _page(wanted), problem


def _page(wanted: TaskFilter, **where: str | None) -> dict[str, Any]:
    return task_page(context(), actor(), wanted, language=language(), limit=PER_PAGE, **where)


def _turn(given: Mapping[str, str], name: str, cursor: str | None) -> str | None:
    address: dict[str, Any] = {**given, name: cursor}
    return None if cursor is None else url_for("tasks.listing", **address)
