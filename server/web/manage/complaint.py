"""One complaint: where it stands, the way it took, what is known, what was written."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from server.commands.pause_clock import KINDS as PAUSE_KINDS
from server.domain.deadline_terms import PAUSE_REASONS
from server.domain.instance_states import STATES
from server.queries.case_cost import case_cost
from server.queries.case_timeline import KINDS
from server.queries.comments import comments
from server.queries.complaint_detail import complaint_detail
from server.queries.complaint_story import complaint_story
from server.queries.draft_detail import draft_list
from server.queries.instance_detail import instance_detail
from server.queries.task_list import task_list
from server.web import headers
from server.web.access import needs
from server.web.forms.spec import options_of
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.reading import sections_of
from server.web.replies import page
from server.web.tasks.listing import group_names

COMMENTS = 20
"""So many are on the page at once."""


@needs("case.read")
def complaint(number: str) -> Response:
    return complaint_page(number)


def complaint_page(number: str, status: int = 200, **more: Any) -> Response:
    """`more` brings back what was typed into one of the small forms (`opened`, `typed`, `problem`)."""
    headers.allow_style_attributes()
    case = complaint_detail(context(), actor(), number, language())
    kind = request.args.get("kind") if request.args.get("kind") in KINDS else None
    story = complaint_story(
        context(),
        actor(),
        number,
        language(),
        kind=kind,
        before=whole_number(request.args, "before"),
        process_id=request.args.get("process"),
    )
    tasks = task_list(context(), actor(), language=language(), case=number, limit=100)["items"]
    return page(
        "manage/complaint.html",
        status,
        case=case,
        tasks=tasks,
        waits=[step for step in case["steps"] if step["kind"] in ("job", "timer")],
        sections=sections_of(case["schema"], case["case"]),
        rounds=[one | {"sections": sections_of(case["schema"], one["values"])} for one in case["rounds"]],
        cost=case_cost(context(), actor(), number, language()),
        story=story["timeline"],
        kind=kind,
        kinds=KINDS,
        steps=story["steps"],
        diagram=story["diagram"],
        last=story["last"],
        files={file["id"]: file for file in case["files"]},
        groups=group_names(),
        states=STATES,
        pause_reasons=[(kind, PAUSE_REASONS[kind]) for kind in PAUSE_KINDS],
        referral_kinds=_referral_kinds(case["schema"]),
        drafts=_drafts(case["instance_id"]),
        once=secrets.token_hex(8),
        **said_about(number),
        **({"opened": "", "typed": {}, "problem": "", "problem_code": ""} | more),
    )


def said_about(number: str) -> dict[str, Any]:
    """Comments, from where the address says on, and where the next older ones stand."""
    cursor = request.args.get("said") or None
    said = comments(context(), actor(), number, language(), limit=COMMENTS, cursor=cursor)
    return {
        "comments": said["items"],
        "older_comments": older_comments(number, said["next"]),
        "older_than": cursor,
    }


def older_comments(number: str, cursor: str | None) -> str | None:
    """The address of the complaint with the next older comments; None without any."""
    return url_for("manage.complaint", number=number, said=cursor) + "#comments" if cursor else None


def _drafts(instance_id: str) -> list[dict[str, Any]] | None:
    """Drafts that the complaint can be put into as a recorded test; None for who may not."""
    if not actor().may("definition.edit"):
        return None
    key = instance_detail(context(), actor(), instance_id, language())["definition"]
    return [one for one in draft_list(context(), actor(), key) if one["state"] == "open"]


def _referral_kinds(schema: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """(value, label) of whom a complaint may be referred to, as the case file's schema has them."""
    referral = schema["properties"].get("referral", {})
    return options_of(referral.get("properties", {}).get("kind", {}))
