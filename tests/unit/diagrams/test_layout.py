"""Every diagram that comes with the product is drawn so that people like to read it."""

from pathlib import Path

import pytest

from tests.unit.diagrams.drawing import read
from tests.unit.diagrams.layout import faults

ROOT = Path(__file__).resolve().parents[3]
DIAGRAMS = sorted((ROOT / "workflows").rglob("*.bpmn"))
SAMPLE = (Path(__file__).parent / "sample.bpmn").read_text(encoding="utf-8")

DOWN = '<di:waypoint x="325" y="205" /><di:waypoint x="325" y="280" />'
DETOUR = "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in ((350, 180), (400, 180), (400, 270), (325, 270)))


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_diagram_is_presentable(path: Path) -> None:
    assert faults(read(path.read_bytes())) == []


def test_there_are_diagrams_to_measure() -> None:
    assert DIAGRAMS


def test_a_good_sample_has_no_fault() -> None:
    assert faults(read(SAMPLE.encode())) == []


def test_a_flow_may_leave_a_gateway_anywhere_on_its_edge() -> None:
    beside = DOWN.replace('"325" y="205"', '"315" y="195"').replace('"325" y="280"', '"315" y="280"')
    assert DOWN in SAMPLE
    assert faults(read(SAMPLE.replace(DOWN, beside).encode())) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('<dc:Bounds x="300" y="155"', '<dc:Bounds x="230" y="155"', "ask and Choice overlap"),
        ('<di:waypoint x="350" y="180" />', '<di:waypoint x="320" y="180" />', "flow Yes runs through Choice"),
        ('<di:waypoint x="500" y="180" />', '<di:waypoint x="470" y="180" />', "does not end on the border of wait"),
        (DOWN, DOWN.replace('"325"', '"345"'), "does not end on the border of Choice"),
        (DOWN, DOWN.replace('"325" y="205"', '"310" y="170"').replace("325", "310"), "flow No runs through Choice"),
        ('<di:waypoint x="325" y="280" />', '<di:waypoint x="345" y="280" />', "flow No is slanted"),
        ('<di:waypoint x="325" y="205" />', DETOUR, "flows Yes and No run on top of each other"),
        ('<di:waypoint x="325" y="205" />', DETOUR, "flow No has more than 3 bends"),
        ('<dc:Bounds x="290" y="136"', '<dc:Bounds x="290" y="150"', "the label of Choice overlaps Choice"),
        ('<dc:Bounds x="400" y="160"', '<dc:Bounds x="400" y="175"', "the label of Yes lies under flow Yes"),
        ('<dc:Bounds x="332" y="210"', '<dc:Bounds x="410" y="160"', "the labels of Yes and No overlap"),
        ('height="14" /></bpmndi:BPMNLabel>', 'height="7" /></bpmndi:BPMNLabel>', "the label of Yes is too low"),
        ('<bpmndi:BPMNLabel><dc:Bounds x="400"', '<bpmndi:BPMNLabel><dc:Nothing x="400"', "Yes has no bounds"),
        ('<dc:Bounds x="160" y="240"', '<dc:Bounds x="160" y="220"', "answer is drawn outside its lane lower"),
        ('bpmnElement="answer"', 'bpmnElement="nobody"', "answer is not drawn"),
        ('bpmnElement="answer"', 'bpmnElement="nobody"', "nobody is drawn but is not there"),
        ('bpmnElement="No"', 'bpmnElement="Nothing"', "flow No is not drawn"),
        ("&#10;Ask", "&#10;Ask the customer again and again until no patience is left with us at all", "does not fit"),
        ('x="140" y="140" width="120"', 'x="140" y="140" width="60"', "ask is smaller than 100 by 80"),
        ('y="230" width="690" height="100"', 'y="230" width="690" height="130"', "lower is no whole number"),
        ('y="230" width="690" height="100"', 'y="230" width="690" height="130"', "lower sticks out of its pool"),
        ('x="40" y="230" width="690"', 'x="40" y="230" width="600"', "lanes upper and lower do not line up"),
        ('x="40" y="230" width="690"', 'x="40" y="220" width="690"', "lanes upper and lower overlap"),
        ("<bpmn:flowNodeRef>wait</bpmn:flowNodeRef>", "", "wait is in no lane"),
    ],
)
def test_a_spoilt_sample_is_found_out(old: str, new: str, fault: str) -> None:
    assert old in SAMPLE
    assert any(fault in found for found in faults(read(SAMPLE.replace(old, new, 1).encode())))
