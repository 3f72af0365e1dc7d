"""What leaves the house: the register as a table, and what happened as a process log (XES)."""

from flask import Response, request

from server.documents.xes import MEDIA_TYPE, extension
from server.domain.instance_states import STATES
from server.i18n import N_, translate
from server.queries.complaint_list import RegisterFilter
from server.queries.definition_list import definition_list
from server.queries.event_log import LogWish, event_log, own_address, own_attributes
from server.queries.register_export import RegisterTable, register_export
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import download, page
from server.web.streams import csv_file, day_begins, xes_file, xlsx_file

REGISTER = N_("Complaints")


@needs("case.read")
def register_csv() -> Response:
    """The register with the page's filters."""
    found = _register()
    return csv_file(_name("complaints"), found.titles, found.rows, language())


@needs("case.read")
def register_xlsx() -> Response:
    """The register with the page's filters."""
    found, title = _register(), translate(REGISTER, language())
    return xlsx_file(_name("complaints"), title, found.titles, found.rows, language())


@needs("report.read")
def exports() -> Response:
    applications = definition_list(context(), actor(), language())["items"]
    return page("manage/exports.html", applications=[one for one in applications if one["version"]], states=STATES)


@needs("report.read")
def event_log_xes(key: str) -> Response:
    log = event_log(
        context(),
        actor(),
        LogWish(
            key=key,
            language=language(),
            since=day_begins("from", request.args.get("from")),
            until=day_begins("until", request.args.get("until"), after=1),
            pseudonyms="names" not in request.args,
        ),
    )
    return xes_file(_name(key), log)


@needs("report.read")
def own_extension(key: str) -> Response:
    """What the attributes of the log with our prefix mean, as XES describes such."""
    attributes = own_attributes(context(), actor(), key)
    return download(extension(own_address(context(), key), *attributes), "kesu.xesext", MEDIA_TYPE)


def _register() -> RegisterTable:
    args = request.args
    wanted = RegisterFilter(
        q=args.get("q", "").strip()[:100] or None,
        state=args.get("state") if args.get("state") in STATES else None,
        customer=args.get("customer") or None,
    )
    return register_export(context(), actor(), wanted, language())


def _name(what: str) -> str:
    """With the day, so that two downloads are told apart."""
    return f"{what}-{context().clock.now().astimezone(context().settings.zone).date().isoformat()}"
