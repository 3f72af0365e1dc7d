"""Calls made up from the OpenAPI document, right and wrong: whatever comes, no 5xx and the one error shape.

`Api.call` asserts both for every answer, and that a 2xx fits the document.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.web.api.document import Operation
from tests.house import drain_jobs
from tests.rest import DOCUMENT, Api

OPERATIONS = [operation for operation in DOCUMENT.operations if not operation.public]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.dictionaries(
    st.sampled_from(["customer", "problem", "intake", "product", "team", "grading", "id", "__proto__", "nonsense"]),
    st.dictionaries(st.sampled_from(["name", "description", "title", "members", "level", "x"]), JSON, max_size=4)
    | JSON,
    max_size=4,
)
LITTLE = {"customer": {"name": "ACME"}, "problem": {"description": "x"}}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_calls_made_up_from_the_document(shared_api: Api, known: Mapping[str, str], operation: Operation) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def call(data: st.DataObject) -> None:
        url = path_of(operation, data, known) + query_of(operation, data)
        shared_api.call(operation.method.upper(), url, headers=headers(data), **body_of(operation, data))
        drain_jobs(shared_api.context)

    call()


@pytest.fixture(scope="module")
def known(shared_api: Api) -> dict[str, str]:
    """One thing of each kind that is really there."""
    filed = shared_api.file()
    task = shared_api.task(filed["number"])
    return {"number": filed["number"], "instance_id": filed["instance_id"], "task_id": task["id"], "key": "complaint"}


def path_of(operation: Operation, data: st.DataObject, known: Mapping[str, str]) -> str:
    path = operation.path
    for parameter in operation.parameters:
        if parameter.place == "path":
            there = st.just(known.get(parameter.name, "1"))
            value = data.draw(there | there | st.text(min_size=1, max_size=20).filter(lambda text: text not in "..?#"))
            path = path.replace(f"{{{parameter.name}}}", quote(value, safe="", errors="replace"))
    return path


def query_of(operation: Operation, data: st.DataObject) -> str:
    names = [parameter.name for parameter in operation.parameters if parameter.place == "query"]
    if not names:
        return ""
    values = st.sampled_from(["open", "completed", "due", "1", "1000", "0", "-1", "W10", "%", "_", "\\"]) | st.text(
        max_size=8
    )
    pairs = data.draw(st.lists(st.tuples(st.sampled_from([*names, "other"]), values), max_size=4))
    return "?" + urlencode(pairs, errors="replace") if pairs else ""


def body_of(operation: Operation, data: st.DataObject) -> dict[str, Any]:
    if not operation.bodies:
        return {}
    media_type = data.draw(st.sampled_from([*operation.bodies, "application/json", "text/plain"]))
    if media_type != "application/json" or "application/json" not in operation.bodies:
        return {"data": data.draw(st.binary(max_size=200)), "content_type": f"{media_type}; boundary=b"}
    schema = DOCUMENT.at(operation.bodies["application/json"])
    return {"data": dumped(data.draw(JSON | fitting(schema) | spoilt(schema))), "content_type": media_type}


def fitting(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Bodies with the fields the document lists, mostly of the right kind."""
    fields = {name: value_of(name, part) for name, part in schema["properties"].items()}
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    return st.fixed_dictionaries(required, optional=fields)


def spoilt(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """The same with one field of any kind."""
    names = st.sampled_from([*schema["properties"], "extra"])
    return st.tuples(fitting(schema), names, JSON).map(lambda drawn: {**drawn[0], drawn[1]: drawn[2]})


def value_of(name: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    found = DOCUMENT.at(schema["$ref"]) if "$ref" in schema else schema
    if "enum" in found:
        return st.sampled_from(found["enum"])
    if name in ("fields", "data", "payload", "correlation"):
        return FIELDS | FIELDS.map(lambda fields: LITTLE | fields)
    kind = found.get("type", "string")
    if "integer" in kind:
        return st.integers(0, 3) | st.none() if "null" in kind else st.integers(0, 3)
    if found.get("format") == "date-time":
        return st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
    return st.text(min_size=1, max_size=20) | st.sampled_from(["admin", "sales1", "complaint", "receive"])


def headers(data: st.DataObject) -> dict[str, str]:
    texts = st.sampled_from(["", "en", "zh-CN", "de;q=0.1, *;q=x", "q=1;;", "xx" * 500, "en;q=1e400", "zh;q=-1"])
    return {"Accept-Language": data.draw(texts)}


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()
