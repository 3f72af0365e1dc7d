"""What the codes of the check mean; findings in the editors lead here."""

from flask import Response

from server.i18n import N_
from server.queries.finding_codes import finding_codes
from server.web.access import needs
from server.web.person import actor, language
from server.web.replies import page

SEVERITIES = {"error": N_("Error"), "warning": N_("Warning"), "info": N_("Hint")}


@needs("definition.read")
def codes() -> Response:
    return page("design/codes.html", rooms=finding_codes(actor(), language()), severities=SEVERITIES)
