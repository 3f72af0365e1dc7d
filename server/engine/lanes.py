"""Lane -> candidate group, read from the XML: the library keeps only a lane's name."""

from lxml import etree

from server.engine.xml_names import BPMN, properties_of


def groups_by_node(container: etree._Element, inherited: str | None = None) -> dict[str, str]:
    """Candidate group of every flow node directly or indirectly in a process or sub-process, by node id.

    The innermost lane counts: its `group` property, else its id. An embedded sub-process without lanes of its own
    takes the group it lies in; a called process has its own lanes only.
    """
    groups: dict[str, str] = {}
    for lane_set in container.findall(f"{BPMN}laneSet"):
        _walk(lane_set, groups)
    result: dict[str, str] = {}
    for node in container:
        if not isinstance(node.tag, str) or node.get("id") is None or node.tag == f"{BPMN}laneSet":
            continue
        group = groups.get(node.get("id", ""), inherited)
        if group is not None:
            result[node.get("id", "")] = group
        if node.find(f"{BPMN}startEvent") is not None:
            result.update(groups_by_node(node, group))
    return result


def _walk(lane_set: etree._Element, groups: dict[str, str]) -> None:
    for lane in lane_set.findall(f"{BPMN}lane"):
        group = properties_of(lane).get("group") or lane.get("id", "")
        for reference in lane.findall(f"{BPMN}flowNodeRef"):
            groups[(reference.text or "").strip()] = group
        for inner in lane.findall(f"{BPMN}childLaneSet"):
            _walk(inner, groups)
