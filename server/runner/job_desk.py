"""What a worker is handed: one attempt at one job. Files and mails it makes are kept with the job's completion."""

import io
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from sqlalchemy import Row, bindparam, select

from server.casework.context import Context
from server.casework.library import PublishedVersion
from server.clock import Clock
from server.commands.complete_job import Effects
from server.files.names import clean_name
from server.i18n import LANGUAGES
from server.jobs.api import FileInfo
from server.jobs.ledger import Claim
from server.persistence.models import Attachment, CaseFile, ProcessInstance
from server.runner.dossier import dossier
from server.runner.register import CaseRegister
from server.security.links import status_path

_CASE = (
    select(CaseFile.data, CaseFile.number, CaseFile.site, ProcessInstance.version_id)
    .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
    .where(CaseFile.id == bindparam("case"))
)


class FileDesk:
    """Files of the case and those made by this attempt."""

    def __init__(self, context: Context, case_id: int, effects: Effects):
        self._context, self._case_id, self._effects = context, case_id, effects

    def info(self, file_id: str) -> FileInfo:
        for made in self._effects.files:
            if made["id"] == file_id:
                return FileInfo(made["id"], made["name"], made["media_type"], made["size"], made["sha256"])
        query = select(Attachment).where(Attachment.id == file_id, Attachment.case_id == self._case_id)
        with self._context.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise KeyError(file_id)
        return FileInfo(row.id, row.name, row.media_type, row.size, row.sha256)

    def read(self, file_id: str) -> bytes:
        return self._context.files.path(self.info(file_id).sha256).read_bytes()

    def save(self, name: str, media_type: str, data: bytes) -> str:
        sha256, size = self._context.files.put(io.BytesIO(data))
        file_id = str(uuid.uuid4())
        row = {"id": file_id, "sha256": sha256, "name": clean_name(name), "media_type": media_type, "size": size}
        self._effects.files.append(row)
        return file_id


class OutboxDesk:
    def __init__(self, key: str, effects: Effects):
        self._key, self._effects = key, effects

    def send(self, to: str, subject: str, text: str, attachments: Sequence[str] = ()) -> None:
        self._effects.mails.append(
            {
                "idempotency_key": f"{self._key}:{len(self._effects.mails)}",
                "recipient": to,
                "subject": subject,
                "body": text,
                "attachments": list(attachments),
            }
        )


class DocumentDesk:
    """Templates of the case's own bundle version."""

    def __init__(self, version: PublishedVersion, files: FileDesk, clock: Clock, archive: Callable[[], bytes]):
        self._shelf = version.documents
        self._files, self._clock, self.archive = files, clock, archive

    def pdf(self, template: str, data: Mapping[str, Any], images: Sequence[str] = ()) -> bytes:
        pictures = {file_id: self._files.read(file_id) for file_id in images}
        return self._shelf.pdf(template, data, pictures, self._clock.now()).data

    def text(self, template: str, data: Mapping[str, Any], language: str) -> str:
        return self._shelf.text(template, data, language)


@dataclass(frozen=True)
class DeskJob:
    """Implements server.jobs.api.Job."""

    id: str
    key: str
    topic: str
    attempt: int
    parameters: Mapping[str, Any]
    case: Mapping[str, Any]
    number: str
    language: str
    status_url: str
    timezone: tzinfo
    register: CaseRegister
    files: FileDesk
    outbox: OutboxDesk
    documents: DocumentDesk
    clock: Clock


def lay_out(context: Context, claim: Claim, effects: Effects) -> DeskJob:
    """The job behind `claim`; what the worker makes is collected in `effects`."""
    row = _case(context, claim.case_id)
    version = context.library.version(row.version_id)
    files = FileDesk(context, claim.case_id, effects)
    return DeskJob(
        id=claim.id,
        key=claim.id,
        topic=claim.topic,
        attempt=claim.attempt,
        parameters=claim.parameters,
        case=row.data,
        number=row.number,
        language=_language(context, row.data),
        status_url=context.settings.public_url + status_path(row.number, context.settings.secret()),
        timezone=context.settings.zone,
        register=CaseRegister(context, row.site, row.number),
        files=files,
        outbox=OutboxDesk(claim.id, effects),
        documents=DocumentDesk(version, files, context.clock, lambda: dossier(context, claim.instance_id, effects)),
        clock=context.clock,
    )


def _case(context: Context, case_id: int) -> Row[Any]:
    with context.read() as connection:
        return connection.execute(_CASE, {"case": case_id}).one()


def _language(context: Context, data: Mapping[str, Any]) -> str:
    wished = (data.get("customer") or {}).get("language")
    return wished if wished in LANGUAGES else context.settings.language
