"""Where elements are drawn, and the names that stand in small boxes."""

import pytest

from server.domain.bundle import bundled_root
from server.engine import drawn
from server.queries.whereabouts import wrapped

XML = b"""<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="t">
  <process id="p"><startEvent id="s"/><userTask id="u"/><sequenceFlow id="f" sourceRef="s" targetRef="u"/></process>
  <di:BPMNDiagram><di:BPMNPlane bpmnElement="p">
    <di:BPMNShape bpmnElement="s"><dc:Bounds x="10" y="20" width="36" height="36"/></di:BPMNShape>
    <di:BPMNShape bpmnElement="u"><dc:Bounds x="wide" y="0" width="100" height="80"/></di:BPMNShape>
    <di:BPMNEdge bpmnElement="f"><dd:waypoint x="46" y="38"/><dd:waypoint x="90.5" y="38"/></di:BPMNEdge>
  </di:BPMNPlane></di:BPMNDiagram>
</definitions>"""


def test_boxes_and_lines_and_what_cannot_be_read_is_left_out() -> None:
    found = drawn(XML, "x.bpmn")
    assert [box.element_id for box in found.boxes] == ["s"]
    assert found.boxes[0].middle == (28, 38)
    assert [(line.element_id, line.points) for line in found.lines] == [("f", ((46, 38), (90.5, 38)))]
    assert found.box("u") is None


def test_every_step_of_the_bundled_diagrams_is_drawn() -> None:
    for file in sorted((bundled_root() / "workflows" / "complaint").glob("*.bpmn")):
        assert len(drawn(file.read_bytes(), file.name).boxes) > 3


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("", [""]),
        ("Receive the complaint", ["Receive the", "complaint"]),
        ("接到客户投诉", ["接到客户投诉"]),
        ("Propose the improvement plan", ["Propose the", "improvement", "plan"]),
        ("客户对 8D 的答复以及后续处理", ["客户对 8D 的答", "复以及后续处理"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschi", "fffahrtsgesell", "schaft"]),
        ("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
         ["one two three", "four five six", "seven eight", "nine ten…"]),
    ],
)  # fmt: skip
def test_a_name_is_broken_where_it_may_be(name: str, lines: list[str]) -> None:
    assert wrapped(name) == lines
