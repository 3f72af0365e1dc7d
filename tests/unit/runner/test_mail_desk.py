"""The outbox is emptied: a mail that can never be sent does not hold up those behind it."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import insert, select

from server.casework.context import Context
from server.clock import ManualClock
from server.files.store import FileStore
from server.mail.smtp import PermanentMailError, TemporaryMailError
from server.persistence.database import Database
from server.persistence.models import Attachment, Base, OutboxMail
from server.runner.mail_desk import send_due

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Postbox:
    """Takes mails, or answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer: Exception | None = None

    def send(self, message: EmailMessage) -> None:
        if self.answer:
            raise self.answer
        self.taken.append(message)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    database = Database(f"sqlite:///{tmp_path / 'kesu.db'}")
    with database.write("test") as connection:
        Base.metadata.create_all(connection)
    files = FileStore(tmp_path / "files")
    settings = SimpleNamespace(mail_from="品质部 <quality@factory.example>")
    yield cast(Context, SimpleContext(database, files, settings))
    database.close()


class SimpleContext:
    """The parts of a context that the mail desk uses."""

    def __init__(self, database: Database, files: FileStore, settings: Any) -> None:
        self.database, self.files, self.settings = database, files, settings
        self.clock = ManualClock(NOW)
        self.read = database.read


def queue(context: Context, recipient: str = "wang@example.com", attachments: tuple[str, ...] = ()) -> None:
    with context.database.write("test") as connection:
        row = {
            "idempotency_key": f"{recipient}{attachments}",
            "recipient": recipient,
            "subject": "投诉",
            "body": "您好",
        }
        times = {"run_at": NOW, "created_at": NOW}
        connection.execute(insert(OutboxMail).values(**row, **times, attachments=list(attachments)))


def attach(context: Context, file_id: str) -> None:
    sha256, size = context.files.put(io.BytesIO(b"%PDF report"))
    with context.database.write("test") as connection:
        row = {"id": file_id, "sha256": sha256, "size": size, "name": "8D.pdf", "media_type": "application/pdf"}
        connection.execute(insert(Attachment).values(**row, created_at=NOW))


def states(context: Context) -> list[tuple[str, str | None]]:
    with context.read() as connection:
        rows = connection.execute(select(OutboxMail.state, OutboxMail.error).order_by(OutboxMail.id))
        return [(row.state, row.error) for row in rows]


def test_a_queued_mail_is_sent_once_with_its_attachment(context: Context) -> None:
    attach(context, "f1")
    queue(context, attachments=("f1",))
    post = Postbox()
    assert send_due(context, post) == 1
    assert send_due(context, post) == 0
    [message] = post.taken
    assert message["to"] == "wang@example.com"
    assert [part.get_content() for part in message.iter_attachments()] == [b"%PDF report"]
    assert states(context) == [("sent", None)]


def test_what_can_never_be_sent_fails_and_the_next_mail_goes_out(context: Context) -> None:
    queue(context, "no address")
    queue(context, attachments=("gone",))
    queue(context, "li@example.com")
    post = Postbox()
    assert send_due(context, post) == 3
    (first, told), (second, gone), last = states(context)
    assert (first, second, last) == ("failed", "failed", ("sent", None))
    assert "is no mail address" in str(told)
    assert "an attachment is gone" in str(gone)
    assert [message["to"] for message in post.taken] == ["li@example.com"]


def test_a_busy_server_is_asked_again_later(context: Context) -> None:
    queue(context)
    post = Postbox()
    post.answer = TemporaryMailError("451 busy")
    assert send_due(context, post) == 1
    assert states(context) == [("queued", "451 busy")]
    assert send_due(context, post) == 0
    cast(ManualClock, context.clock).advance(timedelta(minutes=3))
    post.answer = None
    assert send_due(context, post) == 1
    assert states(context) == [("sent", None)]


def test_a_refused_mail_is_not_tried_again(context: Context) -> None:
    queue(context)
    post = Postbox()
    post.answer = PermanentMailError("550 no such mailbox")
    send_due(context, post)
    assert states(context) == [("failed", "550 no such mailbox")]
    cast(ManualClock, context.clock).advance(timedelta(days=1))
    assert send_due(context, post) == 0
