"""What the editors ask while somebody types: the check, the words to choose from, a due date."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, jsonify, request

from server.domain.json_gate import check_plain, read_json
from server.domain.rejection import Rejected
from server.i18n import N_
from server.queries.draft_check import draft_check
from server.queries.due_preview import due_preview
from server.queries.vocabulary import vocabulary
from server.web.access import needs
from server.web.person import actor, context, language
from server.web.refusals import status_of

LARGEST = 4_000_000


def in_json(view: Callable[..., dict[str, Any]]) -> Callable[..., tuple[Response, int]]:
    """What the view gives as JSON, and a refusal in the one error shape."""

    @wraps(view)
    def answering(*args: Any, **kwargs: Any) -> tuple[Response, int]:
        try:
            return jsonify(view(*args, **kwargs)), 200
        except Rejected as refusal:
            return jsonify({"error": refusal.to_json(language())}), status_of(refusal)

    return answering


@needs("definition.read")
@in_json
def check(draft_id: int) -> dict[str, Any]:
    """With `path` and `content` the draft is checked as if that text were saved; a null leaves the file out."""
    asked = asked_for()
    unsaved: dict[str, bytes | None] = {}
    if "path" in asked:
        content = None if asked.get("content") is None else text_of(asked, "content")
        unsaved[text_of(asked, "path")] = None if content is None else content.encode()
    return draft_check(context(), actor(), draft_id, language(), unsaved)


@needs("definition.read")
@in_json
def words(draft_id: int) -> dict[str, Any]:
    return vocabulary(context(), actor(), draft_id, language())


@needs("definition.read")
@in_json
def due(draft_id: int) -> dict[str, Any]:
    return due_preview(context(), actor(), draft_id, text_of(asked_for(), "expression"), language())


def asked_for() -> dict[str, Any]:
    """The JSON object of the request; raises Rejected `malformed.json`."""
    found = read_json(request.get_data(cache=False) or b"{}", name="body", max_bytes=LARGEST)
    if not isinstance(found, dict):
        raise Rejected("malformed.json", N_("Send a JSON object."))
    return found


def text_of(asked: dict[str, Any], name: str) -> str:
    """A text of the request; raises Rejected `malformed.type`, or `malformed.value` for what is no text."""
    value = asked.get(name)
    if not isinstance(value, str):
        raise Rejected(
            "malformed.type", N_("{name} must be of type {value}."), field=f"/{name}", name=name, value="string"
        )
    check_plain(value, max_bytes=LARGEST)
    return value
