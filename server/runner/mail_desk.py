"""Sends what lies in the outbox; without an SMTP server mails stay on the mailbox page."""

from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row, select, update

from server.casework.context import Context
from server.casework.notice_mail import wants
from server.files.store import FileMissing
from server.mail.outbox import BadAddress, MailAttachment, OutgoingMail, compose
from server.mail.smtp import MailSender, PermanentMailError, TemporaryMailError
from server.persistence.models import Attachment, OutboxMail, UserAccount

log = structlog.get_logger(__name__)

# Longer than one conversation with the slowest server (mail.smtp.TIMEOUT for each of its steps).
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=2)
BATCH = 20


def send_due(context: Context, sender: MailSender) -> int:
    """Send what is due; returns how many were tried. Two processes never hold the same mail at once.

    A mail taken by the server may be sent again when the process dies before that is recorded; its Message-ID
    stays the same.
    """
    tried = 0
    while tried < BATCH and (row := _claim(context)) is not None:
        tried += 1
        if not _is_wanted(context, row):
            _record(context, row, state="dropped", error=None)
            continue
        try:
            sender.send(compose(_mail(context, row), context.settings.mail_from))
        except (PermanentMailError, BadAddress) as error:
            _record(context, row, state="failed", error=str(error))
        except TemporaryMailError as error:
            _retry(context, row, str(error))
        else:
            _record(context, row, state="sent", sent_at=context.clock.now(), error=None)
    return tried


def _claim(context: Context) -> Row[Any] | None:
    """The next mail that is due, ours for LEASE; one at a time, since a slow server would outlast a batch's."""
    now = context.clock.now()
    query = (
        select(OutboxMail)
        .where(OutboxMail.state == "queued", OutboxMail.run_at <= now)
        .order_by(OutboxMail.id)
        .limit(1)
    )
    with context.read() as connection:
        if connection.execute(query).first() is None:
            return None
    with context.database.write("claim_mails") as connection:
        row = connection.execute(query.with_for_update(skip_locked=True)).one_or_none()
        if row is not None:
            connection.execute(update(OutboxMail).where(OutboxMail.id == row.id).values(run_at=now + LEASE))
    return row


def _is_wanted(context: Context, row: Row[Any]) -> bool:
    """Whether the mail is no notice, or its receiver still works here and has not switched its kind off meanwhile."""
    if row.notice_to is None:
        return True
    query = select(UserAccount.is_active).where(UserAccount.id == row.notice_to)
    with context.read() as connection:
        is_active = bool(connection.execute(query).scalar_one())
        return is_active and wants(connection, context.settings, row.notice_to, row.notice_kind)


def _mail(context: Context, row: Row[Any]) -> OutgoingMail:
    query = select(Attachment).where(Attachment.id.in_(row.attachments))
    with context.read() as connection:
        found = {one.id: one for one in connection.execute(query)}
    try:
        files = [
            MailAttachment(one.name, one.media_type, context.files.path(one.sha256).read_bytes())
            for one in (found[file_id] for file_id in row.attachments)
        ]
    except (KeyError, FileMissing) as error:
        # Without this one mail whose file is gone would hold up all that come after it.
        raise PermanentMailError(f"an attachment is gone: {error}") from error
    return OutgoingMail(row.idempotency_key, row.recipient, row.subject, row.body, row.created_at, files)


def _retry(context: Context, row: Row[Any], error: str) -> None:
    attempts = row.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        _record(context, row, state="failed", error=error)
        return
    pause = min(timedelta(minutes=2**attempts), LONGEST_PAUSE)
    log.warning("mail not sent yet", mail=row.id, error=error, again_in=str(pause))
    _record(context, row, attempts=attempts, run_at=context.clock.now() + pause, error=error)


def _record(context: Context, row: Row[Any], **values: Any) -> None:
    with context.database.write("record_mail") as connection:
        connection.execute(update(OutboxMail).where(OutboxMail.id == row.id).values(**values))
