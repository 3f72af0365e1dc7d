"""Which rounds of its loops has a complaint been through, and what did each hold?"""

from collections.abc import Mapping
from typing import Any

from server.casework.library import PublishedVersion
from server.domain.texts import pick_line


def earlier_rounds(version: PublishedVersion, case: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """Closed rounds, loop by loop: `{"loop", "title", "number", "reason", "closed_at", "values"}`.

    `values` is a part of the case file as it stood when the round was closed.
    """
    return [
        {
            "loop": name,
            "title": pick_line(loop.title, version.application.languages, language) or name,
            "number": row["number"],
            "reason": row.get("reason"),
            "closed_at": row["closed_at"],
            "values": row["values"],
        }
        for name, loop in version.application.loops.items()
        for row in case.get(f"{name}_rounds") or ()
    ]
