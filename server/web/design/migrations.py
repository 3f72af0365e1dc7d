"""Bringing open complaints to a version: chosen, confirmed, watched, taken back."""

from typing import Any

from flask import Response, request, url_for

from server.commands.start_migration import StartMigration
from server.commands.undo_migration import UndoMigration
from server.commands.undo_run import UndoRun
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.migration_runs import migration_run
from server.queries.rehearsal_report import rehearsal_report, rehearsed_numbers
from server.web.access import needs
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.replies import act, done, page, run, see_other

STATES = {
    "waiting": N_("not done yet"),
    "migrated": N_("moved"),
    "refused": N_("stay in their version"),
    "passed": N_("nothing to do"),
    "undone": N_("taken back"),
}
CHOICES: dict[str, tuple[str, ...]] = {"safe": ("safe",), "unsure": ("safe", "unsure")}
SHOWN = 200


@needs("definition.migrate")
def move(key: str, version: int) -> Response:
    """Asks first how many; with `confirmed` the run is ordered. The rehearsal's mapping goes with it."""
    run_id = whole_number(request.form, "rehearsal") or 0
    found = rehearsal_report(context(), actor(), run_id, language())
    if found["key"] != key:
        raise Rejected("not_found.rehearsal", N_("There is no such rehearsal."))
    choice = request.form.get("choice", "")
    numbers = request.form.getlist("number")
    if choice in CHOICES:
        numbers = rehearsed_numbers(context(), actor(), run_id, CHOICES[choice])
    problem = "" if numbers else N_("Nobody is chosen. Choose all safe ones, or some of the list.")
    if numbers and "confirmed" in request.form:
        command = StartMigration(actor=actor(), key=key, to=version, instances=tuple(numbers), mapping=found["mapping"])
        answer, refusal = run(command)
        if refusal is None:
            done(N_("The complaints are being moved, one after the other."))
            return see_other(url_for("design.migration", key=key, run_id=answer["id"]))
        return _confirm(key, version, found, choice, numbers, refusal.text(language()), 422)
    return _confirm(key, version, found, choice, numbers, problem, 422 if problem else 200)


def _confirm(
    key: str, version: int, found: dict[str, Any], choice: str, numbers: list[str], problem: str, status: int
) -> Response:
    return page(
        "design/migrate.html",
        status,
        key=key,
        version=version,
        run=found,
        choice=choice,
        numbers=numbers,
        problem=problem,
    )


@needs("definition.migrate")
def migration(key: str, run_id: int) -> Response:
    state = request.args.get("state")
    found = migration_run(
        context(), actor(), key, run_id, language(),
        limit=SHOWN, after=whole_number(request.args, "after") or 0, state=state if state in STATES else None,
    )  # fmt: skip
    return page("design/migration.html", key=key, run=found, states=STATES, state=state)


@needs("definition.migrate")
def undo(key: str, run_id: int, step: int) -> Response:
    command = UndoMigration(actor=actor(), step_id=step, key=key)
    return act(
        command, N_("The complaint is back in its version."), url_for("design.migration", key=key, run_id=run_id)
    )


@needs("definition.migrate")
def undo_all(key: str, run_id: int) -> Response:
    command = UndoRun(actor=actor(), key=key, run_id=run_id)
    sentence = N_("What has not moved on is being taken back.")
    return act(command, sentence, url_for("design.migration", key=key, run_id=run_id))
