"""What every house makes anew and always the same is made once in a process of tests: half of their time, before.

The templates' code, the routes' builders and the verdict on a worker's schemas; nothing of it knows a house, and nothing
of it can be changed by a test.
"""

from typing import Any

import orjson
import werkzeug.routing.rules as routing
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from server.jobs import registry
from server.jobs.api import Worker


class TemplateCodes(BytecodeCache):
    """In memory; a template that was changed since is compiled again."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


def install() -> None:
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": TemplateCodes()}
    _keep_builders()
    _keep_verdicts()


def _keep_builders() -> None:
    """A rule's builder is a function of its text: two of them are compiled for each route of each application."""
    compile_builder, kept = routing.Rule._compile_builder, {}

    def builder(self: routing.Rule, append_unknown: bool = True) -> Any:
        if self.defaults:
            return compile_builder(self, append_unknown)
        key = self.rule, tuple(self._trace), append_unknown
        if key not in kept:
            kept[key] = compile_builder(self, append_unknown)
        return kept[key]

    routing.Rule._compile_builder = builder


def _keep_verdicts() -> None:
    """Schemas that were found to be some are not judged again; those that are none are refused each time."""
    check, good = registry._check_schemas, set()

    def check_schemas(worker: Worker) -> None:
        schemas = orjson.dumps([worker.parameters, worker.result])
        if schemas not in good:
            check(worker)
            good.add(schemas)

    registry._check_schemas = check_schemas
