"""Sending to a real SMTP server, and to servers that misbehave."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from server.mail.outbox import OutgoingMail, compose
from server.mail.smtp import (
    PermanentMailError,
    SmtpSender,
    SmtpServer,
    TemporaryMailError,
    parse_smtp_url,
)


class Postman:
    """Takes what he gets; `answers` says what to answer at a step instead."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.answers: dict[str, str] = {}
        self.logins: list[bytes] = []

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 ok")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 ok")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if "DATA" not in self.answers:
            self.received.append(envelope)
        return self.answers.get("DATA", "250 taken over")

    def log_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == b"p&@", handled=False)


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def port(postman: Postman) -> Iterator[int]:
    with serving(postman, auth_require_tls=False, authenticator=postman.log_in) as port:
        yield port


@contextmanager
def serving(postman: Postman, **options: Any) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(postman, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def message(recipient: str = "wang@example.com") -> EmailMessage:
    mail = OutgoingMail("key-1", recipient, "投诉已收到", "您好！\n.一行\n", datetime(2026, 3, 1, tzinfo=UTC))
    return compose(mail, "品质部 <quality@factory.example>")


def sender(url: str, timeout: float = 5) -> SmtpSender:
    return SmtpSender(parse_smtp_url(url), timeout=timeout)


def test_a_message_is_taken_over(postman: Postman, port: int) -> None:
    sender(f"smtp://127.0.0.1:{port}").send(message())
    [envelope] = postman.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("quality@factory.example", ["wang@example.com"])
    assert message()["message-id"].encode() in envelope.content
    assert postman.logins == []


def test_an_international_address_is_sent_with_smtputf8(postman: Postman) -> None:
    with serving(postman, enable_SMTPUTF8=True) as port:
        sender(f"smtp://127.0.0.1:{port}").send(message("王丽@例子.中国"))
    assert postman.received[0].rcpt_tos == ["王丽@xn--fsqu00a.xn--fiqs8s"]


def test_without_smtputf8_an_international_address_is_refused_for_good(postman: Postman) -> None:
    with serving(postman, enable_SMTPUTF8=False) as port, pytest.raises(PermanentMailError, match="SMTPUTF8"):
        sender(f"smtp://127.0.0.1:{port}").send(message("王丽@例子.中国"))


def test_a_password_from_the_address_is_used(postman: Postman, port: int) -> None:
    sender(f"smtp://user:p%26%40@127.0.0.1:{port}").send(message())
    assert len(postman.received) == 1
    assert postman.logins == [b"p&@"]


def test_a_refused_password_waits_for_an_administrator(postman: Postman, port: int) -> None:
    with pytest.raises(TemporaryMailError, match="535"):
        sender(f"smtp://user:wrong@127.0.0.1:{port}").send(message())
    assert postman.received == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 try again later", TemporaryMailError), ("550 no such mailbox", PermanentMailError)],
)
def test_the_servers_answer_decides(postman: Postman, port: int, step: str, answer: str, kind: type[Exception]) -> None:
    postman.answers[step] = answer
    with pytest.raises(kind, match=answer):
        sender(f"smtp://127.0.0.1:{port}").send(message())
    assert postman.received == []


def test_demanded_tls_that_is_not_there_sends_neither_password_nor_mail(postman: Postman, port: int) -> None:
    server = SmtpServer("127.0.0.1", port, "user", "secret", tls="starttls")
    with pytest.raises(TemporaryMailError, match="STARTTLS"):
        SmtpSender(server, timeout=5).send(message())
    assert (postman.logins, postman.received) == ([], [])


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                talk(connection)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)
        assert not thread.is_alive()


def test_nobody_there_is_temporary() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TemporaryMailError, match=r"127\.0\.0\.1"):
        sender(f"smtp://127.0.0.1:{port}").send(message())


def test_a_silent_server_does_not_hold_us() -> None:
    released = threading.Event()
    with raw_server(lambda connection: released.wait(5) and None) as port:
        with pytest.raises(TemporaryMailError, match="timed out"):
            sender(f"smtp://127.0.0.1:{port}", timeout=0.3).send(message())
        released.set()


def test_a_server_that_hangs_up_after_taking_over_has_the_mail(postman: Postman) -> None:
    def talk(connection: socket.socket) -> None:
        stream = connection.makefile("rwb", buffering=0)
        stream.write(b"220 hello\r\n")
        for answer in (b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            stream.readline()
            stream.write(answer)
        while stream.readline() != b".\r\n":
            pass
        stream.write(b"250 taken over\r\n")
        stream.close()

    with raw_server(talk) as port:
        sender(f"smtp://127.0.0.1:{port}").send(message())


def test_rubbish_is_temporary() -> None:
    with raw_server(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n")) as port:  # noqa: SIM117
        with pytest.raises(TemporaryMailError):
            sender(f"smtp://127.0.0.1:{port}").send(message())


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 25)),
        ("smtp://localhost:1025", SmtpServer("localhost", 1025)),
        ("smtp://u:p@mail.example.com", SmtpServer("mail.example.com", 587, "u", "p", "starttls")),
        ("smtp://u:p@mail.example.com:25?tls=none", SmtpServer("mail.example.com", 25, "u", "p", "none")),
        ("smtp://mail.example.com?tls=starttls", SmtpServer("mail.example.com", 25, tls="starttls")),
        ("smtps://u%40x:p%2Fw@mail.example.com", SmtpServer("mail.example.com", 465, "u@x", "p/w", "implicit")),
    ],
)
def test_addresses_of_servers(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    ["", "http://x", "smtp://", "mail.example.com:25", "smtp://x?tls=maybe", "smtp://x:port", "smtp://u:%E5%AF%86@x"],
)
def test_a_bad_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SMTP|[Pp]ort"):
        parse_smtp_url(url)


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(parse_smtp_url("smtp://u:secret@mail.example.com"))
