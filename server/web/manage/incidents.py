"""The repair desk: what failed by cause, one cause with its cases, and trying one again."""

from typing import Any

from flask import Response, request, url_for

from server.casework.repairing import ACTIONS
from server.commands.retry_incident import RetryIncident
from server.domain.rejection import Rejected
from server.i18n import N_, translate
from server.queries.incident_groups import Filters, incident_group, incident_groups
from server.queries.repair_runs import repair_runs
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.refusals import status_of
from server.web.replies import done, page, run, see_other

PER_PAGE = 100
AGES = {1: N_("for an hour or longer"), 24: N_("for a day or longer"), 168: N_("for a week or longer")}
TRIED = {
    "retrying": N_("The step is being tried again. The incident closes when it has succeeded."),
    "resolved": N_("The step has succeeded."),
    "obsolete": N_("The complaint had left this step already; there was nothing to try again."),
}


@needs("incident.repair")
def incidents() -> Response:
    wanted = {name: request.args.get(name) or None for name in ("application", "topic")}
    numbers = {name: request.args.get(name, "") for name in ("version", "older")}
    whole = {name: int(text) if text.isdecimal() and len(text) < 9 else None for name, text in numbers.items()}
    found = incident_groups(context(), actor(), language(), Filters(**wanted, **whole))  # type: ignore[arg-type]
    filtered = any((*wanted.values(), *(value is not None for value in whole.values())))
    return page(
        "manage/incidents.html",
        groups=found["items"],
        choices=found["choices"],
        chosen=wanted | whole,
        ages=AGES,
        filtered=filtered,
        runs=_runs(None)[:10],
    )


@needs("incident.repair")
def incident_page(group: str) -> Response:
    return group_page(group)


def group_page(group: str, status: int = 200, problem: str = "") -> Response:
    """The page of one cause; `problem` says why what was just asked for was refused."""
    cursor = request.args.get("after", "")
    after = int(cursor) if cursor.isdecimal() and len(cursor) < 18 else 0
    found = incident_group(context(), actor(), group, language(), limit=PER_PAGE, after=after)
    return page(
        "manage/incident_group.html",
        status,
        group=found,
        problem=problem,
        actions=permitted(found["kind"]),
        runs=_runs(group),
        next_open=next((row for row in found["items"] if row["state"] == "open" and not row["suspended"]), None),
    )


def permitted(kind: str) -> list[tuple[str, str]]:
    """(name, title) of the repairs that the person may order; a fault of the diagram has no job to skip."""
    return [
        (name, action.title)
        for name, action in ACTIONS.items()
        if actor().may(action.permission) and (kind == "job" or name != "skip")
    ]


def _runs(group: str | None) -> list[dict[str, Any]]:
    """Repairs of many with the title of what was ordered."""
    found = repair_runs(context(), actor(), group)["items"]
    return [one | {"title": title_of(one["action"])} for one in found]


def title_of(action: str) -> str:
    """What the action is called on buttons, in the reader's language."""
    return translate(ACTIONS[action].title, language())


@needs("incident.repair")
def retry(incident_id: int) -> Response:
    group = request.form.get("group", "")
    told, refusal = run(RetryIncident(actor=actor(), incident_id=incident_id))
    if refusal is not None and refusal.code.startswith(("not_found", "forbidden")):
        raise refusal
    known = len(group) == 16 and group.isalnum()
    if refusal is not None:
        problem = refusal.text(language())
        return _again(group if known else "", status_of(refusal), problem)
    tell(told)
    return see_other(url_for("manage.incident_page", group=group) if known else url_for("manage.incidents"))


def tell(told: dict[str, Any]) -> None:
    """A sentence on the next page: how trying again went, or that it is under way."""
    if told["state"] == "open":
        done(N_("It was tried again and failed again: {error}"), category="warning", error=told["error"])
    elif told.get("outcome") == "way_free":
        done(N_("Nothing is in the way any more. The incident closes when the step has been completed again."))
    else:
        done(TRIED[told["state"]])


def _again(group: str, status: int, problem: str) -> Response:
    try:
        return group_page(group, status, problem)
    except Rejected:
        return page("manage/incident_gone.html", status, problem=problem)
