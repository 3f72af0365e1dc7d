"""The list of tasks, the one whose promise breaks next on top."""

from typing import Any

from flask import Response, request, url_for

from server.domain.texts import pick_line
from server.queries.task_list import task_list
from server.security.permissions import GROUPS
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import page

PER_PAGE = 30
VIEWS = ("groups", "mine", "all")


@needs("task.work")
def listing() -> Response:
    chosen = request.args.get("view", VIEWS[0])
    view = chosen if chosen in VIEWS else VIEWS[0]
    group = request.args.get("group") if request.args.get("group") in GROUPS else None
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
    return page("tasks/list.html", tasks=found["items"], view=view, group=group, groups=group_names(), next=following)


def group_names() -> dict[str, str]:
    """Group key to its name in the reader's language."""
    return {key: pick_line(title, language=language()) for key, title in GROUPS.items()}


def _next(found: dict[str, Any]) -> str | None:
    if not found["next"]:
        return None
    return url_for("tasks.listing", **{**request.args.to_dict(), "cursor": found["next"]})
