"""Small BPMN and DMN texts for tests: elements as functions, flows as one-line strings.

    document(process("p", start(), user("a"), end(), flows=["start > a", "a > end"]))

A flow is "source > target", "source > target if condition" or "source > target default".
"""

from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)


def document(*parts: str, heights: dict[str, int] | None = None) -> bytes:
    """A BPMN file of processes and root elements (messages, errors, …); heights: y coordinate by element id."""
    shapes = "".join(
        f'<bpmndi:BPMNShape id="shape_{i}" bpmnElement="{i}"><dc:Bounds x="0" y="{y}" width="9" height="9"/>'
        "</bpmndi:BPMNShape>"
        for i, y in (heights or {}).items()
    )
    drawing = f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane id="plane">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions {_NAMESPACES} id="defs" '
        f'targetNamespace="http://example.org/test">{"".join(parts)}{drawing if heights else ""}</bpmn:definitions>'
    ).encode()


def process(process_id: str, *elements: str, flows: list[str] | None = None, lanes: str = "") -> str:
    """An executable process."""
    body = _wired(process_id, "".join(elements), flows or [])
    return f'<bpmn:process id="{process_id}" isExecutable="true">{lanes}{body}</bpmn:process>'


def sub_process(element_id: str, *elements: str, flows: list[str] | None = None, loop: str = "", attributes="") -> str:
    """An embedded sub-process; loop comes from `multi_instance`."""
    body = _wired(element_id, "".join(elements), flows or [])
    return f'<bpmn:subProcess id="{element_id}" {attributes}>{loop}{body}</bpmn:subProcess>'


def node(tag: str, element_id: str, inner: str = "", extensions: str = "", **attributes: str) -> str:
    """Any flow node."""
    text = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    holder = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:{tag} id="{element_id}"{text}>{holder}{inner}</bpmn:{tag}>'


def start(element_id: str = "start", inner: str = "") -> str:
    """A start event."""
    return node("startEvent", element_id, inner)


def end(element_id: str = "end", inner: str = "") -> str:
    """An end event."""
    return node("endEvent", element_id, inner)


def user(element_id: str, properties: dict[str, str] | None = None, loop: str = "", **attributes: str) -> str:
    """A user task."""
    return node("userTask", element_id, loop, _properties(properties), **attributes)


def service(
    element_id: str,
    topic: str = "work@1",
    parameters: dict[str, str] | None = None,
    result: str = "",
    retries: int | None = None,
    loop: str = "",
) -> str:
    """A service task; parameter values are expressions."""
    given = "".join(
        f'<spiffworkflow:parameter id={quoteattr(name)} type="str" value={quoteattr(value)}/>'
        for name, value in (parameters or {}).items()
    )
    variable = f" resultVariable={quoteattr(result)}" if result else ""
    retry = f'<spiffworkflow:retry retries="{retries}" backoff_base="2"/>' if retries is not None else ""
    operator = (
        f"<spiffworkflow:serviceTaskOperator id={quoteattr(topic)}{variable}>"
        f"<spiffworkflow:parameters>{given}</spiffworkflow:parameters>{retry}</spiffworkflow:serviceTaskOperator>"
    )
    return node("serviceTask", element_id, loop, operator)


def rule(element_id: str, decision_id: str, loop: str = "") -> str:
    """A business rule task."""
    reference = f"<spiffworkflow:calledDecisionId>{decision_id}</spiffworkflow:calledDecisionId>"
    return node("businessRuleTask", element_id, loop, reference)


def call(element_id: str, called: str, loop: str = "") -> str:
    """A call activity."""
    return node("callActivity", element_id, loop, calledElement=called)


def exclusive(element_id: str) -> str:
    """An exclusive gateway."""
    return node("exclusiveGateway", element_id)


def parallel(element_id: str) -> str:
    """A parallel gateway."""
    return node("parallelGateway", element_id)


def inclusive(element_id: str) -> str:
    """An inclusive gateway."""
    return node("inclusiveGateway", element_id)


def event_gateway(element_id: str) -> str:
    """An event-based gateway."""
    return node("eventBasedGateway", element_id)


def catch(element_id: str, definition: str, extensions: str = "") -> str:
    """An intermediate catch event."""
    return node("intermediateCatchEvent", element_id, definition, extensions)


def throw(element_id: str, definition: str) -> str:
    """An intermediate throw event."""
    return node("intermediateThrowEvent", element_id, definition)


def boundary(element_id: str, on: str, definition: str, interrupting: bool = True, extensions: str = "") -> str:
    """A boundary event."""
    cancel = "true" if interrupting else "false"
    return node("boundaryEvent", element_id, definition, extensions, attachedToRef=on, cancelActivity=cancel)


def timer(kind: str, text: str) -> str:
    """A timer definition; kind is 'date', 'duration' or 'cycle', text an expression or a literal."""
    tag = f"bpmn:time{kind.capitalize()}"
    body = f'<{tag} xsi:type="bpmn:tFormalExpression">{escape(text)}</{tag}>'
    return f"<bpmn:timerEventDefinition>{body}</bpmn:timerEventDefinition>"


def message_definition(
    ref: str, variable: str = "", payload: str = "", correlation: dict[str, str] | None = None
) -> str:
    """A message definition; `ref` is the id of a `message`."""
    parts = f"<spiffworkflow:messageVariable>{variable}</spiffworkflow:messageVariable>" if variable else ""
    parts += f"<spiffworkflow:messagePayload>{escape(payload)}</spiffworkflow:messagePayload>" if payload else ""
    for key, expression in (correlation or {}).items():
        parts += (
            f"<spiffworkflow:processVariableCorrelation><spiffworkflow:propertyId>{key}</spiffworkflow:propertyId>"
            f"<spiffworkflow:expression>{escape(expression)}</spiffworkflow:expression>"
            "</spiffworkflow:processVariableCorrelation>"
        )
    holder = f"<bpmn:extensionElements>{parts}</bpmn:extensionElements>" if parts else ""
    return f'<bpmn:messageEventDefinition messageRef="{ref}">{holder}</bpmn:messageEventDefinition>'


def message(message_id: str, name: str) -> str:
    """A message (root element)."""
    return f'<bpmn:message id="{message_id}" name="{name}"/>'


def error(error_id: str, code: str, variable: str = "") -> str:
    """An error (root element); variable: path of the payload in the case."""
    inner = f"<spiffworkflow:variableName>{variable}</spiffworkflow:variableName>" if variable else ""
    holder = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    return f'<bpmn:error id="{error_id}" name="{code}" errorCode="{code}">{holder}</bpmn:error>'


def signal(signal_id: str, name: str) -> str:
    """A signal (root element)."""
    return f'<bpmn:signal id="{signal_id}" name="{name}"/>'


def error_definition(ref: str = "") -> str:
    """An error event definition; without ref it catches every code."""
    return f'<bpmn:errorEventDefinition errorRef="{ref}"/>' if ref else "<bpmn:errorEventDefinition/>"


def signal_definition(ref: str) -> str:
    """A signal event definition."""
    return f'<bpmn:signalEventDefinition signalRef="{ref}"/>'


def condition(expression: str) -> str:
    """A conditional event definition."""
    body = f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape(expression)}</bpmn:condition>'
    return f"<bpmn:conditionalEventDefinition>{body}</bpmn:conditionalEventDefinition>"


def multi_instance(
    collection: str = "", item: str = "", *, sequential: bool = False, output: str = "", output_item: str = "",
    until: str = "", cardinality: str = "",
) -> str:  # fmt: skip
    """Loop characteristics over a collection (a dotted case path) or a number of instances."""
    parts = f"<bpmn:loopCardinality>{cardinality}</bpmn:loopCardinality>" if cardinality else ""
    parts += f"<bpmn:loopDataInputRef>{collection}</bpmn:loopDataInputRef>" if collection else ""
    parts += f"<bpmn:loopDataOutputRef>{output}</bpmn:loopDataOutputRef>" if output else ""
    parts += f'<bpmn:inputDataItem id="{item}"/>' if item else ""
    parts += f'<bpmn:outputDataItem id="{output_item}"/>' if output_item else ""
    parts += f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>" if until else ""
    flag = "true" if sequential else "false"
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{flag}">{parts}</{tag}>'


def lanes(**members: list[str]) -> str:
    """A lane set: lane id -> node ids; the lane's name is its id in capitals."""
    inner = "".join(
        f'<bpmn:lane id="{lane}" name="{lane.upper()}">'
        + "".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in nodes)
        + "</bpmn:lane>"
        for lane, nodes in members.items()
    )
    return f'<bpmn:laneSet id="lane_set">{inner}</bpmn:laneSet>'


def decision_table(
    decision_id: str, inputs: list[str], outputs: list[str], rows: list[tuple[list[str], list[str]]],
    hit_policy: str = "UNIQUE", aggregation: str = "",
) -> bytes:  # fmt: skip
    """A DMN file with one decision table; cells are texts as an editor writes them."""
    columns = "".join(
        f'<input id="i{n}"><inputExpression id="ie{n}"><text>{escape(text)}</text></inputExpression></input>'
        for n, text in enumerate(inputs)
    ) + "".join(f'<output id="o{n}" name={quoteattr(name)}/>' for n, name in enumerate(outputs))
    rules = "".join(
        f'<rule id="r{n}">'
        + "".join(f'<inputEntry id="r{n}i{m}"><text>{escape(t)}</text></inputEntry>' for m, t in enumerate(tests))
        + "".join(f'<outputEntry id="r{n}o{m}"><text>{escape(t)}</text></outputEntry>' for m, t in enumerate(values))
        + "</rule>"
        for n, (tests, values) in enumerate(rows)
    )
    extra = f' aggregation="{aggregation}"' if aggregation else ""
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="definitions" name="d" namespace="http://x">'
        f'<decision id="{decision_id}" name="{decision_id}"><decisionTable id="t" hitPolicy="{hit_policy}"{extra}>'
        f"{columns}{rules}</decisionTable></decision></definitions>"
    ).encode()


def _properties(properties: dict[str, str] | None) -> str:
    if not properties:
        return ""
    inner = "".join(
        f"<spiffworkflow:property name={quoteattr(n)} value={quoteattr(v)}/>" for n, v in properties.items()
    )
    return f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>"


def _wired(prefix: str, body: str, flows: list[str]) -> str:
    """The elements with their sequence flows; a flow's id is '<prefix>_<number>'."""
    texts = []
    for number, flow in enumerate(flows):
        source, _, rest = flow.partition(">")
        target, _, test = rest.partition(" if ")
        flow_id, source = f"{prefix}_{number}", source.strip()
        if target.strip().endswith(" default"):
            target = target.strip().removesuffix(" default")
            body = body.replace(f' id="{source}"', f' id="{source}" default="{flow_id}"', 1)
        inner = ""
        if test:
            tag = "bpmn:conditionExpression"
            inner = f'<{tag} xsi:type="bpmn:tFormalExpression">{escape(test.strip())}</{tag}>'
        texts.append(
            f'<bpmn:sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target.strip()}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
    return body + "".join(texts)
