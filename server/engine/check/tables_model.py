"""A decision table as the rules see it, read from a DMN file of any version."""

from dataclasses import dataclass, field

from lxml import etree

from server.engine.check.finding import Place


@dataclass(frozen=True)
class Cell:
    """An entry of a rule: its text and the place to show."""

    text: str
    place: Place


@dataclass
class Table:
    """One decision of a DMN file; table is None when it is no decision table.

    Parts are looked up by local name, since each DMN version has its own namespace.
    """

    file: str
    decision: etree._Element
    table: etree._Element | None = None
    inputs: list[etree._Element] = field(default_factory=list)
    outputs: list[etree._Element] = field(default_factory=list)
    rules: list[etree._Element] = field(default_factory=list)

    @property
    def decision_id(self) -> str:
        return self.decision.get("id") or ""

    @property
    def place(self) -> Place:
        return Place(self.file, None, self.decision_id or None)

    def at(self, element: etree._Element) -> Place:
        """The place of a part: its own id, else that of what it stands in."""
        here: etree._Element | None = element
        while here is not None and not here.get("id"):
            here = here.getparent()
        return Place(self.file, None, self.decision_id if here is None else here.get("id"))

    def cells(self, rule: etree._Element, kind: str) -> list[Cell]:
        """The 'inputEntry' or 'outputEntry' cells of a rule, from left to right."""
        return [Cell(cell_text(entry), self.at(entry)) for entry in parts(rule, kind)]


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def parts(element: etree._Element, name: str) -> list[etree._Element]:
    """The children with that local name in the same namespace as the element."""
    space = etree.QName(element).namespace
    return [child for child in element if local(child) == name and etree.QName(child).namespace == space]


def cell_text(element: etree._Element) -> str:
    """The text of a part's `text` child."""
    found = parts(element, "text")
    return (found[0].text or "").strip() if found else ""


def input_expression(element: etree._Element) -> str:
    """The expression of an input column, else its label as the engine takes it; empty when it has neither."""
    found = parts(element, "inputExpression")
    return (cell_text(found[0]) if found else "") or (element.get("label") or "").strip()


def input_values(element: etree._Element) -> str:
    """The values an input column is said to have, as a DMN editor writes them: `"a","b"`."""
    found = parts(element, "inputValues")
    return cell_text(found[0]) if found else ""


def type_ref(element: etree._Element) -> str:
    """The type an input column is said to have, without prefix; empty when it says none."""
    found = parts(element, "inputExpression")
    return (found[0].get("typeRef") or "").rpartition(":")[2].lower() if found else ""


def read_tables(file: str, root: etree._Element) -> list[Table]:
    """The decisions behind a DMN root element that came through the gate."""
    tables = []
    for decision in parts(root, "decision"):
        table = Table(file, decision)
        found = parts(decision, "decisionTable")
        if found:
            table.table = found[0]
            table.inputs, table.outputs = parts(found[0], "input"), parts(found[0], "output")
            table.rules = parts(found[0], "rule")
        tables.append(table)
    return tables
