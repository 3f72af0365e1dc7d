"""The archive: everything of a case in one package that can be verified on its own (S4, S42)."""

import hashlib
from typing import Any

from server.jobs.api import Job, worker
from workers.customer import moment

PACKAGE = {
    "type": "object",
    "required": ["file", "sha256", "created_at"],
    "properties": {
        "file": {"type": "string"},
        "sha256": {"type": "string", "minLength": 64, "maxLength": 64},
        "created_at": {"type": "string", "format": "date-time"},
    },
    "additionalProperties": False,
}


@worker("archive.package@1", result=PACKAGE)
def package(job: Job) -> dict[str, Any]:
    """Packs case file, documents, pictures and history with their SHA-256 sums."""
    data = job.documents.archive()
    file_id = job.files.save(f"{job.number}.zip", "application/zip", data)
    return {"file": file_id, "sha256": hashlib.sha256(data).hexdigest(), "created_at": moment(job.clock.now())}
