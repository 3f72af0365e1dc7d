"""Everything of a case in one package: case file, history, diagram and forms, files, mails."""

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select

from server.casework.case_costs import case_costs
from server.casework.context import Context
from server.commands.complete_job import Effects
from server.documents.archive import build_package
from server.files.names import clean_name
from server.i18n import LANGUAGES
from server.persistence.models import (
    Attachment,
    CaseFile,
    HistoryEvent,
    HistoryPayload,
    OutboxMail,
    ProcessInstance,
)

PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS


def dossier(context: Context, instance_id: str, effects: Effects) -> bytes:
    """The archive package of the case (zip); files made by the running attempt are in it too."""
    with context.read() as connection:
        instance = connection.execute(
            select(ProcessInstance.version_id, ProcessInstance.started_at, CaseFile.id, CaseFile.number, CaseFile.data)
            .join(CaseFile, CaseFile.id == ProcessInstance.case_id)
            .where(ProcessInstance.id == instance_id)
        ).one()
        parts: dict[str, bytes | Path] = {
            "case.json": orjson.dumps(instance.data, option=PRETTY),
            "history.json": orjson.dumps(_history(connection, instance_id), option=PRETTY),
            "cost.json": orjson.dumps(case_costs(context, connection, instance.id, LANGUAGES[0]), option=PRETTY),
            "mails.json": orjson.dumps(_mails(connection, instance.id), option=PRETTY),
        }
        files = [row._asdict() for row in connection.execute(_files(instance.id))] + effects.files
    for row in files:
        parts[f"files/{row['id']}/{clean_name(row['name'])}"] = context.files.path(row["sha256"])
    version = context.library.version(instance.version_id)
    parts |= {f"definition/{name}": data for name, data in version.bundle.items()}
    meta = {
        "number": instance.number,
        "definition": version.key,
        "version": version.number,
        "definition_digest": version.bundle.digest,
        "started_at": instance.started_at,
        "packed_at": context.clock.now(),
    }
    return build_package(parts, orjson.loads(orjson.dumps(meta)))


def _files(case_id: int) -> Any:
    return (
        select(Attachment.id, Attachment.name, Attachment.sha256)
        .where(Attachment.case_id == case_id)
        .order_by(Attachment.id)
    )


def _history(connection: Connection, instance_id: str) -> list[dict[str, Any]]:
    """Events as `domain.history.verify` takes them; salts in hex."""
    query = (
        select(HistoryEvent, HistoryPayload.salt, HistoryPayload.data)
        .outerjoin(
            HistoryPayload,
            (HistoryPayload.instance_id == HistoryEvent.instance_id) & (HistoryPayload.seq == HistoryEvent.seq),
        )
        .where(HistoryEvent.instance_id == instance_id)
        .order_by(HistoryEvent.seq)
    )
    return [row._asdict() | {"salt": row.salt.hex() if row.salt else None} for row in connection.execute(query)]


def _mails(connection: Connection, case_id: int) -> list[dict[str, Any]]:
    query = (
        select(OutboxMail.recipient, OutboxMail.subject, OutboxMail.body, OutboxMail.attachments, OutboxMail.created_at)
        .where(OutboxMail.case_id == case_id)
        .order_by(OutboxMail.id)
    )
    return [row._asdict() for row in connection.execute(query)]
