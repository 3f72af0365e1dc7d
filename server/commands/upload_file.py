"""Upload a file; it belongs to a case as soon as a form names it."""

import uuid
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, ClassVar

from sqlalchemy import insert

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.persistence.models import Attachment


@dataclass(frozen=True, kw_only=True)
class UploadFile(Command):
    """`stream` is read once and never held in memory whole; `name` is for display, the content decides the kind."""

    verb: ClassVar[str] = "upload_file"
    mends: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str
    stream: BinaryIO

    def fingerprint(self) -> str:
        """By name and content; the stream must be seekable, as those of multipart bodies are."""
        self.stream.seek(0)
        digest = sha256(self.name.encode("utf-8", "surrogatepass") + b"\0")
        while chunk := self.stream.read(1 << 18):
            digest.update(chunk)
        return digest.hexdigest()

    def handle(self, work: Work) -> Reply:
        work.actor.require("file.upload")
        # Read before for its fingerprint, or by an attempt that came to nothing.
        self.stream.seek(0)
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
