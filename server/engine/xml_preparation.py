"""What is done to a diagram before the library reads it: refuse what it would misread, and take event starts away.

Start events with timer or message belong to the server (a row per published version; firing one starts an instance
at the none start), so the library never sees their definitions.
"""

from lxml import etree

from server.engine.errors import DiagramRefused
from server.engine.xml_names import BPMN, CONTAINERS, event_definition, extension
from server.i18n import N_

_RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
_RESERVED_ENDS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]")
_ELEMENTS = ("scriptTask", "adHocSubProcess", "complexGateway", "compensateEventDefinition", "linkEventDefinition")


def prepare(root: etree._Element, file: str) -> None:
    """Change a parsed diagram in place so that the library runs it as drawn. Raises DiagramRefused."""
    for process in root.iterfind(f"{BPMN}process"):
        for node in process.iter(f"{{{BPMN[1:-1]}}}*"):
            _refuse_unsupported(node, process, file)
        _refuse_no_end(process, file)
        _reduce_starts(process)


def _refuse_unsupported(node: etree._Element, process: etree._Element, file: str) -> None:
    name = etree.QName(node).localname
    where = {"file": file, "process": process.get("id"), "element": node.get("id") or _owner(node)}
    node_id = node.get("id", "")
    if node_id in _RESERVED or node_id.endswith(_RESERVED_ENDS):
        raise DiagramRefused(
            "engine.reserved_id",
            N_("The id {id} is used inside the engine."),
            {"id": node_id},
            fix=N_("Give the element another id, for example {id}_1."),
            **where,
        )
    _refuse_several_definitions(node, where)
    scripts = [each for each in ("preScript", "postScript") if extension(node, each) is not None]
    if name in _ELEMENTS or node.get("triggeredByEvent") == "true" or scripts:
        raise DiagramRefused(
            "engine.unsupported",
            N_("{element} is not run by this engine."),
            {"element": scripts[0] if scripts else "eventSubProcess" if name == "subProcess" else name},
            fix=N_("Draw it with tasks, gateways, boundary events and decision tables."),
            **where,
        )


def _refuse_several_definitions(node: etree._Element, where: dict[str, str | None]) -> None:
    definitions = [each for each in node if isinstance(each.tag, str) and each.tag.endswith("EventDefinition")]
    if len(definitions) > 1:
        raise DiagramRefused(
            "engine.unsupported",
            N_("{element} is not run by this engine."),
            {"element": "multipleEventDefinition"},
            fix=N_("Draw one event for each definition."),
            **where,
        )


def _owner(node: etree._Element) -> str | None:
    return next((each.get("id") for each in node.iterancestors() if each.get("id")), None)


def _refuse_no_end(process: etree._Element, file: str) -> None:
    for container in process.iter(*CONTAINERS):
        if container.find(f"{BPMN}endEvent") is None:
            raise DiagramRefused(
                "engine.no_end",
                N_("The process {id} has no end event, so it would never end."),
                {"id": container.get("id", "")},
                file=file,
                process=process.get("id"),
                element=container.get("id"),
                fix=N_("Add an end event."),
            )


def _reduce_starts(process: etree._Element) -> None:
    starts = process.findall(f"{BPMN}startEvent")
    plain = [start for start in starts if event_definition(start) is None]
    for start in starts:
        if start in plain:
            continue
        if plain:
            _remove_with_flows(start, process)
        else:
            for child in list(start):
                if isinstance(child.tag, str) and child.tag.endswith("EventDefinition"):
                    start.remove(child)
            plain.append(start)


def _remove_with_flows(start: etree._Element, process: etree._Element) -> None:
    for flow in process.findall(f"{BPMN}sequenceFlow"):
        if flow.get("sourceRef") == start.get("id"):
            for reference in process.iter(f"{BPMN}incoming"):
                if (reference.text or "").strip() == flow.get("id"):
                    holder = reference.getparent()
                    if holder is not None:
                        holder.remove(reference)
                    break
            process.remove(flow)
    for reference in process.iter(f"{BPMN}flowNodeRef"):
        if (reference.text or "").strip() == start.get("id"):
            lane = reference.getparent()
            if lane is not None:
                lane.remove(reference)
            break
    process.remove(start)
