"""One sound diagram with every kind of element the engine runs: what the mutations start from."""

from tests.unit.check.drawing import chain, end, extensions, flow, process, service, start, timer, user

_MESSAGE = '<message id="m" name="answered"/><error id="x" errorCode="broken"/><signal id="sig" name="stop"/>'
_CORRELATION = extensions(
    "<s:processVariableCorrelation><s:propertyId>number</s:propertyId><s:expression>number</s:expression>"
    "</s:processVariableCorrelation>"
)
_ROWS = (
    "<multiInstanceLoopCharacteristics><loopDataInputRef>rows</loopDataInputRef>"
    '<inputDataItem id="row"/><completionCondition>row.done == true</completionCondition>'
    "</multiInstanceLoopCharacteristics>"
)


def everything() -> bytes:
    """The file; its process is `p`."""
    parameters = '<s:parameters><s:parameter id="a" type="str" value="level"/></s:parameters><s:retry retries="2"/>'
    nodes = [
        start(),
        user("u", dueDate="working_days(3)"),
        f'<boundaryEvent id="late" attachedToRef="u" cancelActivity="false">{timer("timeCycle", chr(34) + "R3/PT8H" + chr(34))}</boundaryEvent>',
        service(inner=parameters, more='resultVariable="level.found"'),
        '<boundaryEvent id="failed" attachedToRef="w"><errorEventDefinition errorRef="x"/></boundaryEvent>',
        f'<businessRuleTask id="r">{extensions("<s:calledDecisionId>grade</s:calledDecisionId>")}</businessRuleTask>',
        '<exclusiveGateway id="g" default="f_g_n"/><inclusiveGateway id="i" default="f_i_j"/><inclusiveGateway id="j"/>',
        f'<subProcess id="n">{_ROWS}{start("ns")}{user("nu")}{end("ne")}{chain("ns", "nu", "ne")}</subProcess>',
        '<parallelGateway id="y"/><parallelGateway id="z"/><task id="k"/><manualTask id="h"/>',
        f'<intermediateCatchEvent id="c"><messageEventDefinition messageRef="m">{_CORRELATION}</messageEventDefinition></intermediateCatchEvent>',
        '<intermediateThrowEvent id="t"><signalEventDefinition signalRef="sig"/></intermediateThrowEvent>',
        '<eventBasedGateway id="v"/>',
        f'<intermediateCatchEvent id="v1"><messageEventDefinition messageRef="m">{_CORRELATION}</messageEventDefinition></intermediateCatchEvent>',
        # Beside the work, so that the signal finds it waiting.
        '<boundaryEvent id="stopped" attachedToRef="h"><signalEventDefinition signalRef="sig"/></boundaryEvent>',
        '<intermediateCatchEvent id="v2"><conditionalEventDefinition><condition>amount &gt; 1</condition></conditionalEventDefinition></intermediateCatchEvent>',
        end(),
        end("e2"),
        end("e3", "<terminateEventDefinition/>"),
    ]
    flows = [
        chain("s", "u", "w", "r", "g", "n", "y", "k", "t", "z", "i", "j", "c", "v", "v1", "e"),
        chain("y", "h", "z"),
        flow("stopped", "e3"),
        chain("v", "v2", "e"),
        flow("g", "u", "level == 'again'"),
        flow("i", "e2", "amount &gt; 5"),
        flow("late", "e2"),
        flow("failed", "e3"),
    ]
    return process("".join(nodes + flows), lanes="u nu h n", root=_MESSAGE)
