"""The bundled complaint application, read once for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from server.domain.bundle import Bundle, bundled_root
from server.domain.forms import FormBook

ROOT = Path(__file__).resolve().parents[3]
BUNDLE = Bundle.from_folder(bundled_root(), "complaint")
FORMS = FormBook(BUNDLE)
DIAGRAMS = {name.removesuffix(".bpmn"): etree.fromstring(BUNDLE[name]) for name in BUNDLE if name.endswith(".bpmn")}
"""The diagrams by process: each file is named after the only process in it."""
NAMES = {
    "b": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "s": "http://spiffworkflow.org/bpmn/schema/1.0/core",
}


def elements(path: str, process: str | None = None) -> list[etree._Element]:
    """What the XPath `path` finds in the diagrams, or in that of `process` (prefixes b: BPMN, s: SpiffWorkflow's)."""
    searched = [DIAGRAMS[process]] if process else list(DIAGRAMS.values())
    return [found for diagram in searched for found in diagram.xpath(path, namespaces=NAMES)]


def process_of(element: etree._Element) -> str:
    """The id of the process that an element stands in."""
    (found,) = element.xpath("ancestor::b:process/@id", namespaces=NAMES)
    return str(found)


def properties(element: etree._Element) -> dict[str, str]:
    """The `spiffworkflow:properties` of an element."""
    found = element.xpath("b:extensionElements/s:properties/s:property", namespaces=NAMES)
    return {each.get("name"): each.get("value") for each in found}


def subschemas(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field's schema inside `schema` with a readable path, `schema` itself first."""
    yield path, schema
    for name, inner in schema.get("properties", {}).items():
        yield from subschemas(inner, f"{path}/{name}")
    if "items" in schema:
        yield from subschemas(schema["items"], f"{path}/*")
