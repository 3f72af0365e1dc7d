"""The 8D report as a document."""

from typing import Any

from server.domain.eight_d import LANGUAGES, eight_d_report
from server.jobs.api import FileInfo, Job, worker
from workers.customer import filled, moment

DOCUMENT = {
    "type": "object",
    "required": ["file", "files", "created_at"],
    "properties": {
        "file": {"type": "string"},
        "files": {"type": "array", "items": {"type": "string"}},
        "created_at": {"type": "string", "format": "date-time"},
    },
    "additionalProperties": False,
}
# A mail server takes about 20 MB; pictures beyond these are named in the report, not shown.
MAX_PICTURES = 12
MAX_PICTURE_BYTES = 12_000_000


@worker("eight_d.render@1", result=DOCUMENT)
def render(job: Job) -> dict[str, Any]:
    """Makes the 8D report as PDF/A in the language chosen for it, with the pictures released for the customer.

    From the second round on the file's name says which issue it is, since the customer keeps the earlier ones.
    """
    now = job.clock.now()
    wanted = filled(job, "eight_d", "language")
    report = eight_d_report(job.case, job.number, wanted if wanted in LANGUAGES else job.language, job.timezone)
    pictures = _pictures(job, report["photos"])
    report["photos"] = [{"id": picture.id, "name": picture.name} for picture in pictures]
    report["printed_on"] = now.astimezone(job.timezone).date().isoformat()
    pdf = job.documents.pdf("eight_d", report, _shown(pictures))
    file_id = job.files.save(f"8D-{job.number}{_issue(job)}.pdf", "application/pdf", pdf)
    return {"file": file_id, "files": [file_id], "created_at": moment(now)}


def _issue(job: Job) -> str:
    number = filled(job, "rounds", "eight_d")
    return f"-{number}" if isinstance(number, int) and number > 1 else ""


def _pictures(job: Job, file_ids: list[str]) -> list[FileInfo]:
    """Those files that still exist, each once, in their order."""
    found = []
    for file_id in dict.fromkeys(file_ids):
        try:
            found.append(job.files.info(file_id))
        except KeyError:
            continue  # removed since: the report goes out without it
    return found


def _shown(pictures: list[FileInfo]) -> list[str]:
    shown: list[str] = []
    room = MAX_PICTURE_BYTES
    for picture in pictures:
        if picture.media_type.startswith("image/") and picture.size <= room and len(shown) < MAX_PICTURES:
            shown.append(picture.id)
            room -= picture.size
    return shown
