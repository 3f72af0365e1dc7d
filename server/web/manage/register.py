"""The register of complaints, newest first."""

from flask import Response, request, url_for

from server.domain.instance_states import STATES
from server.queries.complaint_list import complaint_list
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import page

PER_PAGE = 30


@needs("case.read")
def complaints() -> Response:
    state = request.args.get("state") if request.args.get("state") in STATES else None
    found = complaint_list(
        context(),
        actor(),
        language=language(),
        q=request.args.get("q", "").strip()[:100] or None,
        state=state,
        customer=request.args.get("customer") or None,
        limit=PER_PAGE,
        cursor=request.args.get("cursor"),
    )
    following = url_for("manage.complaints", **{**request.args.to_dict(), "cursor": found["next"]})
    return page(
        "manage/register.html",
        complaints=found["items"],
        state=state,
        states=STATES,
        filters={name: value for name, value in request.args.items() if name in ("q", "state", "customer") and value},
        next=following if found["next"] else None,
    )
