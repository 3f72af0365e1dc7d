"""The reports of a week, a month or a year: to read, to keep, to be sent."""

from typing import Any

from flask import Response, request, url_for

from server.commands.end_report_order import EndReportOrder
from server.commands.order_report import OrderReport
from server.domain.rejection import Rejected
from server.domain.report_period import KINDS
from server.i18n import N_
from server.queries.analysis.words import words_of
from server.queries.report import Report, report
from server.queries.report_file import MEDIA_TYPES, about, file_name, report_file
from server.queries.report_orders import report_orders, report_readers
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.replies import act, download, page
from server.web.texts import _


@needs("report.read")
def reports() -> Response:
    return _page("weekly", None)


@needs("report.read")
def report_kind(report: str) -> Response:
    return _page(report, request.args.get("period") or None)


@needs("report.read")
def report_page(report: str, period: str) -> Response:
    return _page(report, period)


@needs("report.read")
def report_download(report: str, period: str, kind: str) -> Response:
    """The whole report as a file."""
    if kind not in MEDIA_TYPES:
        raise Rejected("not_found.page", N_("There is nothing at this address."))
    made = _made(report, period)
    data = report_file(made, kind, language(), context().settings.zone, context().clock.now())
    return download(data, file_name(made, kind), MEDIA_TYPES[kind])


@needs("report.read")
def order() -> Response:
    form = request.form
    command = OrderReport(
        actor=actor(),
        kind=form.get("kind", ""),
        application=form.get("application", ""),
        recipient=form.get("recipient", ""),
    )
    return act(command, N_("It is sent from now on, on the morning after each end."), url_for("manage.reports"))


@needs("report.read")
def end_order(order_id: int) -> Response:
    return act(EndReportOrder(actor=actor(), order_id=order_id), N_("It is sent no more."), url_for("manage.reports"))


def _made(kind: str, period: str | None) -> Report:
    return report(context(), actor(), language(), kind, period, request.args)


def _page(kind: str, period: str | None) -> Response:
    made = _made(kind, period)
    return page(
        "manage/report.html",
        report=made,
        about=about(made, language()),
        kind=kind,
        kinds=[(key, _(title), _address(key)) for key, title in KINDS.items()],
        before=_address(kind, made.period.before().name),
        after=_address(kind, made.period.after().name) if made.over else None,
        files={ending: _address(kind, made.period.name, ending) for ending in MEDIA_TYPES},
        applications=sorted(context().library.keys()),
        application=made.key,
        sites=sorted(actor().sites),
        words_of=words_of,
        orders=report_orders(context(), actor()),
        readers=report_readers(context(), actor()),
        titles={key: _(title) for key, title in KINDS.items()},
    )


def _address(kind: str, period: str | None = None, ending: str | None = None) -> str:
    args: dict[str, Any] = {key: request.args[key] for key in ("application", "site") if request.args.get(key)}
    if ending is not None:
        return url_for("manage.report_file", report=kind, period=period, kind=ending, **args)
    if period is not None:
        return url_for("manage.report_page", report=kind, period=period, **args)
    return url_for("manage.report_kind", report=kind, **args)
