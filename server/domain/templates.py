"""What a new file of an application begins with, by kind."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.i18n import N_

_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="{name}_definitions" targetNamespace="https://kesu.example/{name}">
  <bpmn:collaboration id="{name}_collaboration">
    <bpmn:participant id="{name}_pool" name="{name}" processRef="{name}" />
  </bpmn:collaboration>
  <bpmn:process id="{name}" name="{name}" isExecutable="true">
    <bpmn:laneSet id="{name}_lanes">
      <bpmn:lane id="quality" name="品质部&#10;Quality">
        <bpmn:flowNodeRef>{name}_start</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>{name}_end</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="{name}_start">
      <bpmn:outgoing>{name}_flow</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="{name}_end">
      <bpmn:incoming>{name}_flow</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="{name}_flow" sourceRef="{name}_start" targetRef="{name}_end" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{name}_diagram">
    <bpmndi:BPMNPlane id="{name}_plane" bpmnElement="{name}_collaboration">
      <bpmndi:BPMNShape id="{name}_pool_di" bpmnElement="{name}_pool" isHorizontal="true">
        <dc:Bounds x="160" y="80" width="640" height="200" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="quality_di" bpmnElement="quality" isHorizontal="true">
        <dc:Bounds x="190" y="80" width="610" height="200" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{name}_start_di" bpmnElement="{name}_start">
        <dc:Bounds x="242" y="162" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="{name}_end_di" bpmnElement="{name}_end">
        <dc:Bounds x="702" y="162" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="{name}_flow_di" bpmnElement="{name}_flow">
        <di:waypoint x="278" y="180" />
        <di:waypoint x="702" y="180" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""  # noqa: E501 - as an editor writes it

_DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" id="{name}_definitions" name="{name}" namespace="https://kesu.example/{name}">
  <decision id="{name}" name="{name}">
    <decisionTable id="{name}_table" hitPolicy="FIRST">
      <input id="{name}_input" label="product.quantity_defective">
        <inputExpression id="{name}_expression" typeRef="number">
          <text>product.quantity_defective</text>
        </inputExpression>
      </input>
      <output id="{name}_output" label="grading.level" name="grading.level" typeRef="integer" />
      <rule id="{name}_rule_1">
        <inputEntry id="{name}_rule_1_in">
          <text>&gt;= 100</text>
        </inputEntry>
        <outputEntry id="{name}_rule_1_out">
          <text>3</text>
        </outputEntry>
      </rule>
      <rule id="{name}_rule_2">
        <inputEntry id="{name}_rule_2_in">
          <text></text>
        </inputEntry>
        <outputEntry id="{name}_rule_2_out">
          <text>5</text>
        </outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="{name}_diagram">
      <dmndi:DMNShape id="{name}_shape" dmnElementRef="{name}">
        <dc:Bounds height="80" width="180" x="160" y="100" />
      </dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""  # noqa: E501 - as an editor writes it


@dataclass(frozen=True)
class Template:
    """`write` gives the text of a new file from its name without folder and ending."""

    title: str
    folder: str
    ending: str
    write: Callable[[str], str]

    def path_of(self, name: str) -> str:
        """The path in a bundle of a file that somebody calls `name`, with or without folder and ending."""
        short = name.rpartition("/")[2]
        return f"{self.folder}{short.removesuffix(self.ending)}{self.ending}"

    def content(self, path: str) -> bytes:
        """What the new file at `path` holds."""
        return self.write(path.rpartition("/")[2].removesuffix(self.ending)).encode()


def _form(name: str) -> str:
    schema = {"type": "object", "title": f"{name}\n{name}", "properties": {}}
    return json.dumps({"schema": schema, "ui": {"order": []}}, ensure_ascii=False, indent=2) + "\n"


TEMPLATES: Mapping[str, Template] = {
    "diagram": Template(N_("Diagram"), "", ".bpmn", lambda name: _BPMN.replace("{name}", name)),
    "table": Template(N_("Decision table"), "", ".dmn", lambda name: _DMN.replace("{name}", name)),
    "form": Template(N_("Form"), "forms/", ".json", _form),
    "mail": Template(N_("Mail"), "forms/documents/", ".txt", lambda name: f"{name}\n\n"),
}
