"""Upload a file; it belongs to a case as soon as a form names it."""

import uuid
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from sqlalchemy import insert

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.persistence.models import Attachment


@dataclass(frozen=True, kw_only=True)
class UploadFile(Command):
    """`stream` is read once and never held in memory whole; `name` is for display, the content decides the kind."""

    verb: ClassVar[str] = "upload_file"
    name: str
    stream: BinaryIO

    def handle(self, work: Work) -> Reply:
        work.actor.require("file.upload")
        stored = work.context.files.upload(self.name, self.stream)
        row = {
            "id": str(uuid.uuid4()),
            "sha256": stored.sha256,
            "name": stored.name,
            "media_type": stored.media_type,
            "size": stored.size,
        }
        work.write(insert(Attachment), [row | {"created_at": work.now, "created_by": work.actor_id}])
        return Answer(201, row)
