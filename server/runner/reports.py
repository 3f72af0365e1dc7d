"""Sends the reports that were ordered, from six in the morning of the day after their period."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import structlog
from sqlalchemy import select, update

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.send_report import ReportFile, SendReport
from server.documents.pdf import DocumentFailed
from server.domain.rejection import Rejected
from server.domain.report_period import KINDS, newest
from server.i18n import N_, translate
from server.persistence.models import ReportOrder
from server.queries.report import Report, report
from server.queries.report_file import MEDIA_TYPES, about, file_name, heading, report_file
from server.queries.sign_in import actor_of
from server.security.actor import Actor

log = structlog.get_logger(__name__)

BEGINS = timedelta(hours=6)
"""After midnight of the site: people read it when they come to work."""
_BODY = N_("Hello {name},\n\n{title} ({about}) is attached, as a workbook and to print. It can be read here:\n{link}\n")


def send_reports(context: Context) -> int:
    """Send what is due; returns how many. Of several periods that were missed the newest is sent."""
    today = (context.clock.now().astimezone(context.settings.zone) - BEGINS).date()
    sent = 0
    for order in _due(context, today):
        sent += _send(context, order, newest(order.kind, today).name)
    return sent


def _due(context: Context, today: date) -> list[Any]:
    names = {kind: newest(kind, today).name for kind in KINDS}
    columns = (ReportOrder.id, ReportOrder.kind, ReportOrder.application, ReportOrder.recipient_id)
    query = select(*columns, ReportOrder.sent_period).where(ReportOrder.ended_at.is_(None)).order_by(ReportOrder.id)
    with context.read() as connection:
        # Names of one kind sort as their periods do, and one ordered before six has the day's own name already.
        return [row for row in connection.execute(query) if row.sent_period < names[row.kind]]


def _send(context: Context, order: Any, period: str) -> bool:
    actor = actor_of(context, order.recipient_id)
    if actor is None or not actor.may("report.read"):
        _leave_out(context, order, period, "the recipient may not see reports any more")
        return False
    try:
        made = report(context, actor, actor.language, order.kind, period, {"application": order.application})
        files = [_kept(context, actor, made, kind) for kind in MEDIA_TYPES]
    except (Rejected, DocumentFailed) as trouble:
        _leave_out(context, order, period, str(trouble))
        return False
    words = {"name": actor.display_name, "title": heading(made), "about": about(made, actor.language)}
    link = f"{context.settings.public_url}/reports/{order.kind}/{period}?application={order.application}"
    command = SendReport(
        actor=SYSTEM,
        order_id=order.id,
        period=period,
        subject=f"{words['title']} · {made.application}",
        body=translate(_BODY, actor.language, **words, link=link),
        files=files,
    )
    return bool(context.execute(command).body["sent"])


def _kept(context: Context, actor: Actor, made: Report, kind: str) -> ReportFile:
    data = report_file(made, kind, actor.language, context.settings.zone, context.clock.now())
    sha256, size = context.files.put(BytesIO(data))
    return ReportFile(file_name(made, kind), MEDIA_TYPES[kind], sha256, size)


def _leave_out(context: Context, order: Any, period: str, why: str) -> None:
    log.warning("report not sent", order=order.id, period=period, why=why)
    same = (ReportOrder.id == order.id) & (ReportOrder.sent_period == order.sent_period)
    with context.database.write("leave_out_report") as connection:
        connection.execute(update(ReportOrder).where(same).values(sent_period=period))
