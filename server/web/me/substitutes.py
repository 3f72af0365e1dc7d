"""Who stands in for oneself, for whom one stands in, and for one's people."""

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from flask import Response, request, url_for

from server.commands.end_substitution import EndSubstitution
from server.commands.name_substitute import NameSubstitute
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.colleagues import colleagues
from server.queries.substitutions import absent_people, substitutions
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import act, command_id, done, page, run, see_other
from server.web.tasks.listing import group_names


@needs("task.work")
def show() -> Response:
    return _page()


@needs("task.work")
def name() -> Response:
    typed = request.form
    try:
        first, last = _day(typed.get("first", ""), "/first"), _day(typed.get("last", ""), "/last")
    except Rejected as wrong:
        return _page(status_of(wrong), problem=wrong.text(language()), typed=typed)
    groups = tuple(typed.getlist("groups"))
    absent, substitute, reason = typed.get("absent", ""), typed.get("substitute", ""), typed.get("reason", "")
    command = NameSubstitute(
        actor=actor(),
        command_id=command_id("substitute", absent, substitute, str(first), str(last), groups, reason),
        absent=absent or actor().username,
        substitute=substitute,
        starts_at=first,
        ends_at=last + timedelta(days=1),
        groups=groups,
        reason=reason,
    )
    _answer, refusal = run(command)
    if refusal is not None:
        return _page(status_of(refusal), problem=refusal.text(language()), typed=typed)
    done(N_("The substitute is named."))
    return see_other(url_for("me.substitutes"))


@needs("task.work")
def end(substitution_id: int) -> Response:
    command = EndSubstitution(actor=actor(), substitution_id=substitution_id)
    return act(command, N_("From now on nobody stands in."), url_for("me.substitutes"))


def _day(text: str, field: str) -> datetime:
    """The beginning of that day at the site."""
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        raise Rejected("form.moment", N_("Choose the first and the last day."), field=field) from None
    return datetime.combine(day, time(), context().settings.zone)


def _page(status: int = 200, **more: Any) -> Response:
    values = {
        "items": substitutions(context(), actor()),
        "absent": absent_people(context(), actor()),
        "colleagues": colleagues(context(), actor()),
        "groups": group_names(),
        "once": secrets.token_hex(8),
        "problem": "",
        "typed": {},
    }
    return page("me/substitutes.html", status, **(values | more))
