"""What does the check say about a draft, perhaps with text that is not saved yet?"""

from collections.abc import Mapping
from typing import Any

from server.casework.check_bundle import check_bundle, rejection_finding
from server.casework.context import Context
from server.casework.drafting import bundle_of, draft_files, find_draft, laid_over
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.engine.check import Finding
from server.i18n import translate
from server.security.actor import Actor


def draft_check(
    context: Context, actor: Actor, draft_id: int, language: str, unsaved: Mapping[str, bytes | None] | None = None
) -> dict[str, Any]:
    """`{"ok", "seconds", "files", "findings"}` as `kesu check --json` prints it; `unsaved` is laid over the draft.

    Raises Rejected `not_found.draft`.
    """
    actor.require("definition.read")
    started = context.clock.monotonic()
    with context.read() as connection:
        draft = find_draft(connection, draft_id)
        files = laid_over(draft_files(context, connection, draft), unsaved or {})
    base = None if draft.base_version_id is None else context.library.version(draft.base_version_id).bundle
    findings = _findings(context, draft.key, files, base)
    return {
        "ok": not any(finding.severity == "error" for finding in findings),
        "seconds": round(context.clock.monotonic() - started, 3),
        "files": sorted(files),
        "findings": [
            finding.to_json(lambda text, **params: translate(text, language, **params)) for finding in findings
        ],
    }


def _findings(context: Context, key: str, files: Mapping[str, bytes], base: Bundle | None) -> list[Finding]:
    try:
        bundle = bundle_of(key, files)
    except Rejected as error:
        return [rejection_finding(error)]
    return check_bundle(bundle, topics=context.topics.topics, base=base)
