"""Sends messages to the SMTP server of `KESU_SMTP_URL` (RFC 5321, RFC 3207, RFC 8314)."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 20.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailError(Exception):
    """Base of what goes wrong while sending; the sentence says what the other side answered."""


class TemporaryMailError(MailError):
    """Try again later: nobody there, busy, greylisted, or an administrator has to correct the settings."""


class PermanentMailError(MailError):
    """This message will never be taken, such as for an address that does not exist."""


class MailSender(Protocol):
    def send(self, message: EmailMessage) -> None:
        """Raises `TemporaryMailError` or `PermanentMailError`; a return means that the server took it over."""


@dataclass(frozen=True)
class SmtpServer:
    """`tls`: 'implicit' from the first byte, 'starttls' demanded, 'offered' when the server has it, 'none'."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: str = "offered"


def parse_smtp_url(url: str) -> SmtpServer:
    """`smtp://user:password@host:587` or `smtps://…:465`; `?tls=starttls|none` overrides. Raises `ValueError`.

    A password demands TLS, except on the own machine or with `?tls=none`.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("the SMTP address looks like smtp://user:password@mail.example.com:587 or smtps://…")
    tls = parse_qs(parts.query).get("tls", [""])[0]
    if tls not in ("", "starttls", "none"):
        raise ValueError("the SMTP address knows tls=starttls and tls=none only")
    if not (unquote(parts.username or "") + unquote(parts.password or "")).isascii():
        raise ValueError("SMTP log-in knows ASCII names and passwords only")
    if parts.scheme == "smtps":
        tls = "implicit"
    elif not tls:
        tls = "starttls" if parts.password and parts.hostname not in _LOOPBACK else "offered"
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or (465 if tls == "implicit" else 587 if parts.username else 25),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls=tls,
    )


class SmtpSender:
    """Sends one message per connection; threads may share it, since it keeps nothing between two messages."""

    def __init__(self, server: SmtpServer, timeout: float = TIMEOUT, context: ssl.SSLContext | None = None) -> None:
        self.server = server
        self.timeout = timeout
        self._context = context or ssl.create_default_context()

    def send(self, message: EmailMessage) -> None:
        try:
            client = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise TemporaryMailError(f"{self.server.host}: {_reason(error)}") from error
        try:
            client.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise _typed(error) from error
        except ValueError as error:  # smtplib could not write the message down
            raise PermanentMailError(_reason(error)) from error
        finally:
            # Once the message is taken over, a failing farewell must not have it sent again.
            with suppress(smtplib.SMTPException, OSError):
                client.quit()

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        if server.tls == "implicit":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self.timeout, context=self._context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=self.timeout)
        try:
            self._greet(client)
        except BaseException:
            client.close()
            raise
        return client

    def _greet(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        if self.server.tls == "starttls" or (self.server.tls == "offered" and client.has_extn("starttls")):
            client.starttls(context=self._context)
            client.ehlo()
        if self.server.username:
            client.login(self.server.username, self.server.password or "")


def _typed(error: smtplib.SMTPException | OSError) -> MailError:
    """RFC 5321, 4.2.1: 4yz try again, 5yz never."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return _by_code(code, _decoded(answer))
    if isinstance(error, smtplib.SMTPResponseException):
        return _by_code(error.smtp_code, _decoded(error.smtp_error))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return PermanentMailError(_reason(error))
    return TemporaryMailError(_reason(error))


def _by_code(code: int, answer: str) -> MailError:
    kind = PermanentMailError if 500 <= code <= 599 else TemporaryMailError
    return kind(f"{code} {answer}")


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return str(error) or type(error).__name__


def _decoded(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
