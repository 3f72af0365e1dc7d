"""A complaint as it stood at a moment of its past."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Response, request

from server.domain.instance_states import STATES
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.case_at import case_at
from server.queries.complaint_detail import complaint_detail
from server.web import headers
from server.web.access import needs
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.reading import sections_of
from server.web.replies import page


@needs("case.read")
def past(number: str) -> Response:
    """`seq` is the number of an event, `at` a moment on the wall clock of the site or an RFC 3339 time."""
    headers.allow_style_attributes()
    seq, at = whole_number(request.args, "seq"), None
    if seq is None and request.args.get("at", "").strip():
        at = wall_time(request.args["at"].strip())
    moment = case_at(context(), actor(), number, language(), seq=seq, at=at, process_id=request.args.get("process"))
    now = complaint_detail(context(), actor(), number, language())
    return page(
        "manage/past.html",
        moment=moment,
        version_now=now["version"],
        sections=sections_of(moment["schema"], moment["case"]),
        rounds=[one | {"sections": sections_of(moment["schema"], one["values"])} for one in moment["rounds"]],
        changed=touched(change["pointer"] for event in moment["events"] for change in event["changes"]),
        files={file["id"]: file for file in now["files"]},
        states=STATES,
    )


def touched(pointers: Iterable[str]) -> set[str]:
    """The pointers, and those of everything around them."""
    found: set[str] = set()
    for pointer in pointers:
        steps = pointer.split("/")
        found |= {"/".join(steps[: count + 1]) for count in range(1, len(steps))}
    return found


def wall_time(text: str) -> datetime:
    """The last microsecond written so; without an offset on the site's wall clock. Raises Rejected `malformed.time`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Rejected(
            "malformed.time", N_("“{text}” is no time. Write it like 2026-03-01 09:30."), text=text[:60]
        ) from None
    finest: dict[str, Any] = {"microsecond": 999_999} if moment.microsecond == 0 else {}
    if moment.second == 0 and text.count(":") == 1:
        finest["second"] = 59
    moment = moment.replace(**finest)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=context().settings.zone)
