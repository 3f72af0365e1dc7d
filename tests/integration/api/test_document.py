"""The OpenAPI document: valid, complete, and the only source of what the server does."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from server.web.api.document import METHODS, Document
from server.web.api.router import NOUNS, PREFIX, handler

pytestmark = pytest.mark.one_database("reads the description of the interface")

DOCUMENT = Document()
# The published meta-schema (spec.openapis.org/oas/3.1/schema/2022-10-07), so that no network is needed.
OPENAPI = json.loads((Path(__file__).parent / "openapi-3.1-schema.json").read_text("utf-8"))


def test_it_is_openapi_3_1() -> None:
    assert [error.message for error in Draft202012Validator(OPENAPI).iter_errors(DOCUMENT.data)] == []


def test_the_meta_schema_can_say_no() -> None:
    broken = DOCUMENT.data | {"paths": {"/x": {"get": {"responses": []}}}}
    assert not Draft202012Validator(OPENAPI).is_valid(broken)


@pytest.mark.parametrize("pointer", list(dict.fromkeys(p for o in DOCUMENT.operations for p in o.bodies.values())))
def test_body_schemas_are_schemas(pointer: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT.at(pointer))


def test_component_schemas_are_schemas() -> None:
    for schema in DOCUMENT.data["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere() -> None:
    found = list(references(DOCUMENT.data))
    assert found
    for pointer in found:
        assert DOCUMENT.at(pointer)


def test_operation_ids_are_unique() -> None:
    ids = [operation.id for operation in DOCUMENT.operations]
    assert len(set(ids)) == len(ids)


def test_every_operation_has_its_handler_and_every_handler_its_operation() -> None:
    wanted = {(operation.noun, operation.id) for operation in DOCUMENT.operations if not operation.public}
    there = {
        (noun, name)
        for noun, module in NOUNS.items()
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__ and not name.startswith("_")
    }
    assert wanted == there
    assert all(callable(handler(operation)) for operation in DOCUMENT.operations if not operation.public)


def test_every_route_is_in_the_document_and_vice_versa(app: Flask) -> None:
    served = {
        (rule.rule.removeprefix(PREFIX), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{PREFIX}/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(operation.rule, operation.method.upper()) for operation in DOCUMENT.operations}


def test_only_the_document_itself_is_public() -> None:
    assert [operation.id for operation in DOCUMENT.operations if operation.public] == ["openapi"]


@pytest.mark.parametrize("operation", [o for o in DOCUMENT.operations if o.bodies], ids=lambda o: o.id)
def test_bodies_name_their_fields(operation: Any) -> None:
    for media_type, pointer in operation.bodies.items():
        schema = DOCUMENT.at(pointer)
        if media_type != "application/zip":
            assert schema["additionalProperties"] is False
            assert "command_id" in schema["properties"]


@pytest.mark.parametrize("operation", DOCUMENT.operations, ids=lambda o: o.id)
def test_path_parameters_are_declared(operation: Any) -> None:
    declared = {parameter.name for parameter in operation.parameters if parameter.place == "path"}
    assert declared == {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}


def test_every_call_of_the_interface_is_there() -> None:
    promised = {
        "POST /complaints", "GET /complaints", "GET /complaints.csv", "GET /complaints.xlsx", "GET /definitions/{key}/xes", "GET /complaints/{number}", "GET /complaints/{number}/at", "GET /complaints/{number}/similar", "PATCH /complaints/{number}", "GET /tasks",
        "GET /tasks/{task_id}", "POST /tasks/{task_id}/claim", "POST /tasks/{task_id}/unclaim",
        "POST /tasks/{task_id}/complete", "POST /tasks/{task_id}/draft", "POST /tasks/{task_id}/transfer",
        "POST /tasks/{task_id}/send-back", "POST /files", "GET /files/{file_id}", "POST /messages",
        "GET /instances/{instance_id}", "GET /instances/{instance_id}/history",
        "GET /instances/{instance_id}/recorded-test", "POST /instances/{instance_id}/cancel",
        "POST /instances/{instance_id}/suspend", "POST /instances/{instance_id}/resume", "GET /incidents",
        "POST /incidents/{incident_id}/retry", "POST /incidents/{incident_id}/skip", "GET /incidents/groups",
        "GET /incidents/groups/{group}", "POST /repairs", "GET /repairs", "GET /repairs/{id}",
        "POST /instances/{instance_id}/preview", "POST /instances/{instance_id}/move", "GET /definitions", "POST /definitions",
        "GET /where-stuck", "GET /where-stuck/cases",
        "GET /definitions/{key}/check", "GET /openapi.json",
        "GET /definitions/{key}/difference", "POST /definitions/{key}/rehearse", "POST /definitions/{key}/migrate", "GET /definitions/{key}/migrations",
        "GET /definitions/{key}/migrations/{id}", "POST /definitions/{key}/migrations/steps/{step}/undo",
        "POST /definitions/{key}/publish", "POST /definitions/{key}/rollback", "GET /definitions/{key}/drafts",
        "GET /definitions/{key}/versions/{number}/bundle", "POST /definitions/{key}/drafts",
        "GET /definitions/{key}/drafts/{id}", "GET /definitions/{key}/drafts/{id}/bundle",
        "POST /definitions/{key}/drafts/{id}/propose", "POST /definitions/{key}/drafts/{id}/return",
        "POST /definitions/{key}/drafts/{id}/publish", "POST /definitions/{key}/drafts/{id}/discard",
        "POST /complaints/{number}/withdraw", "POST /complaints/{number}/merge", "POST /complaints/{number}/refer",
        "POST /complaints/{number}/recurrence", "POST /complaints/{number}/pause", "POST /complaints/{number}/continue",
        "POST /tasks/{task_id}/escalate", "GET /calendar", "PUT /calendar", "GET /groups", "PUT /groups/{key}",
        "POST /tasks/bulk", "GET /tasks/{task_id}/send-back/preview", "POST /tasks/{task_id}/delegate",
        "POST /tasks/{task_id}/return", "POST /tasks/{task_id}/signers", "POST /tasks/{task_id}/ask",
        "POST /tasks/{task_id}/withdraw", "POST /tasks/{task_id}/urge", "POST /tasks/{task_id}/priority",
        "GET /requests", "POST /requests/{request_id}/answer", "POST /requests/{request_id}/sign",
        "POST /requests/{request_id}/seen", "POST /requests/{request_id}/withdraw",
        "GET /complaints/{number}/comments", "POST /complaints/{number}/comments", "GET /substitutes",
        "POST /substitutes", "POST /substitutes/{substitution_id}/end",
        "GET /analysis/{question}",
        "GET /reports/{kind}", "GET /report-orders", "POST /report-orders", "POST /report-orders/{order_id}/end",
        "GET /alerts", "POST /alerts/by-mail",
        "GET /notifications", "POST /notifications", "GET /notifications/counts",
    }  # fmt: skip
    assert {f"{operation.method.upper()} {operation.path}" for operation in DOCUMENT.operations} == promised


def test_two_files_cannot_define_the_same(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("paths: {/a: {get: {tags: [x]}}}")
    (tmp_path / "other.yaml").write_text("paths: {/a: {post: {}}}")
    with pytest.raises(ValueError, match=r"other\.yaml defines /paths//a a second time"):
        Document(tmp_path)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_methods_of_the_document_are_known() -> None:
    used = {key for item in DOCUMENT.data["paths"].values() for key in item if key not in ("parameters", "summary")}
    assert used <= set(METHODS)
