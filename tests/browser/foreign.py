"""One small process in the dialects of other tools, written from their documentation."""

import re

from tests.browser.drawings import Node, draw

FOREIGN = re.compile(r"\{http://(camunda\.org|flowable\.org|activiti\.org|www\.signavio\.com)")
"""Namespaces of other tools, Zeebe's included."""


def _diagram(namespace: str, theirs: Node, mine: Node, process: str = "") -> str:
    nodes = [Node("startEvent", "begin", 150), theirs, mine, Node("endEvent", "end", 650)]
    flows = [("begin", "theirs"), ("theirs", "mine"), ("mine", "end")]
    return draw(nodes, flows, namespaces=namespace, process=process)


def _task(kind: str, key: str, attributes: str = "", inner: str = "") -> Node:
    settings = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"
    return Node(kind, key, {"theirs": 300, "mine": 480}[key], 200, f'name="{key}" {attributes}', settings)


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
        ),
        _task(
            "userTask",
            "mine",
            'camunda:assignee="demo"',
            '<camunda:formData><camunda:formField id="a" type="string"/></camunda:formData>',
        ),
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
        ),
        _task("userTask", "mine", "", '<zeebe:assignmentDefinition assignee="=owner"/><zeebe:userTask/>'),
    ),
    "flowable": _diagram(
        'xmlns:flowable="http://flowable.org/bpmn"',
        _task(
            "serviceTask",
            "theirs",
            'flowable:delegateExpression="${sender}"',
            '<flowable:field name="to"><flowable:expression><![CDATA[${mail & more}]]></flowable:expression></flowable:field>',
        ),
        _task(
            "userTask",
            "mine",
            'flowable:candidateGroups="quality"',
            '<flowable:formProperty id="a" name="A" type="string"/>',
        ),
    ),
    "signavio": _diagram(
        'xmlns:signavio="http://www.signavio.com"',
        _task(
            "userTask",
            "theirs",
            "",
            '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffcc"/><signavio:signavioLabel ref="text_name"/>',
        ),
        _task("userTask", "mine", "", '<signavio:signavioMetaData metaKey="risk" metaValue="low"/>'),
    ),
}
