"""An outbox row becomes a message with the same headers each time, so that sending it twice can be recognised."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from server.domain.mail_address import mail_address

LONGEST_SUBJECT = 200


class BadAddress(ValueError):
    """Sender or recipient is no mail address; another attempt changes nothing."""


@dataclass(frozen=True)
class MailAttachment:
    """A file to go with a mail; `name` in any language."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class OutgoingMail:
    """An outbox row with the bytes of its attachments; `created_at` is aware UTC."""

    idempotency_key: str
    recipient: str
    subject: str
    body: str
    created_at: datetime
    attachments: Sequence[MailAttachment] = ()


def compose(mail: OutgoingMail, sender: str) -> EmailMessage:
    """Message for `mail`; `sender` is "Name <address>" or an address. Raises `BadAddress`.

    Names and texts are data: line breaks and control characters never reach a header.
    """
    sent_from = _sender(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = sent_from
    message["To"] = _recipient(mail.recipient)
    message["Subject"] = one_line(mail.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = message_id(mail.idempotency_key, sent_from.domain)
    # RFC 3834: keeps out-of-office robots from answering, and us from answering theirs.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_body(mail.body))
    for attachment in mail.attachments:
        kind, _, subtype = attachment.media_type.partition("/")
        if kind in ("message", "multipart", "text"):  # as bytes they arrive as they were stored
            kind, subtype = "application", "octet-stream"
        message.add_attachment(attachment.data, kind, subtype, filename=one_line(attachment.name))
    return message


def message_id(idempotency_key: str, domain: str) -> str:
    """RFC 5322 Message-ID, the same for every attempt at the same mail."""
    return f"<{hashlib.sha256(idempotency_key.encode()).hexdigest()[:40]}@{domain}>"


def one_line(text: str) -> str:
    """`text` without line breaks and control characters (header injection)."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _body(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _sender(sender: str) -> Address:
    name, address = parseaddr(sender)
    found = mail_address(address)
    if found is None:
        raise BadAddress("the sender is no mail address; set one like Quality <quality@example.com>")
    return _address(found, one_line(name))


def _recipient(recipient: str) -> Address:
    found = mail_address(recipient)
    if found is None:
        raise BadAddress(f"{one_line(recipient)[:100]!r} is no mail address")
    return _address(found, "")


def _address(address: str, name: str) -> Address:
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        raise BadAddress(f"{domain[:100]!r} is no domain") from None
    return Address(display_name=name, username=local, domain=ascii_domain)
