"""A job as a worker sees it, with everything around it in memory."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from server.jobs.api import FileInfo, Job, Repeats


@dataclass
class Mail:
    to: str
    subject: str
    text: str
    attachments: tuple[str, ...]


@dataclass
class FakeRegister:
    answer: Repeats = field(default_factory=Repeats)
    asked: list[tuple[str, str | None, str | None, int]] = field(default_factory=list)

    def repeats(self, customer: str, part_no: str | None, defect: str | None, months: int) -> Repeats:
        self.asked.append((customer, part_no, defect, months))
        return self.answer


@dataclass
class FakeFiles:
    contents: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)

    def read(self, file_id: str) -> bytes:
        return self.contents[file_id][2]

    def info(self, file_id: str) -> FileInfo:
        name, media_type, data = self.contents[file_id]
        return FileInfo(file_id, name, media_type, len(data), hashlib.sha256(data).hexdigest())

    def save(self, name: str, media_type: str, data: bytes) -> str:
        file_id = f"file-{len(self.contents) + 1}"
        self.contents[file_id] = (name, media_type, data)
        return file_id


@dataclass
class FakeOutbox:
    mails: list[Mail] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str, attachments: Sequence[str] = ()) -> None:
        self.mails.append(Mail(to, subject, text, tuple(attachments)))


@dataclass
class FakeDocuments:
    printed: list[tuple[str, Mapping[str, Any], tuple[str, ...]]] = field(default_factory=list)

    def pdf(self, template: str, data: Mapping[str, Any], images: Sequence[str] = ()) -> bytes:
        self.printed.append((template, data, tuple(images)))
        return b"%PDF-1.7 fake"

    def text(self, template: str, data: Mapping[str, Any], language: str) -> str:
        subject = f"{template} {data['number']} {language}"
        return f"{subject}\n\n{data['status_url']} {data['callback_by']}{data.get('outcome', '')}\n"

    def archive(self) -> bytes:
        return b"PK the whole case"


class FakeClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


@dataclass
class FakeJob:
    case: Mapping[str, Any] = field(default_factory=dict)
    topic: str = ""
    language: str = "zh-CN"
    id: str = "job-1"
    key: str = "job-1"
    attempt: int = 1
    number: str = "KS-2026-0042"
    status_url: str = "https://kesu.example/status/x"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    timezone: tzinfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    register: FakeRegister = field(default_factory=FakeRegister)
    files: FakeFiles = field(default_factory=FakeFiles)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    documents: FakeDocuments = field(default_factory=FakeDocuments)
    clock: FakeClock = field(default_factory=FakeClock)


def as_job(job: FakeJob) -> Job:
    """For the type checker: a fake is all that a worker may expect."""
    return job
