"""What the rules share: the parsed files, what the neighbours offer, and the making of findings."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from server.engine.check.codes import CODES
from server.engine.check.finding import Finding, Place
from server.engine.check.kinds import Kind
from server.engine.check.model import Diagram, Node, Scope
from server.engine.check.tables_model import Table

# Beyond these a hint costs more time than it saves the reader.
MAX_HINTS = 100
PEOPLE = ("userTask", "manualTask", "task")
"""Kinds of steps that a person does."""
SHOWN = 200


@dataclass(frozen=True)
class Asked:
    """A decision that no process calls but the server asks: what it hands in beside the case, what it reads.

    kinds, results: of the names and outputs, as JSON Schema. steps: the name that holds the id of a person's step.
    """

    names: frozenset[str]
    outputs: frozenset[str]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    results: Mapping[str, Kind] = field(default_factory=dict)
    steps: str | None = None


@dataclass
class Context:
    """The files under check. forms, topics, groups, known_names, loops and prompts are None where nobody knows them.

    case_schema: the case's fields as JSON Schema, references resolved; None where nobody knows them. written: paths to
    which results go.
    """

    diagrams: list[Diagram]
    tables: list[Table]
    forms: Container[str] | None = None
    topics: Container[str] | None = None
    groups: Container[str] | None = None
    known_names: Container[str] | None = None
    loops: Container[str] | None = None
    prompts: Container[str] | None = None
    lone: bool = False
    table_files: Collection[str] = ()
    hints: int = 0
    trials: int = 0
    asked: Mapping[str, Asked] = field(default_factory=dict)
    case_schema: Kind | None = None
    written: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.processes: dict[str, Scope] = {scope.id: scope for scope in reversed(list(self._processes()))}
        self.decisions: dict[str, Table] = {table.decision_id: table for table in self.tables if table.decision_id}

    def _processes(self) -> Iterator[Scope]:
        for diagram in self.diagrams:
            yield from diagram.processes

    @property
    def fields(self) -> Mapping[str, Kind]:
        """The case's top-level fields by name; empty where nobody knows them."""
        found = (self.case_schema or {}).get("properties")
        return found if isinstance(found, Mapping) else {}

    def steps(self) -> frozenset[str]:
        """The ids of everything a person does."""
        return frozenset(node.id for node in self.nodes(*PEOPLE))

    def scopes(self) -> Iterator[Scope]:
        """Every process and sub-process of every diagram."""
        for diagram in self.diagrams:
            yield from diagram.scopes

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """Every flow node, or those of the given kinds."""
        for scope in self.scopes():
            yield from (node for node in scope.nodes.values() if not kinds or node.kind in kinds)

    def finding(
        self, code: str, place: Place, message: str, fix: str, counterexample: Iterable[str] = (), **params: Any
    ) -> Finding:
        """A finding with the severity its code has here; long params are cut."""
        severity = CODES[code].severity_in(lone=self.lone)
        short = {name: _short(value) for name, value in params.items()}
        return Finding(code, severity, *place, message, fix, short, tuple(counterexample))

    def hint(self, wrong: str, known: Container[str] | None) -> str:
        """The known word nearest to a wrong one, or an empty text."""
        words: Any = known
        if not hasattr(words, "__iter__") or self.hints >= MAX_HINTS:
            return ""
        self.hints += 1
        near = get_close_matches(wrong[:40], [word for word in words if isinstance(word, str)], 1, 0.6)
        return near[0] if near else ""


def _short(value: Any) -> Any:
    return value if not isinstance(value, str) or len(value) <= SHOWN else value[: SHOWN - 1] + "…"
