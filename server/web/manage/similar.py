"""Complaints that were about the same thing; a page of its own, of which others fetch the list when it is opened."""

from flask import Response

from server.domain.instance_states import STATES
from server.queries.similar_cases import similar_cases
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import page


@needs("case.read")
def similar(number: str) -> Response:
    found = similar_cases(context(), actor(), number, language())
    return page("manage/similar.html", number=number, similar=found, states=STATES)
