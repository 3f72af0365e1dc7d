"""The XML gate: the only way a diagram or a decision table gets into this house.

Everything is refused here that could hurt before a process is even looked at: size, document types and entities
(in whatever encoding they are smuggled), depth, number of elements, double ids, wrong roots.
"""

import re
from collections.abc import Iterator

from lxml import etree

from server.engine.errors import DiagramRefused
from server.i18n import N_

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 5_000
MAX_DEPTH = 64
MAX_ID = 200
MAX_ATTRIBUTES = 100

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_BPMN_DRAWING = ("http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524/DI")
# The namespaces of DMN 1.1 to 1.5 (OMG); an id is unique within the model and its drawing only.
DMN = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191108/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
_OWN_IDS = frozenset({BPMN, *_BPMN_DRAWING, *DMN})

_DECLARATION = re.compile(r"\A<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(r"""\sencoding\s*=\s*["']([^"']*)["']""")
_TYPE_DECLARATION = re.compile(r"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_POSITION = re.compile(r", line \d+, column \d+.*", re.DOTALL)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARABLE = {
    "utf-8": ("utf-8", "utf8", "us-ascii", "ascii"),
    "utf-16-le": ("utf-16", "utf-16le"),
    "utf-16-be": ("utf-16", "utf-16be"),
}


def admit(xml: bytes, file: str) -> etree._Element:
    """The root element of a BPMN or DMN file, parsed without comments and processing instructions.

    xml: the file's bytes; file: its name, for the refusal and (by its ending .bpmn or .dmn) for what root is due.
    Raises DiagramRefused (K101 to K111) and nothing else.
    """
    if len(xml) > MAX_BYTES:
        raise DiagramRefused(
            "K101",
            N_("The file has {size} bytes; at most {limit} are taken."),
            {"size": len(xml), "limit": MAX_BYTES},
            file=file,
            fix=N_("Split the diagram and connect the parts by call activities."),
        )
    text = _without_declaration(_decode(xml, file), file)
    if _TYPE_DECLARATION.search(text):
        raise _type_declaration(file)
    root = _parse(text, file)
    _look_through(root, file)
    _right_root(root, file)
    return root


def _decode(xml: bytes, file: str) -> str:
    """The text of the file: UTF-8, or UTF-16 with its byte order mark; one reading only, for us and for the parser."""
    encoding, start = "utf-8", 0
    for mark, name in _BYTE_ORDER_MARKS:
        if xml.startswith(mark):
            encoding, start = name, len(mark)
            break
    try:
        text = xml[start:].decode(encoding)
    except UnicodeDecodeError:
        raise _encoding(file, encoding) from None
    declared = _ENCODING.search(text[: text.find(">") + 1]) if text.startswith("<?xml") else None
    if "\x00" in text or (declared and declared.group(1).lower() not in _DECLARABLE[encoding]):
        raise _encoding(file, declared.group(1)[:40] if declared else encoding)
    return text


def _encoding(file: str, encoding: str) -> DiagramRefused:
    return DiagramRefused(
        "K102",
        N_("The file cannot be read as text in the encoding {encoding}."),
        {"encoding": encoding},
        file=file,
        fix=N_("Save the file as UTF-8."),
    )


def _without_declaration(text: str, file: str) -> str:
    if not text.strip():
        raise DiagramRefused(
            "K103", N_("The file is empty."), file=file, fix=N_("Draw a process with a start and an end event.")
        )
    # The line breaks inside stay, so that line numbers are those of the file.
    return _DECLARATION.sub(lambda found: "\n" * found.group().count("\n"), text, count=1)


def _type_declaration(file: str) -> DiagramRefused:
    return DiagramRefused(
        "K104",
        N_("The file declares a document type or entities."),
        file=file,
        fix=N_("Remove the DOCTYPE and its entities; a diagram needs neither."),
    )


def _parse(text: str, file: str) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise _malformed(error, file) from None
    document = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None or document.externalDTD is not None:
        raise _type_declaration(file)
    return root


def _malformed(error: Exception, file: str) -> DiagramRefused:
    reason, line = _POSITION.sub("", str(getattr(error, "msg", None) or error)), getattr(error, "lineno", None) or 0
    if "Excessive depth" in reason or "xmlParserMaxDepth" in reason:
        return _too_deep(file, line)
    return DiagramRefused(
        "K105",
        N_("The file is not well-formed XML (line {line}): {reason}."),
        {"line": line, "reason": reason[:200].rstrip(".")},
        file=file,
        fix=N_("Open the file in a BPMN modeler and save it again."),
    )


def _too_deep(file: str, line: int) -> DiagramRefused:
    return DiagramRefused(
        "K106",
        N_("Elements are nested more than {limit} deep (line {line})."),
        {"limit": MAX_DEPTH, "line": line},
        file=file,
        fix=N_("Draw inner sub-processes as processes of their own and call them."),
    )


def _look_through(root: etree._Element, file: str) -> None:
    """Depth, numbers, long and double ids, in one walk that stops at the first excess."""
    seen: dict[str, int] = {}
    for count, (depth, element) in enumerate(_walk(root), start=1):
        line = element.sourceline or 0
        if depth > MAX_DEPTH:
            raise _too_deep(file, line)
        if count > MAX_ELEMENTS:
            raise DiagramRefused(
                "K107",
                N_("The file has more than {limit} elements."),
                {"limit": MAX_ELEMENTS},
                file=file,
                fix=N_("Split the diagram and connect the parts by call activities."),
            )
        if len(element.attrib) > MAX_ATTRIBUTES or (element is root and len(element.nsmap) > MAX_ATTRIBUTES):
            raise DiagramRefused(
                "K107",
                N_("The element on line {line} has more than {limit} attributes."),
                {"line": line, "limit": MAX_ATTRIBUTES},
                file=file,
                fix=N_("Remove the attributes that no modeler shows."),
            )
        element_id = element.get("id")
        if element_id is not None and etree.QName(element).namespace in _OWN_IDS:
            _new_id(element_id, line, seen, file)


def _new_id(element_id: str, line: int, seen: dict[str, int], file: str) -> None:
    if len(element_id) > MAX_ID:
        raise DiagramRefused(
            "K111",
            N_("The id on line {line} has more than {limit} characters."),
            {"line": line, "limit": MAX_ID},
            file=file,
            fix=N_("Give the element a shorter id."),
        )
    if element_id in seen:
        raise DiagramRefused(
            "K108",
            N_("The id {id} stands twice, on line {first} and on line {line}."),
            {"id": element_id, "first": seen[element_id], "line": line},
            file=file,
            element=element_id,
            fix=N_("Give one of the two elements another id."),
        )
    seen[element_id] = line


def _walk(root: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "start":
            depth += 1
            yield depth, element
        else:
            depth -= 1


def _right_root(root: etree._Element, file: str) -> None:
    name = etree.QName(root)
    kind = "bpmn" if name.namespace == BPMN else "dmn" if name.namespace in DMN else None
    if kind is None or name.localname != "definitions":
        raise DiagramRefused(
            "K109",
            N_("The root element {root} is neither a BPMN 2.0 nor a DMN definition."),
            {"root": f"{name.localname[:80]} ({name.namespace or '-'})"[:200]},
            file=file,
            fix=N_("Export the diagram as BPMN 2.0 (.bpmn) or the table as DMN (.dmn)."),
        )
    ending = file.lower().rpartition(".")[2]
    if ending in {"bpmn", "dmn"} and ending != kind:
        raise DiagramRefused(
            "K110",
            N_("The file is named .{ending} and holds {kind}."),
            {"ending": ending, "kind": kind.upper()},
            file=file,
            fix=N_("Give the file the ending of what it holds."),
        )
