"""The rehearsal of a draft or a version: begun, watched, and told where cases go on whose step or field is gone."""

from typing import Any

from flask import Response, request, url_for

from server.commands.start_rehearsal import StartRehearsal
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.draft_detail import draft_detail
from server.queries.rehearsal_report import latest_rehearsal, rehearsal_report
from server.web.access import needs
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import page, run, see_other

VERDICTS = {
    "safe": (N_("safe"), N_("Tried on a copy and run to its next step: it can be moved as it is.")),
    "needs_mapping": (N_("without a place to go on"), N_("They stand at or hold what the new version does not have.")),
    "stuck": (N_("would be stuck"), N_("They would not get past the next step, or their form is missing.")),
    "unsure": (N_("unsure"), N_("Something fails in their own version and in the new one alike.")),
}


@needs("definition.migrate")
def of_draft(draft_id: int) -> Response:
    return _of_draft(draft_id)


@needs("definition.migrate")
def begin_draft(draft_id: int) -> Response:
    _answer, refusal = run(StartRehearsal(actor=actor(), draft_id=draft_id, mapping=chosen_mapping()))
    if refusal is not None:
        return _of_draft(draft_id, refusal)
    return see_other(url_for("design.rehearsal", draft_id=draft_id))


@needs("definition.migrate")
def of_version(key: str, version: int) -> Response:
    return _of_version(key, version)


@needs("definition.migrate")
def begin_version(key: str, version: int) -> Response:
    _answer, refusal = run(StartRehearsal(actor=actor(), key=key, to=version, mapping=chosen_mapping()))
    if refusal is not None:
        return _of_version(key, version, refusal)
    return see_other(url_for("design.version_rehearsal", key=key, version=version))


def chosen_mapping() -> dict[str, str]:
    """Pairs of the form: `old` and `new` in the same order; what is left empty is not mapped."""
    pairs = zip(request.form.getlist("old"), request.form.getlist("new"), strict=False)
    return {old: new.strip() for old, new in pairs if old and new.strip()}


def _of_draft(draft_id: int, refusal: Rejected | None = None) -> Response:
    draft = draft_detail(context(), actor(), draft_id)
    run_id = latest_rehearsal(context(), actor(), draft_id=draft_id)
    here = url_for("design.rehearsal", draft_id=draft_id)
    return _page(run_id, refusal, here, draft=draft, key=draft["key"], version=None)


def _of_version(key: str, version: int, refusal: Rejected | None = None) -> Response:
    run_id = latest_rehearsal(context(), actor(), key=key, number=version)
    here = url_for("design.version_rehearsal", key=key, version=version)
    return _page(run_id, refusal, here, draft=None, key=key, version=version)


def _page(run_id: int | None, refusal: Rejected | None, here: str, **more: Any) -> Response:
    verdict = request.args.get("verdict")
    found = None
    if run_id is not None:
        found = rehearsal_report(
            context(), actor(), run_id, language(),
            verdict=verdict if verdict in VERDICTS else None, after=whole_number(request.args, "after") or 0,
        )  # fmt: skip
    return page(
        "design/rehearsal.html",
        200 if refusal is None else status_of(refusal),
        run=found,
        here=here,
        verdicts=VERDICTS,
        verdict=verdict,
        problem="" if refusal is None else refusal.text(language()),
        **more,
    )
