"""Is the published version of an application sound by today's rules?"""

from typing import Any

from server.casework.check_bundle import check_bundle
from server.casework.context import Context
from server.i18n import translate
from server.security.actor import Actor


def definition_check(context: Context, actor: Actor, key: str, language: str) -> dict[str, Any]:
    """`{"ok", "seconds", "files", "findings"}` as `kesu check --json` prints it, for the version new cases start with.

    Raises Rejected `not_found.definition`, or forbidden without the permission definition.read.
    """
    actor.require("definition.read")
    started = context.clock.monotonic()
    bundle = context.library.current(key).bundle
    findings = check_bundle(bundle, topics=context.topics.topics)
    return {
        "ok": not any(finding.severity == "error" for finding in findings),
        "seconds": round(context.clock.monotonic() - started, 3),
        "files": sorted(name for name in bundle if name.endswith((".bpmn", ".dmn"))),
        "findings": [
            finding.to_json(lambda text, **params: translate(text, language, **params)) for finding in findings
        ],
    }
