"""One small process in the dialects of other tools, written from their documentation."""

import re

FOREIGN = re.compile(r"\{http://(camunda\.org|flowable\.org|activiti\.org|www\.signavio\.com)")
"""Namespaces of other tools, Zeebe's included."""
OMG = "http://www.omg.org/spec"


def _diagram(namespace: str, steps: str, more: str = "") -> str:
    ids = re.findall(r'<bpmn:\w*[tT]ask id="(\w+)"', steps)
    order = ["begin", *ids, "end"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{at}" sourceRef="{one}" targetRef="{two}"/>'
        for at, (one, two) in enumerate(zip(order, order[1:], strict=False))
    )
    shapes = "".join(
        f'<di:BPMNShape id="{one}_di" bpmnElement="{one}"><dc:Bounds x="{150 + 150 * at}" y="{82 if at % len(order) else 82}" width="100" height="80"/></di:BPMNShape>'
        for at, one in enumerate(order)
    )
    edges = "".join(
        f'<di:BPMNEdge id="f{at}_di" bpmnElement="f{at}"><dd:waypoint x="{250 + 150 * at}" y="122"/><dd:waypoint x="{300 + 150 * at}" y="122"/></di:BPMNEdge>'
        for at in range(len(order) - 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions xmlns:bpmn="{OMG}/BPMN/20100524/MODEL" xmlns:di="{OMG}/BPMN/20100524/DI" '
        f'xmlns:dc="{OMG}/DD/20100524/DC" xmlns:dd="{OMG}/DD/20100524/DI" {namespace} id="d" targetNamespace="t">'
        f'<bpmn:process id="other" isExecutable="true" {more}><bpmn:startEvent id="begin"/>{steps}<bpmn:endEvent id="end"/>{flows}</bpmn:process>'
        f'<di:BPMNDiagram id="g"><di:BPMNPlane id="pl" bpmnElement="other">{shapes}{edges}</di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>'
    )


def _task(kind: str, key: str, attributes: str = "", inner: str = "") -> str:
    settings = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    return f'<bpmn:{kind} id="{key}" name="{key}" {attributes}>{settings}</bpmn:{kind}>'


DIALECTS = {
    "camunda": _diagram(
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"',
        _task(
            "serviceTask",
            "theirs",
            'camunda:class="org.example.Send" camunda:asyncBefore="true"',
            '<camunda:inputOutput><camunda:inputParameter name="body">${order.total &gt; 5}</camunda:inputParameter>'
            '<camunda:inputParameter name="list"><camunda:list><camunda:value>one</camunda:value><camunda:value> two </camunda:value></camunda:list>'
            '</camunda:inputParameter></camunda:inputOutput><camunda:executionListener event="start" delegateExpression="${log}"/>',
        )
        + _task("userTask", "mine", 'camunda:assignee="demo"', '<camunda:formData><camunda:formField id="a" type="string"/></camunda:formData>'),
        'camunda:historyTimeToLive="180"',
    ),
    "zeebe": _diagram(
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"',
        _task(
            "serviceTask",
            "theirs",
            "",
            '<zeebe:taskDefinition type="send-mail" retries="3"/><zeebe:ioMapping><zeebe:input source="=order.id" target="id"/></zeebe:ioMapping>'
            '<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>',
        )
        + _task("userTask", "mine", "", '<zeebe:assignmentDefinition assignee="=owner"/><zeebe:userTask/>'),
    ),
    "flowable": _diagram(
        'xmlns:flowable="http://flowable.org/bpmn"',
        _task(
            "serviceTask",
            "theirs",
            'flowable:delegateExpression="${sender}"',
            '<flowable:field name="to"><flowable:expression><![CDATA[${mail & more}]]></flowable:expression></flowable:field>',
        )
        + _task("userTask", "mine", 'flowable:candidateGroups="quality"', '<flowable:formProperty id="a" name="A" type="string"/>'),
    ),
    "signavio": _diagram(
        'xmlns:signavio="http://www.signavio.com"',
        _task(
            "userTask",
            "theirs",
            "",
            '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffcc"/><signavio:signavioLabel ref="text_name"/>',
        )
        + _task("userTask", "mine", "", '<signavio:signavioMetaData metaKey="risk" metaValue="low"/>'),
    ),
}
