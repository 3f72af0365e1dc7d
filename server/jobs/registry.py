"""Finds the workers and holds their contracts.

Workers come from the package `workers`, from the packages a site names in `KESU_WORKERS`, and from installed
distributions that declare an entry point in the group `kesu.workers` (its value is a package or module).
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import entry_points
from types import MappingProxyType, ModuleType
from typing import Any

import jsonschema
from jsonschema.validators import Draft202012Validator

from server.jobs.api import MARK, Job, Worker

OWN_PACKAGE = "workers"
ENTRY_POINTS = "kesu.workers"


class WorkerError(Exception):
    """Base of what is wrong with a worker itself (not with its work)."""


class WorkerNotLoaded(WorkerError):
    """A worker package cannot be imported, or declares a topic that is taken or whose schema is no schema."""


class UnknownTopic(WorkerError):
    """No installed worker serves this topic."""


class ContractBroken(WorkerError):
    """Parameters or result do not fit the topic's schema; `side` is 'parameters' or 'result'."""

    def __init__(self, topic: str, side: str, message: str) -> None:
        super().__init__(f"{topic}: {side}: {message}")
        self.topic = topic
        self.side = side


class Registry:
    """All topics this server can serve; immutable, so threads share it."""

    def __init__(self, workers: Iterable[Worker]) -> None:
        found: dict[str, Worker] = {}
        for worker in workers:
            if worker.topic in found:
                first = found[worker.topic].run
                raise WorkerNotLoaded(
                    f"{worker.topic} is declared twice: {first.__module__}.{first.__qualname__} and "
                    f"{worker.run.__module__}.{worker.run.__qualname__}"
                )
            _check_schemas(worker)
            found[worker.topic] = worker
        self._workers: Mapping[str, Worker] = MappingProxyType(dict(sorted(found.items())))

    @property
    def workers(self) -> Mapping[str, Worker]:
        """Topic -> worker, sorted by topic."""
        return self._workers

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(self._workers)

    def get(self, topic: str) -> Worker:
        """Raises `UnknownTopic`."""
        try:
            return self._workers[topic]
        except KeyError:
            raise UnknownTopic(f"no worker serves {topic!r}; there are: {', '.join(self._workers) or 'none'}") from None

    def check_parameters(self, topic: str, parameters: Mapping[str, Any]) -> None:
        """Raises `ContractBroken` or `UnknownTopic`."""
        _check(topic, "parameters", self.get(topic).parameters, parameters)

    def check_result(self, topic: str, result: Mapping[str, Any]) -> None:
        """As a worker's own result is checked; raises `ContractBroken` or `UnknownTopic`."""
        _check(topic, "result", self.get(topic).result, result)

    def run(self, job: Job) -> dict[str, Any] | None:
        """One attempt: parameters checked, worker called, result checked; whatever the worker raises goes on up."""
        worker = self.get(job.topic)
        _check(job.topic, "parameters", worker.parameters, job.parameters)
        result = worker.run(job)
        if result is not None and not isinstance(result, dict):
            raise ContractBroken(job.topic, "result", f"a worker returns a dict or None, not {type(result).__name__}")
        _check(job.topic, "result", worker.result, {} if result is None else result)
        return result


def load_registry(packages: Iterable[str] = ()) -> Registry:
    """Registry of the own workers, of `packages` (from `KESU_WORKERS`) and of installed entry points.

    Raises `WorkerNotLoaded`; a worker that is missing at start is better than an incident at night.
    """
    names = [OWN_PACKAGE, *packages, *(point.value for point in entry_points(group=ENTRY_POINTS))]
    return Registry(worker for name in dict.fromkeys(names) for worker in _workers_of(name))


def _workers_of(package: str) -> Iterator[Worker]:
    for module in _modules(package):
        for thing in vars(module).values():
            # A function imported from elsewhere is declared there; counting it here would make its topic a double.
            if callable(thing) and getattr(thing, "__module__", None) == module.__name__:
                yield from getattr(thing, MARK, ())


def _modules(package: str) -> Iterator[ModuleType]:
    root = _import(package, package)
    yield root
    for info in pkgutil.walk_packages(getattr(root, "__path__", ()), f"{package}."):
        yield _import(info.name, package)


def _import(name: str, package: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise WorkerNotLoaded(f"workers of {package!r}: {name} cannot be imported: {error}") from error


def _check_schemas(worker: Worker) -> None:
    for side, schema in (("parameters", worker.parameters), ("result", worker.result)):
        try:
            Draft202012Validator.check_schema(dict(schema))
        except jsonschema.SchemaError as error:
            raise WorkerNotLoaded(
                f"{worker.topic}: the schema of its {side} is no JSON Schema: {error.message}"
            ) from error


def _check(topic: str, side: str, schema: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    error = jsonschema.exceptions.best_match(Draft202012Validator(dict(schema)).iter_errors(dict(value)))
    if error is not None:
        raise ContractBroken(topic, side, f"{error.json_path}: {error.message}")
