"""What the diagrams and tables of a bundle offer to each other: processes, user tasks, messages, errors, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.engine.check.model import Diagram, bpmn, read_diagram
from server.engine.check.tables_model import Table, input_expression, read_tables
from server.engine.errors import DiagramRefused
from server.engine.gate import BPMN, admit


@dataclass(frozen=True)
class Named:
    """Something with an id and a name of one line a language; `place` is its file, or the process it stands in."""

    id: str
    name: str
    place: str


@dataclass(frozen=True)
class Decision:
    """A decision table: expressions of its inputs, names of its outputs, in the order of their columns."""

    id: str
    name: str
    path: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """All of them in the order of files and of the XML; messages and errors by name, each once."""

    processes: tuple[Named, ...]
    tasks: tuple[Named, ...]
    messages: tuple[str, ...]
    errors: tuple[str, ...]
    decisions: tuple[Decision, ...]


def read_words(files: Mapping[str, bytes]) -> Words:
    """Of all *.bpmn and *.dmn files that can be read; what cannot is left out, since the check tells of it."""
    diagrams, tables = [], []
    for path in sorted(files):
        if not path.lower().endswith((".bpmn", ".dmn")):
            continue
        try:
            root = admit(files[path], path)
        except DiagramRefused:
            continue
        if root.tag.startswith(f"{{{BPMN}}}"):
            diagrams.append(read_diagram(path, root))
        else:
            tables += read_tables(path, root)
    processes = [scope for diagram in diagrams for scope in diagram.processes]
    steps = [node for diagram in diagrams for scope in diagram.scopes for node in scope.of_kind("userTask")]
    return Words(
        tuple(Named(scope.id, scope.element.get("name", ""), scope.file) for scope in processes),
        tuple(Named(node.id, node.element.get("name", ""), node.scope.process) for node in steps),
        _names(diagrams, "message", "name"),
        _names(diagrams, "error", "errorCode"),
        tuple(_decision(table) for table in tables if table.decision_id),
    )


def _names(diagrams: list[Diagram], kind: str, attribute: str) -> tuple[str, ...]:
    found = [each.get(attribute, "") for diagram in diagrams for each in diagram.root.iterfind(bpmn(kind))]
    return tuple(dict.fromkeys(name for name in found if name))


def _decision(table: Table) -> Decision:
    return Decision(
        table.decision_id,
        table.decision.get("name", ""),
        table.file,
        tuple(input_expression(column) for column in table.inputs),
        tuple(column.get("name", "") for column in table.outputs),
    )
