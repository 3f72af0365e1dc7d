"""Composing: any text becomes a message, none becomes a header of its own."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.mail_address import mail_address
from server.mail.outbox import BadAddress, MailAttachment, OutgoingMail, compose

MAIL = OutgoingMail(
    idempotency_key="job-1:mail-1",
    recipient="wang@example.com",
    subject="投诉 KS-2026-0001 已收到",
    body="王女士，您好！\r\n我们已收到您的投诉。\n",
    created_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
    attachments=[MailAttachment("8D 报告.pdf", "application/pdf", b"%PDF-1.7 ...")],
)
SENDER = "品质部 <quality@factory.example>"


def sent(mail: OutgoingMail, sender: str = SENDER) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(compose(mail, sender).as_bytes(), policy=default))


def text_of(message: EmailMessage) -> str:
    body = message.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_mail_arrives_as_it_was_written() -> None:
    message = sent(MAIL)
    assert message["subject"] == "投诉 KS-2026-0001 已收到"
    assert message["from"] == "品质部 <quality@factory.example>"
    assert message["to"] == "wang@example.com"
    assert message["date"].datetime == MAIL.created_at
    assert message["auto-submitted"] == "auto-generated"
    assert text_of(message) == "王女士，您好！\n我们已收到您的投诉。\n"
    [attachment] = message.iter_attachments()
    assert attachment.get_filename() == "8D 报告.pdf"
    assert attachment.get_content() == b"%PDF-1.7 ..."
    assert attachment.get_content_type() == "application/pdf"


def test_the_message_id_is_the_same_for_every_attempt_and_another_for_another_mail() -> None:
    first, again, other = sent(MAIL), sent(MAIL), sent(replace(MAIL, idempotency_key="job-1:mail-2"))
    assert first["message-id"] == again["message-id"] != other["message-id"]
    assert first["message-id"].endswith("@factory.example>")


@pytest.mark.parametrize(
    "evil",
    ["x\r\nBcc: all@example.com", "x\nBcc: all@example.com", "x\rBcc: a@b.example", "x\u2028Bcc: y", "x\0\x1b"],
)
def test_no_text_adds_a_header(evil: str) -> None:
    mail = replace(MAIL, subject=evil, attachments=[MailAttachment(evil, "application/pdf", b"x")])
    message = sent(mail, f"{evil} <quality@factory.example>")
    assert message["bcc"] is None
    assert message["subject"].startswith("x")
    assert set(message.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize(
    "recipient",
    [
        "", "wang", "wang@", "@example.com", "wang@example", "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example", "Wang <wang@example.com>", "wang@example.com;", "wang@-x.example",
        "w ang@example.com", ".a@b.example", "a@" + "b" * 300 + ".example", "a..b@c.example", "a\u0000@b.example",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(recipient: str) -> None:
    assert mail_address(recipient) is None
    with pytest.raises(BadAddress):
        compose(replace(MAIL, recipient=recipient), SENDER)


def test_a_sender_that_is_no_address_is_refused() -> None:
    with pytest.raises(BadAddress, match="sender"):
        compose(MAIL, "Quality")


@pytest.mark.parametrize("address", ["wang.li+8d@mail.example.com", "o'neil@example.ie", "王丽@例子.中国", " a@b.co "])
def test_usual_and_international_addresses_are_accepted(address: str) -> None:
    assert mail_address(address) == address.strip()
    compose(replace(MAIL, recipient=address), SENDER).as_bytes()


@pytest.mark.parametrize("value", [None, 5, ["a@b.co"], {}])
def test_other_types_are_no_address(value: object) -> None:
    assert mail_address(value) is None


def test_a_text_attachment_arrives_byte_by_byte() -> None:
    data = "零件,数量\r\n".encode("gb18030")
    message = sent(replace(MAIL, attachments=[MailAttachment("a.csv", "text/csv", data)]))
    [attachment] = message.iter_attachments()
    assert attachment.get_content() == data


@given(
    subject=st.text(alphabet=st.characters(codec=None)),
    body=st.text(alphabet=st.characters(codec=None), max_size=300),
    name=st.text(alphabet=st.characters(codec=None), max_size=50),
)
def test_any_text_can_be_sent(subject: str, body: str, name: str) -> None:
    mail = replace(MAIL, subject=subject, body=body, attachments=[MailAttachment(name, "image/png", b"x")])
    message = sent(mail, SENDER)
    assert message["bcc"] is None
    assert message["to"] == "wang@example.com"
    assert [part.get_content() for part in message.iter_attachments()] == [b"x"]
