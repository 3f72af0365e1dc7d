"""The list of tasks, the one whose promise breaks next on top."""

from typing import Any

from flask import Response, request, url_for

from server.queries.groups import group_titles
from server.queries.requests import count_asked
from server.queries.task_list import task_list
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import page
from server.web.tasks.bulk import bulk_values

PER_PAGE = 30
VIEWS = ("groups", "mine", "all")


@needs("task.work")
def listing() -> Response:
    chosen = request.args.get("view", VIEWS[0])
    view = chosen if chosen in VIEWS else VIEWS[0]
    names = group_names()
    group = request.args.get("group") if request.args.get("group") in names else None
    found = task_list(
        context(),
        actor(),
        language=language(),
        group=group,
        q=request.args.get("q", "").strip()[:100] or None,
        assignee=actor().username if view == "mine" else None,
        mine=view == "groups",
        limit=PER_PAGE,
        cursor=request.args.get("cursor"),
    )
    following = _next(found)
    return page(
        "tasks/list.html",
        tasks=found["items"],
        view=view,
        group=group,
        groups=names,
        next=following,
        asked=count_asked(context(), actor()),
        **bulk_values(),
    )


def group_names() -> dict[str, str]:
    """Group key to its name in the reader's language."""
    return group_titles(context(), language())


def _next(found: dict[str, Any]) -> str | None:
    if not found["next"]:
        return None
    return url_for("tasks.listing", **{**request.args.to_dict(), "cursor": found["next"]})
