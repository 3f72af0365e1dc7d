"""One API call as its handler sees it, and how it is read from the request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from flask import Request, Response

from server.domain.json_gate import MAX_BYTES, check_plain, read_json
from server.domain.rejection import Rejected
from server.i18n import N_
from server.web.api.checking import Checker
from server.web.api.document import Operation, Parameter

if TYPE_CHECKING:
    from server.casework.command import Command
    from server.casework.context import Context
    from server.security.actor import Actor

Reply = tuple[int, Any] | Response
"""Status and JSON-able body, or a ready response for files."""

Upload = tuple[str, BinaryIO]
"""File name as sent, and content."""

MAX_PAGE = 1000
_FORM_SLACK = 65_536
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_BODY = "body"


@dataclass(frozen=True)
class Call:
    """`path`, `query` and `body` fit the OpenAPI document; `file` is the one file of a multipart or zip body."""

    context: "Context"
    actor: "Actor"
    language: str
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Mapping[str, Any]
    file: Upload | None = None

    @property
    def upload(self) -> Upload:
        """The file of a call whose body is one."""
        if self.file is None:
            raise TypeError("this call has no file: the document gives its body another media type")
        return self.file

    @property
    def command_id(self) -> str | None:
        return self.body.get("command_id")

    @property
    def page(self) -> dict[str, Any]:
        """`limit` and `cursor` as queries take them."""
        return {"limit": min(self.query["limit"], MAX_PAGE), "cursor": self.query.get("cursor")}

    def number_cursor(self) -> int:
        """The cursor of a list that is paged by plain ids; 0 for the first page. Raises Rejected."""
        cursor = self.query.get("cursor")
        if cursor is not None and (not cursor.isdecimal() or len(cursor) > 18):
            raise Rejected("malformed.cursor", N_("There is no such cursor. Begin again without one."), field="/cursor")
        return int(cursor or 0)

    def execute(self, command: "Command") -> Reply:
        answer = self.context.execute(command)
        return answer.status, answer.body


def read_path(operation: Operation, values: Mapping[str, str], checker: Checker) -> dict[str, Any]:
    """Raises Rejected `not_found.path`: an id that cannot exist is an id nobody has, not a malformed call."""
    found: dict[str, Any] = {}
    for parameter in _placed(operation, "path"):
        found[parameter.name] = _typed(values[parameter.name], parameter)
        if not checker.fits(found[parameter.name], parameter.pointer):
            raise Rejected("not_found.path", N_("There is nothing at this address."), field=f"/{parameter.name}")
    return found


def read_query(operation: Operation, request: Request, checker: Checker) -> dict[str, Any]:
    """The listed parameters with their defaults; others are ignored. Raises Rejected `malformed.*`."""
    found: dict[str, Any] = {}
    for parameter in _placed(operation, "query"):
        given = request.args.getlist(parameter.name)
        if len(given) > 1:
            raise Rejected(
                "malformed.query",
                N_("{name} is given twice. Give it once."),
                field=f"/{parameter.name}",
                name=parameter.name,
            )
        if given:
            found[parameter.name] = _typed(given[0], parameter)
            check_plain(found[parameter.name])
            checker.check(found[parameter.name], parameter.pointer, parameter.name)
        elif "default" in parameter.schema:
            found[parameter.name] = parameter.schema["default"]
        elif parameter.required:
            raise Rejected(
                "malformed.required",
                N_("{name} is missing. Send it."),
                field=f"/{parameter.name}",
                name=parameter.name,
            )
    return found


def read_body(
    operation: Operation, request: Request, checker: Checker, upload_limit: int
) -> tuple[dict[str, Any], Upload | None]:
    """The body's fields and its file, if it has one. Raises Rejected `malformed.*` or `too_large`."""
    media_type = request.mimetype
    if not operation.bodies or (not operation.body_required and not request.content_length):
        return {}, None
    if media_type == "application/merge-patch+json":
        media_type = "application/json"
    if media_type not in operation.bodies or request.headers.get("Content-Encoding", "identity") != "identity":
        raise Rejected(
            "malformed.content_type",
            N_("This call takes {expected}. Send the body so, with that Content-Type and no Content-Encoding."),
            expected=", ".join(operation.bodies),
        )
    pointer = operation.bodies[media_type]
    if media_type == "application/json":
        return _read_json(request, checker, pointer), None
    request.max_content_length = upload_limit + _FORM_SLACK
    if media_type == "multipart/form-data":
        return _read_form(request, checker, pointer)
    return {}, (_BODY, cast(BinaryIO, request.stream))


def _placed(operation: Operation, place: str) -> list[Parameter]:
    return [parameter for parameter in operation.parameters if parameter.place == place]


def _typed(text: str, parameter: Parameter) -> Any:
    return int(text) if parameter.schema.get("type") == "integer" and _INTEGER.fullmatch(text) else text


def _read_json(request: Request, checker: Checker, pointer: str) -> dict[str, Any]:
    request.max_content_length = MAX_BYTES
    value = read_json(request.get_data(cache=False), name=_BODY)
    check_plain(value)
    checker.check(value, pointer)
    return dict(value)


def _read_form(request: Request, checker: Checker, pointer: str) -> tuple[dict[str, Any], Upload]:
    files = [file for _, file in request.files.items(multi=True) if file.filename]
    if len(files) != 1:
        raise Rejected(
            "malformed.file", N_("Send exactly one file, with a file name, as multipart/form-data."), field="/file"
        )
    fields: dict[str, Any] = {}
    for name, values in request.form.lists():
        if len(values) > 1:
            raise Rejected("malformed.form", N_("{name} is given twice. Give it once."), field=f"/{name}", name=name)
        fields[name] = values[0]
    check_plain(fields)
    # The file's part may have any name; the schema knows it by the one it requires.
    required = next(iter(checker.schema(pointer)["required"]))
    checker.check({**fields, required: ""}, pointer)
    return fields, (files[0].filename or "", cast(BinaryIO, files[0].stream))
