"""Small diagrams and tables for the check's tests: readable pieces that become one XML file."""

from itertools import pairwise

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
LANE = """<laneSet id="lanes"><lane id="sales">{}</lane></laneSet>"""


def definitions(content: str, more: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{BPMN}" xmlns:s="{SPIFF}" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="all" targetNamespace="t" {more}>'
        f"{content}</definitions>"
    ).encode()


def process(content: str, *, key: str = "p", lanes: str = "", root: str = "", executable: str = "true") -> bytes:
    """A file with one process; lanes: ids of the elements in the lane `sales`."""
    members = "".join(f"<flowNodeRef>{member}</flowNodeRef>" for member in lanes.split())
    lane_set = LANE.format(members) if lanes else ""
    return definitions(f'{root}<process id="{key}" isExecutable="{executable}">{lane_set}{content}</process>')


def flow(source: str, target: str, condition: str | None = None) -> str:
    inner = (
        ""
        if condition is None
        else f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>'
    )
    return f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def chain(*ids: str) -> str:
    return "".join(flow(source, target) for source, target in pairwise(ids))


def start(key: str = "s", inner: str = "") -> str:
    return f'<startEvent id="{key}">{inner}</startEvent>'


def end(key: str = "e", inner: str = "") -> str:
    return f'<endEvent id="{key}">{inner}</endEvent>'


def extensions(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def properties(**values: str) -> str:
    entries = "".join(f'<s:property name="{name}" value="{value}"/>' for name, value in values.items())
    return extensions(f"<s:properties>{entries}</s:properties>")


def user(key: str = "u", inner: str = "", **values: str) -> str:
    return f'<userTask id="{key}" name="{key}">{properties(**{"formKey": key, **values})}{inner}</userTask>'


def service(key: str = "w", inner: str = "<s:parameters/>", topic: str = "topic@1", more: str = "") -> str:
    operator = extensions(f'<s:serviceTaskOperator id="{topic}" {more}>{inner}</s:serviceTaskOperator>')
    return f'<serviceTask id="{key}">{operator}</serviceTask>'


def step(node: str, node_id: str, **options: str) -> bytes:
    """start → the node → end."""
    return process(start() + node + end() + chain("s", node_id, "e"), **options)


def boundary(definition: str, *, on: str = "u", more: str = "") -> str:
    return (
        f'<boundaryEvent id="b" attachedToRef="{on}" {more}>{definition}</boundaryEvent>' + end("e2") + flow("b", "e2")
    )


def with_boundary(definition: str, more: str = "", root: str = "") -> bytes:
    content = start() + user() + boundary(definition, more=more) + end() + chain("s", "u", "e")
    return process(content, lanes="u", root=root)


def timer(form: str, source: str) -> str:
    return (
        f'<timerEventDefinition id="time"><{form} xsi:type="tFormalExpression">{source}</{form}></timerEventDefinition>'
    )


def catching(definition: str, root: str = "") -> bytes:
    return step(f'<intermediateCatchEvent id="c">{definition}</intermediateCatchEvent>', "c", root=root)


def waiting(form: str, source: str) -> bytes:
    return catching(timer(form, source))


def choice(first: str | None, second: str | None, *, default: str = "", kind: str = "exclusiveGateway") -> bytes:
    """start → gateway → a or b; default: the target of the default flow."""
    marked = f'default="f_g_{default}"' if default else ""
    nodes = start() + f'<{kind} id="g" {marked}/>' + end("a") + end("b")
    return process(nodes + flow("s", "g") + flow("g", "a", first) + flow("g", "b", second))


def table(
    *rules: tuple[str, str],
    source: str = "amount",
    output: str = "level",
    policy: str = "FIRST",
    more: str = "",
    inside: str = "",
    key: str = "grade",
) -> bytes:
    """A decision with one input and one output column; rules: (input cell, output cell)."""
    rows = "".join(
        f'<rule id="r{row}"><inputEntry id="i{row}"><text>{escaped(condition)}</text></inputEntry>'
        f'<outputEntry id="o{row}"><text>{escaped(result)}</text></outputEntry></rule>'
        for row, (condition, result) in enumerate(rules)
    )
    return tables(
        f'<decision id="{key}" name="{key}">{inside}<decisionTable id="t_{key}" hitPolicy="{policy}" {more}>'
        f'<input id="in"><inputExpression id="x"><text>{escaped(source)}</text></inputExpression></input>'
        f'<output id="out" name="{output}"/>{rows}</decisionTable></decision>'
    )


def tables(content: str) -> bytes:
    return f'<definitions xmlns="{DMN}" id="d" name="d" namespace="n">{content}</definitions>'.encode()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
