"""What a worker sees; workers import this module and `server.domain`, nothing else of the server.

A worker may run more than once for the same job; its completion is recorded exactly once, in the same transaction that
moves the case; give your outside effect the job's idempotency key (`job.key`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any, Protocol, TypeVar

TOPIC = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+@[1-9][0-9]{0,3}")
MARK = "__kesu_worker__"


class BpmnError(Exception):
    """Ends the job at the error boundary event of its own task, with `code` (BPMN 2.0 errorCode).

    `payload` goes to the variable that boundary event declares. An error nobody catches becomes an incident.
    """

    def __init__(self, code: str, payload: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.payload = payload


class RetryLater(Exception):
    """Asks for another attempt after `delay` without using up a retry (the other side is busy, not broken)."""

    def __init__(self, delay: timedelta, reason: str = "") -> None:
        super().__init__(reason or f"try again in {delay.total_seconds():.0f} s")
        self.delay = delay
        self.reason = reason


@dataclass(frozen=True)
class Repeats:
    """Earlier complaints that this one repeats: `cost` is their sum in the site's currency, `numbers` oldest first.

    `mw` is None where no module's power is known.
    """

    count: int = 0
    cost: float = 0.0
    quantity: int = 0
    mw: float | None = None
    numbers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FileInfo:
    """One stored file: `size` in bytes, `sha256` as 64 hex digits."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str


class Register(Protocol):
    """The register of all complaints of the case's site."""

    def repeats(self, customer: str, part_no: str | None, defect: str | None, months: int) -> Repeats:
        """Earlier complaints of the same customer with the same part or defect, received in the `months` before.

        Never counted: the own case, and what was cancelled, withdrawn, merged, not valid or a mere need.
        """


class Files(Protocol):
    """The case's files; `read` and `info` raise `KeyError` for an id that is not one of the case."""

    def read(self, file_id: str) -> bytes: ...

    def info(self, file_id: str) -> FileInfo: ...

    def save(self, name: str, media_type: str, data: bytes) -> str:
        """Keeps `data` and returns its id; the row is written with the job's completion, or never."""


class Outbox(Protocol):
    """Mails to people outside; a row is written with the job's completion and sent after it."""

    def send(self, to: str, subject: str, text: str, attachments: Sequence[str] = ()) -> None:
        """`to` is one address, `attachments` are file ids (those saved in this very job too)."""


class Documents(Protocol):
    """Documents of the case's own bundle version (`forms/<application>/documents/`)."""

    def pdf(self, template: str, data: Mapping[str, Any], images: Sequence[str] = ()) -> bytes:
        """PDF of the typst template `template`; `images` are file ids, shown by the template by that id."""

    def text(self, template: str, data: Mapping[str, Any], language: str) -> str:
        """Plain text of the Jinja template `template` in `language` ('zh-CN' or 'en'); its first line is a subject."""

    def archive(self) -> bytes:
        """The case's whole package (zip with a manifest of SHA-256 sums)."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC time; a worker reads the time nowhere else."""


class Job(Protocol):
    """One attempt at one service task."""

    @property
    def id(self) -> str: ...

    @property
    def key(self) -> str:
        """Idempotency key: the same for every attempt at this job."""

    @property
    def topic(self) -> str: ...

    @property
    def attempt(self) -> int:
        """1 for the first attempt."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the diagram hands over, checked against the topic's parameter schema."""

    @property
    def case(self) -> Mapping[str, Any]:
        """The case file when the attempt began; changes to it are lost, results are returned instead."""

    @property
    def number(self) -> str:
        """The complaint's number."""

    @property
    def language(self) -> str:
        """Language for this customer: 'zh-CN' or 'en'."""

    @property
    def status_url(self) -> str:
        """Address of the customer's status page."""

    @property
    def timezone(self) -> tzinfo:
        """The site's time zone: dates on documents are in it."""

    @property
    def register(self) -> Register: ...

    @property
    def files(self) -> Files: ...

    @property
    def outbox(self) -> Outbox: ...

    @property
    def documents(self) -> Documents: ...

    @property
    def clock(self) -> Clock: ...


Result = dict[str, Any] | None
WorkerFunction = Callable[[Job], Result]
F = TypeVar("F", bound=WorkerFunction)


@dataclass(frozen=True)
class Worker:
    """A topic with its contract: JSON Schemas of the parameters it takes and of the result it gives.

    `errors`: the codes of the BPMN errors it may raise, offered to whoever draws the task.
    """

    topic: str
    run: WorkerFunction
    parameters: Mapping[str, Any]
    result: Mapping[str, Any]
    errors: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """First line of the function's docstring, shown to process owners."""
        return (self.run.__doc__ or self.topic).strip().splitlines()[0]


def worker(
    topic: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
    errors: Sequence[str] = (),
) -> Callable[[F], F]:
    """Declares a function as the worker of `topic` ("shipment.track@1": dotted name, `@`, major version).

    `parameters` and `result` are JSON Schemas (2020-12); none means anything goes. `errors` names the codes of the
    `BpmnError`s that the function raises, so that the studio can offer them. An incompatible change of either
    is a new major version, and the old one stays while an open case uses it. Raises `ValueError` for a bad topic.
    """
    if not TOPIC.fullmatch(topic):
        raise ValueError(f"{topic!r} is no topic: write it like shipment.track@1")

    def declare(function: F) -> F:
        declared = (
            *getattr(function, MARK, ()),
            Worker(topic, function, parameters or {}, result or {}, tuple(errors)),
        )
        setattr(function, MARK, declared)
        return function

    return declare
