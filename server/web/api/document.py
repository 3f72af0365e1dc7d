"""The OpenAPI document: read from `openapi/*.yaml`, merged once, asked for its operations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

SOURCES = Path(__file__).parent / "openapi"
_SHARED = re.compile("/paths|/components|/components/(schemas|parameters|responses)")
"""Where several files may add keys of their own."""

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """A path or query parameter; `pointer` leads to its schema in the document."""

    name: str
    place: str
    pointer: str
    schema: Mapping[str, Any]
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """One call: `noun` (its tag) is the module and `id` the function that carries it out."""

    id: str
    noun: str
    method: str
    path: str
    public: bool
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, str] = field(default_factory=dict)
    """Accepted media types, each with the pointer to its schema."""
    body_required: bool = False

    @property
    def rule(self) -> str:
        """The path as a Flask rule: `/tasks/<task_id>`."""
        return re.sub(r"\{(\w+)\}", r"<\1>", self.path)


class Document:
    """The merged document. ValueError when two files define the same path or component."""

    def __init__(self, folder: Path = SOURCES) -> None:
        self.data: dict[str, Any] = {}
        # The base comes first, so that the document begins with it.
        for path in sorted(folder.glob("*.yaml"), key=lambda path: (path.name != "base.yaml", path.name)):
            _merge(self.data, yaml.load(path.read_bytes(), Loader=_LOADER), path.name)  # noqa: S506 - safe loaders only

    def at(self, pointer: str) -> Any:
        """What stands at a JSON pointer of the document; a `$ref` found there is followed."""
        found: Any = self.data
        for token in pointer.removeprefix("#").split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            found = found[int(name)] if isinstance(found, list) else found[name]
        return self.at(found["$ref"]) if isinstance(found, dict) and "$ref" in found else found

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(self._operations())

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.data["paths"].items():
            base = f"/paths/{path.replace('~', '~0').replace('/', '~1')}"
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, base)

    def _operation(self, path: str, method: str, base: str) -> Operation:
        entry = self.at(f"{base}/{method}")
        body = entry.get("requestBody", {})
        return Operation(
            id=entry["operationId"],
            noun=entry["tags"][0],
            method=method,
            path=path,
            public=entry.get("security") == [],
            parameters=(*self._parameters(base), *self._parameters(f"{base}/{method}")),
            bodies={
                media_type: f"{base}/{method}/requestBody/content/{media_type.replace('/', '~1')}/schema"
                for media_type in body.get("content", {})
            },
            body_required=body.get("required", False),
        )

    def _parameters(self, owner: str) -> Iterator[Parameter]:
        for position, entry in enumerate(self.at(owner).get("parameters", ())):
            pointer = entry["$ref"].removeprefix("#") if "$ref" in entry else f"{owner}/parameters/{position}"
            found = self.at(pointer)
            schema = self.at(f"{pointer}/schema")
            yield Parameter(found["name"], found["in"], f"{pointer}/schema", schema, found.get("required", False))


def _merge(whole: dict[str, Any], part: Mapping[str, Any], name: str, where: str = "") -> None:
    for key, value in part.items():
        here = f"{where}/{key}"
        if key not in whole:
            whole[key] = value
        elif _SHARED.fullmatch(here):
            _merge(whole[key], value, name, here)
        else:
            raise ValueError(f"{name} defines {here} a second time")


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
