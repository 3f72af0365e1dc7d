"""What would a mail or report look like, with text that is not saved yet, for a made-up complaint?"""

import base64
from typing import Any

from server.casework.context import Context
from server.casework.drafting import bundle_of, draft_files, find_draft, laid_over
from server.documents.bundle import FOLDER, BundleDocuments
from server.documents.pdf import DocumentFailed
from server.documents.text import TextFailed
from server.domain.eight_d import eight_d_report
from server.domain.forms import FormBook
from server.domain.rejection import Rejected
from server.domain.sample_case import sample_case
from server.i18n import N_
from server.security.actor import Actor

NUMBER = "KS-2026-0001"
REPORT = "eight_d.typ"
PAGES = 3
"""So many pages are shown at most."""


def document_preview(
    context: Context, actor: Actor, draft_id: int, path: str, content: bytes, language: str
) -> dict[str, Any]:
    """`{"text"}` of a mail, `{"pages"}` of a report (PNG in base64), or `{"problem"}`: the sentence why there is none.

    Raises Rejected `not_found.draft`, `not_found.document` for a path that is no template, `bundle.…`.
    """
    actor.require("definition.read")
    name = path.removeprefix(FOLDER)
    if name == path or not name.endswith((".txt", ".typ")):
        raise Rejected("not_found.document", N_("{path} is no mail or report."), path=path[:200])
    with context.read() as connection:
        draft = find_draft(connection, draft_id)
        files = laid_over(draft_files(context, connection, draft), {path: content})
    bundle = bundle_of(draft.key, files)
    now, zone = context.clock.now(), context.settings.zone
    case = sample_case(FormBook(bundle).case_schema(language), now)
    documents = BundleDocuments(bundle)
    try:
        if name.endswith(".txt"):
            url = f"{context.settings.public_url}/status/…"
            data = {
                "number": NUMBER,
                "case": case,
                "status_url": url,
                "callback_by": f"{now.astimezone(zone):%Y-%m-%d %H:%M}",
            }
            return {"text": documents.text(name, data, language)}
        report = eight_d_report(case, NUMBER, language, zone)
        report |= {"photos": [], "printed_on": now.astimezone(zone).date().isoformat()}
        pages = documents.pages(REPORT if f"{FOLDER}{REPORT}" in bundle else name, report, now)[:PAGES]
        return {"pages": [base64.b64encode(page).decode() for page in pages]}
    except (DocumentFailed, TextFailed) as failed:
        return {"problem": str(failed)}
    except UnicodeDecodeError:
        return {"problem": f"{name}: UTF-8"}
