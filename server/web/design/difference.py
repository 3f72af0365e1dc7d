"""What differs between two versions, or a version and a draft: consequences, lists, tables, and the two drawings."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, request, url_for

from server.domain.rejection import Rejected
from server.i18n import LANGUAGES, N_
from server.queries.definition_list import definition_list
from server.queries.draft_detail import draft_detail
from server.queries.version_difference import (
    compared_files,
    draft_difference,
    draft_files_compared,
    version_difference,
)
from server.web import headers
from server.web.access import needs
from server.web.numbers import whole_number
from server.web.person import actor, context, language
from server.web.replies import page, see_other

KINDS = {
    "added": N_("new"),
    "removed": N_("gone"),
    "changed": N_("changed"),
    "moved": N_("moved"),
    "renamed": N_("renamed"),
    "layout": N_("only drawn differently"),
}
SIDES = ("old", "new")


@needs("definition.read")
def versions(key: str) -> Response:
    found = version_difference(
        context(), actor(), key, whole_number(request.args, "from"), whole_number(request.args, "to"), language()
    )
    numbers = {"from": found["from"]["version"], "to": found["to"]["version"]}
    return _page(
        found,
        title=N_("Version {from} and version {to}"),
        numbers=numbers,
        draft=None,
        file_url=lambda side, path: url_for("design.versions_file", key=key, side=side, path=path, **numbers),
    )


@needs("definition.read")
def draft(draft_id: int) -> Response:
    try:
        found = draft_difference(context(), actor(), draft_id, whole_number(request.args, "from"), language())
    except Rejected as refusal:
        if not refusal.code.startswith(("bundle.", "draft.")):
            raise
        # A draft that cannot be read yet is mended where its files are.
        flash(refusal.text(language()), "warning")
        return see_other(url_for("design.draft", draft_id=draft_id))
    numbers = {"from": found["from"]["version"]}
    return _page(
        found,
        title=N_("Version {from} and the draft “{draft}”"),
        numbers=numbers,
        draft=draft_detail(context(), actor(), draft_id),
        file_url=lambda side, path: url_for("design.draft_file", draft_id=draft_id, side=side, path=path, **numbers),
    )


@needs("definition.read")
def versions_file(key: str, side: str, path: str) -> Response:
    number, to = (whole_number(request.args, name) for name in ("from", "to"))
    return _raw(compared_files(context(), actor(), key, number, to), side, path)


@needs("definition.read")
def draft_file(draft_id: int, side: str, path: str) -> Response:
    return _raw(draft_files_compared(context(), actor(), draft_id, whole_number(request.args, "from")), side, path)


def _page(found: dict[str, Any], **values: Any) -> Response:
    headers.allow_style_attributes()
    listed = [one for one in definition_list(context(), actor(), language())["items"] if one["key"] == found["key"]]
    return page(
        "design/difference.html",
        found=found,
        application=listed[0],
        kinds=KINDS,
        diagrams=[_diagram(each, values["file_url"]) for each in found["drawings"]],
        language_index=LANGUAGES.index(language()) if language() in LANGUAGES else 0,
        language_codes=list(LANGUAGES),
        **values,
    )


def _diagram(drawing: dict[str, Any], file_url: Any) -> dict[str, Any]:
    """The drawing with the addresses of its two files."""
    return drawing | {f"{side}_url": file_url(side, drawing[side]) if drawing[side] else None for side in SIDES}


def _raw(sides: tuple[Mapping[str, bytes], Mapping[str, bytes]], side: str, path: str) -> Response:
    content = sides[SIDES.index(side)].get(path) if side in SIDES else None
    if content is None or not path.endswith(".bpmn"):
        raise Rejected("not_found.file", N_("The bundle has no file {path}."), path=path[:200])
    reply = Response(content, content_type="application/xml; charset=utf-8")
    # A draft changes from one minute to the next, and so may what is compared by default.
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["Content-Security-Policy"] = headers.FILE_POLICY
    return reply
