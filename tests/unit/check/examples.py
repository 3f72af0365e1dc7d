"""For every code at least one smallest drawing that provokes it: code -> list of (files, options of check_files)."""

from typing import Any

from server.engine.check import Asked
from tests.unit.check.drawing import (
    boundary,
    catching,
    chain,
    choice,
    definitions,
    end,
    escaped,
    extensions,
    flow,
    process,
    properties,
    service,
    start,
    step,
    table,
    tables,
    timer,
    user,
    waiting,
    with_boundary,
)

Example = tuple[dict[str, bytes], dict[str, Any]]
DUE = {"grade": Asked(frozenset({"step"}), frozenset({"minutes"}))}
FIELDS = {"amount", "level", "problem", "grading", "rows"}


def one(xml: bytes, **options: Any) -> Example:
    return ({"x.bpmn": xml}, options)


def rule(
    *rules: tuple[str, str],
    fields: set[str] | None = FIELDS,
    asked: dict[str, Asked] | None = None,
    case_schema: dict[str, Any] | None = None,
    **parts: str,
) -> Example:
    return ({"x.dmn": table(*rules, **parts)}, {"known_names": fields, "asked": asked, "case_schema": case_schema})


TYPED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "amount": {"type": "integer", "maximum": 100},
        "kind": {"type": "string", "enum": ["low", "high"]},
        "due": {"type": "string", "format": "date-time"},
        "grading": {"type": "object", "properties": {"level": {"type": "integer"}}},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}


def typed(condition: str) -> Example:
    """A condition beside a case schema."""
    return one(choice(escaped(condition), None, default="b"), case_schema=TYPED)


def timed(cell: str, steps: str) -> Example:
    """User tasks in a row, and a table of deadlines with one rule."""
    nodes = start() + "".join(user(key) for key in steps.split()) + end() + chain("s", *steps.split(), "e")
    due = table((cell, "8"), source="step", output="minutes")
    asked = {"grade": Asked(frozenset({"step"}), frozenset({"minutes"}), steps="step")}
    return ({"x.bpmn": process(nodes, lanes=steps), "y.dmn": due}, {"asked": asked})


def _loop(inner: str, known: set[str] | None = None) -> Example:
    return one(step(user(inner=inner), "u", lanes="u"), known_names=known)


def _many(inner: str) -> str:
    return f"<multiInstanceLoopCharacteristics>{inner}</multiInstanceLoopCharacteristics>"


def _sub(key: str, content: str, kind: str = "subProcess", more: str = "") -> str:
    return f'<{kind} id="{key}" {more}>{content}</{kind}>'


PLAIN = start() + end() + chain("s", "e")
INNER = start("is") + end("ie") + chain("is", "ie")
TASK = '<task id="k"/>'
PASSING = '<intermediateThrowEvent id="k"/><exclusiveGateway id="g" default="f_g_e"/>'
AGAIN = "<standardLoopCharacteristics><loopCondition>true</loopCondition></standardLoopCharacteristics>"
MESSAGE = '<message id="m" name="answered"/>'
DECISION = "<s:calledDecisionId>d</s:calledDecisionId>"
NO_VALUE = '<s:properties><s:property name="x"/></s:properties>'
LONG_IDS = [f"k{number}" for number in range(300)]
LONG = "".join(f'<task id="{key}"/>' for key in LONG_IDS)
LATER = '<timerEventDefinition id="t{}"><timeDuration>"P1D"</timeDuration></timerEventDefinition>'

GATE: dict[str, list[Example]] = {
    "K101": [one(b" " * 2_000_001)],
    "K102": [one(b"\xff\xff"), one(b'<?xml version="1.0" encoding="UTF-7"?><a/>')],
    "K103": [one(b""), one(b" \n")],
    "K104": [one(b"<!DOCTYPE a><a/>"), one("<!DOCTYPE a><a/>".encode("utf-16"))],
    "K105": [one(b"<a><b></a>"), one(b"<a>&lol;</a>")],
    "K106": [one(definitions("<p>" * 70 + "</p>" * 70)), one(definitions("<p>" * 300 + "</p>" * 300))],
    "K107": [one(definitions("<p/>" * 5001))],
    "K108": [one(step('<task id="s"/>', "s"))],
    "K109": [one(b"<html/>"), one(process(PLAIN).replace(b"definitions", b"process"))],
    "K111": [one(process(PLAIN.replace('"s"', f'"{"s" * 201}"')))],
    "K110": [({"x.dmn": process(PLAIN)}, {})],
}

STRUCTURE: dict[str, list[Example]] = {
    "K201": [one(process(PLAIN, executable="false")), one(definitions(""))],
    "K202": [one(process(TASK + end() + chain("k", "e")))],
    "K203": [one(process(start() + TASK + chain("s", "k")))],
    "K204": [one(step(f'<task id="{key}"/>', key)) for key in ("Start", "End", "p.EndJoin", "k.BoundaryEventSplit")],
    "K205": [one(process(PLAIN + TASK + flow("k", "e")))],
    "K206": [
        one(process(start() + TASK + '<parallelGateway id="g"/>' + end() + chain("s", "g", "e") + flow("g", "k")))
    ],
    "K207": [one(process(start() + TASK + end("a") + end("b") + chain("s", "k", "a") + flow("k", "b")))],
    "K208": [one(process(PLAIN + flow("s", "nowhere")))],
    "K209": [one(process(PLAIN + "<task/>")), one(process(PLAIN).replace(b'id="f_s_e"', b""))],
    "K210": [
        ({"x.bpmn": process(PLAIN), "y.bpmn": process(PLAIN)}, {}),
        ({"x.bpmn": process(PLAIN), "y.bpmn": step('<task id="p"/>', "p", key="q")}, {}),
    ],
    "K211": [({"x.bpmn": step(TASK, "k"), "y.bpmn": step(TASK, "k", key="q")}, {})],
    "K212": [
        one(choice("amount > 1", "amount &lt; 1")),
        one(choice("true", "false", kind="inclusiveGateway")),
        one(process(start() + '<exclusiveGateway id="g"/>' + end() + flow("s", "g") + flow("g", "e", "amount > 1"))),
    ],
    "K213": [one(choice(None, None, default="a"))],
    "K214": [
        one(choice("amount > 1", None, default="a")),
        one(process(start() + TASK + end() + flow("s", "k") + flow("k", "e", "amount > 1"))),
        one(process(start() + '<task id="k" default="f_k_e"/>' + end() + chain("s", "k", "e"))),
    ],
    "K215": [one(choice("amount > 1", None, default="a").replace(b'default="f_g_a"', b'default="f_s_g"'))],
    "K216": [
        one(
            process(
                start()
                + '<parallelGateway id="g"/><parallelGateway id="j"/><exclusiveGateway id="x" default="f_x_e"/>'
                + user("a")
                + user("b")
                + end()
                + chain("s", "g", "a", "j", "x", "e")
                + chain("g", "b", "j")
                + flow("x", "g", "amount > 1"),
                lanes="a b",
            )
        ),
        one(
            process(
                start() + '<parallelGateway id="g"/>' + TASK + end() + chain("s", "k", "g", "e") + flow("g", "k"),
            )
        ),
    ],
    "K217": [
        one(process(start() + PASSING + end() + chain("s", "k", "g", "e") + flow("g", "k", "amount > 1"))),
        one(step(_sub("k", AGAIN + INNER), "k")),
    ],
    "K218": [
        one(step('<callActivity id="c" calledElement="p"/>', "c")),
        (
            {
                "x.bpmn": step('<callActivity id="c" calledElement="q"/>', "c"),
                "y.bpmn": step('<callActivity id="d" calledElement="p"/>', "d", key="q"),
            },
            {},
        ),
    ],
    "K219": [
        one(
            definitions(
                '<collaboration id="c"><participant id="x" processRef="p"/><participant id="y" processRef="q"/>'
                f'</collaboration><process id="p" isExecutable="true">{PLAIN}</process><process id="q">'
                f"{start('s2') + end('e2') + chain('s2', 'e2')}</process>"
            )
        )
    ],
    "K220": [
        one(process(start() + user() + end() + chain("s", "u", "s") + chain("e"), lanes="u")),
        one(process(start() + TASK + end() + chain("s", "e", "k", "e"))),
    ],
    "K221": [one(step(_sub("n", end("ie") + '<task id="i"/>' + chain("i", "ie")), "n"))],
    "K222": [one(process(start() + '<eventBasedGateway id="g"/>' + TASK + end() + chain("s", "g", "k", "e")))],
    "K224": [one(process(start() + LONG + end() + chain("s", *LONG_IDS, "e")))],
    "K223": [
        one(
            process(
                start()
                + '<eventBasedGateway id="g"/>'
                + "".join(
                    f'<intermediateCatchEvent id="{key}">{LATER.format(key)}</intermediateCatchEvent>' for key in "ab"
                )
                + end()
                + chain("s", "g", "a", "e")
                + chain("g", "b", "e")
            )
        )
    ],
}

ELEMENTS: dict[str, list[Example]] = {
    "K230": [one(step('<scriptTask id="k"><script>import os</script></scriptTask>', "k"))],
    "K231": [
        one(step(f'<task id="k">{extensions(f"<s:{name}>x = 1</s:{name}>")}</task>', "k"))
        for name in ("preScript", "postScript")
    ],
    "K232": [one(step(_sub("n", TASK, "adHocSubProcess"), "n"))],
    "K233": [one(step('<complexGateway id="g"/>', "g"))],
    "K234": [one(process(PLAIN + _sub("n", INNER, more='triggeredByEvent="true"')))],
    "K235": [one(process(PLAIN, root='<dataStore id="d" name="d"/>'))],
    "K236": [
        one(
            step(
                '<dataObject id="o"/><dataObjectReference id="r" dataObjectRef="o"/><task id="k">'
                "<dataInputAssociation><sourceRef>r</sourceRef><targetRef>k</targetRef></dataInputAssociation></task>",
                "k",
            )
        )
    ],
    "K237": [
        one(
            process(
                '<ioSpecification><dataInput id="i" name="i"/><inputSet/><outputSet/></ioSpecification>' + PLAIN,
            )
        )
    ],
    "K238": [one(step('<choreographyTask id="k"/>', "k")), one(process(PLAIN, root='<globalTask id="g"/>'))],
    "K239": [
        one(with_boundary("<compensateEventDefinition/>")),
        one(step('<intermediateThrowEvent id="k"><compensateEventDefinition/></intermediateThrowEvent>', "k")),
        one(process(PLAIN + '<task id="k" isForCompensation="true"/>')),
    ],
}

EVENTS: dict[str, list[Example]] = {
    "K240": [
        one(step(f'<intermediateThrowEvent id="k">{timer("timeDuration", "x")}</intermediateThrowEvent>', "k")),
        one(with_boundary("<errorEventDefinition/>", 'cancelActivity="false"')),
    ],
    "K241": [one(step('<intermediateThrowEvent id="k"><linkEventDefinition name="a"/></intermediateThrowEvent>', "k"))],
    "K242": [one(process(start() + end(inner='<signalEventDefinition signalRef="g"/>') + chain("s", "e")))],
    "K243": [
        one(process(start(inner="<errorEventDefinition/>") + end() + chain("s", "e"))),
        one(process(start(inner="<escalationEventDefinition/>") + end() + chain("s", "e"))),
        one(step(_sub("n", INNER.replace('id="is">', f'id="is">{timer("timeDuration", "x")}')), "n")),
    ],
    "K244": [
        one(
            with_boundary('<messageEventDefinition messageRef="m"/>', 'cancelActivity="false"', root=MESSAGE),
        ),
        one(
            with_boundary(
                '<signalEventDefinition signalRef="g"/>',
                'cancelActivity="false"',
                root='<signal id="g" name="stop"/>',
            ),
        ),
    ],
    "K245": [
        one(process(start() + end(inner="<cancelEventDefinition/>") + chain("s", "e"))),
        one(with_boundary("<cancelEventDefinition/>")),
    ],
    "K246": [
        one(
            catching(
                timer("timeDuration", '"P1D"')
                + "<conditionalEventDefinition><condition>true</condition></conditionalEventDefinition>"
            )
        )
    ],
    "K247": [one(catching("")), one(with_boundary(""))],
    "K248": [
        one(process(PLAIN + boundary("<errorEventDefinition/>", on="nobody"))),
        one(process(PLAIN + boundary("<errorEventDefinition/>", on="s"))),
    ],
    "K249": [
        one(catching("<messageEventDefinition/>")),
        one(catching('<messageEventDefinition messageRef="m"/>', root='<message id="m"/>')),
        one(step('<receiveTask id="k"/>', "k")),
        one(step('<intermediateThrowEvent id="k" name="x"><signalEventDefinition/></intermediateThrowEvent>', "k")),
    ],
    "K252": [one(catching('<signalEventDefinition signalRef="g"/>', '<signal id="g" name="go"/>'), lone=True)],
    "K253": [
        one(with_boundary("<escalationEventDefinition/>")),
        one(with_boundary('<errorEventDefinition errorRef="x"/>', root='<error id="x" errorCode="broken"/>')),
    ],
    "K250": [one(catching('<messageEventDefinition messageRef="m"/>', root=MESSAGE))],
    "K251": [
        one(process(start() + end(inner="<errorEventDefinition/>") + chain("s", "e"))),
        one(with_boundary('<errorEventDefinition errorRef="x"/>', root='<error id="x"/>')),
    ],
}

LOOPS: dict[str, list[Example]] = {
    "K260": [_loop(_many('<loopDataInputRef>rows</loopDataInputRef><outputDataItem id="o" name="o"/>'))],
    "K261": [
        _loop(_many("")),
        _loop(_many("<loopCardinality>3</loopCardinality><loopDataInputRef>rows</loopDataInputRef>")),
    ],
    "K262": [_loop(_many('<loopDataInputRef>rows</loopDataInputRef><inputDataItem id="level"/>'), FIELDS)],
    "K263": [_loop("<standardLoopCharacteristics/>"), _loop('<standardLoopCharacteristics loopMaximum="x"/>')],
}

EXPRESSIONS: dict[str, list[Example]] = {
    "K301": [
        one(choice(condition, None, default="b"))
        for condition in (
            "${amount > 1}",
            "= amount > 1",
            "amount = 1",
            "a &amp;&amp; b",
            "amount >",
            "__import__('os')._x",
        )
    ],
    "K302": [
        one(choice("amuont > 1", None, default="b"), known_names=FIELDS),
        one(
            step(service(inner='<s:parameters><s:parameter id="a" type="str" value="who"/></s:parameters>'), "w"),
            known_names=FIELDS,
        ),
        _loop(_many("<loopDataInputRef>columns</loopDataInputRef>"), FIELDS),
        one(step(user(dueDate="amuont"), "u", lanes="u"), known_names=FIELDS),
    ],
    "K303": [one(choice("", None, default="b"))],
    "K304": [one(choice('"yes"', None, default="b"))],
    "K305": [one(step(service(more='resultVariable="a b"'), "w")), rule(("1", "2"), output="a-b")],
    "K306": [
        one(step(service(more='resultVariable="grading.levl"'), "w"), case_schema=TYPED),
        one(step(service(more='resultVariable="grding.level"'), "w"), known_names=FIELDS),
        rule(("1", "2"), output="x.y"),
        rule(("1", "2"), output="hours", asked=DUE),
    ],
    "K307": [one(choice("working_hour(3) > amount", None, default="b"))],
    "K308": [typed("grading.levl > 1"), typed("amount.part > 1"), typed('rows.name == "x"')],
    "K309": [typed('kind == "hihg"'), typed('kind in ["low", "hihg"]')],
    "K320": [typed('amount > "3"'), typed("kind * 2 > 3"), typed("1 in amount")],
    "K321": [typed('amount == "3"'), typed("kind == 3")],
    "K322": [typed("amount > 100"), typed("amount == 101")],
    "K324": [one(step(service(more='resultVariable="grading.pick_up"'), "w"), case_schema=TYPED)],
    "K323": [typed('working_hours("8") == null'), typed("len(amount) > 1"), typed("amount.lower() == null")],
}

TIMERS: dict[str, list[Example]] = {
    "K310": [
        one(waiting("timeDuration", "PT1H")),
        one(waiting("timeCycle", "R3/PT1H")),
        one(waiting("timeDate", "2030-01-01T00:00:00Z")),
    ],
    "K311": [
        one(waiting("timeDuration", '"P1W2D"')),
        one(waiting("timeDuration", '"1h"')),
        one(waiting("timeDate", '"P1D"')),
        one(waiting("timeDate", '"2030-13-01T00:00:00Z"')),
        one(waiting("timeDuration", '"P1D" if amount > 1 else "later"')),
    ],
    "K312": [one(waiting("timeCycle", "0 0 9 * * ?")), one(waiting("timeCycle", '"0 9 * * MON-FRI"'))],
    "K313": [one(waiting("timeDate", '"2030-01-01T09:00:00"')), one(waiting("timeDate", '"2030-01-01"'))],
    "K314": [one(waiting("timeDuration", "working_hours(8)")), one(waiting("timeCycle", "working_days(3)"))],
    "K315": [one(waiting("timeDuration", "24 * 60")), one(step(user(dueDate="8"), "u", lanes="u"))],
    "K316": [one(waiting("timeDuration", "")), one(catching('<timerEventDefinition id="t"/>'))],
    "K317": [one(waiting("timeCycle", '"R3/PT1H"'))],
    "K318": [
        one(step(user(dueDate="kind"), "u", lanes="u"), case_schema=TYPED),
        one(waiting("timeDuration", "due"), case_schema=TYPED),
    ],
}

REFERENCES: dict[str, list[Example]] = {
    "K401": [one(step('<callActivity id="c"/>', "c"))],
    "K402": [one(step('<callActivity id="c" calledElement="q"/>', "c"))],
    "K403": [
        (
            {
                "x.bpmn": step('<callActivity id="c" calledElement="q"/>', "c"),
                "y.bpmn": process(PLAIN, key="q", executable="false"),
            },
            {},
        )
    ],
    "K404": [one(step('<businessRuleTask id="r"/>', "r"))],
    "K405": [one(step(f'<businessRuleTask id="r">{extensions(DECISION)}</businessRuleTask>', "r"))],
    "K406": [one(step('<serviceTask id="w"/>', "w")), one(step(service(topic=""), "w"))],
    "K407": [one(step(service(topic="custmer.send@1"), "w"), topics={"customer.send@1"})],
    "K408": [
        one(step(service(inner=f"<s:parameters>{inner}</s:parameters>"), "w"))
        for inner in (
            '<s:parameter id="a" value="1"/>',
            '<s:parameter id="a" type="str"/>',
            '<s:parameter id="a" type="str" value="1"/><s:parameter id="a" type="str" value="2"/>',
        )
    ],
    "K409": [one(step(user(formKey=""), "u", lanes="u"))],
    "K410": [one(step(user(formKey="recieve"), "u", lanes="u"), forms={"receive"})],
    "K411": [one(step(user(), "u"))],
    "K412": [one(step(user(), "u", lanes="u"), groups={"quality"})],
    "K413": [one(step(user(sendBackTo="nobody"), "u", lanes="u"))],
    "K414": [one(step(user(loop="plann"), "u", lanes="u"), loops={"plan"})],
    "K417": [one(step(user(prompts="lissten"), "u", lanes="u"), prompts={"listen"})],
    "K418": [one(step(f'<serviceTask id="w">{properties(prompts="calm")}</serviceTask>', "w"))],
    "K415": [timed('"v"', "u v")],
    "K416": [timed('"w"', "u"), timed('not("w")', "u")],
}

EXTENSIONS: dict[str, list[Example]] = {
    "K501": [one(step(f'<task id="k">{extensions("<s:propertys/>")}</task>', "k"))],
    "K502": [
        one(step(service(more='resultvariable="level"'), "w")),
        one(step('<task id="k" s:scriptOnInstances="true"/>', "k")),
    ],
    "K503": [one(step(f'<task id="k">{extensions(NO_VALUE)}</task>', "k"))],
    "K505": [
        one(
            step(
                user(inner="").replace(
                    "<userTask", '<userTask xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:assignee="demo"'
                ),
                "u",
                lanes="u",
            )
        )
    ],
    "K506": [one(step(user(costRate=rate), "u", lanes="u")) for rate in ("eighty", "-1", "80,5", "inf", "nan")],
    "K504": [one(step(user(form_key="receive"), "u", lanes="u"))],
}

TABLES: dict[str, list[Example]] = {
    "K601": [({"x.dmn": tables("")}, {}), ({"x.dmn": tables('<decision id="a" name="a"/>')}, {})],
    "K602": [rule(("1", "2"), policy="PRIORITY"), rule(("1", "2"), policy="OUTPUT ORDER")],
    "K603": [rule(("1..5", "2"))],
    "K604": [rule(("1", "high")), rule(("glass", "2")), rule(("1", "very high"))],
    "K605": [rule(("1", "2"), more='aggregation="SUM"')],
    "K606": [
        (
            {"x.dmn": table(("1", "2")).replace(b'<outputEntry id="o0"><text>2</text></outputEntry>', b"")},
            {},
        )
    ],
    "K607": [rule(("1", "2"), source="")],
    "K608": [
        rule(
            ("1", "2"),
            inside='<informationRequirement id="q"><requiredDecision href="#other"/></informationRequirement>',
        )
    ],
    "K609": [
        (
            {
                "x.dmn": table(("1", "2")).replace(
                    b'<output id="out" name="level"/>', b'<output id="out" name="level"/><output id="o2" name="level"/>'
                )
            },
            {},
        )
    ],
    "K610": [({"x.dmn": table(("1", "2")), "y.dmn": table(("1", "2"))}, {})],
    "K611": [rule(("1", "2"), output="")],
    "K612": [rule(('"a" or "b"', "2")), rule(('? == "a" or "b"', "2"))],
    "K613": [rule(("< 5", "1"), ("> 5", "2"))],
    "K614": [rule(("< 5", "1"), (">= 5", "2"))],
    "K615": [rule(("<= 5", "1"), (">= 5", "2"), policy="UNIQUE"), rule(("<= 5", "1"), (">= 5", "2"), policy="ANY")],
    "K616": [rule(("> 5", "1"), ("> 6", "2")), rule(("< 5", "1"), (">= 5", "2"), ("!= null", "3"))],
    "K617": [rule(("[5..1]", "1"))],
    "K618": [rule(("", '"hihg"'), output="kind", fields=set(TYPED["properties"]), case_schema=TYPED)],
    "K619": [rule(("1", "2"), ("", '"high"'))],
    "K620": [
        rule(("", result), output="amount", fields=set(TYPED["properties"]), case_schema=TYPED)
        for result in ('"3"', "101", "1.5")
    ],
    "K621": [rule(*((str(number), "1") for number in range(501)))],
}

PARSER: dict[str, list[Example]] = {
    "K901": [one(process(PLAIN + '<task id="k" colour="red"/>')), one(process(PLAIN + "<tsk/>"))],
}

EXAMPLES: dict[str, list[Example]] = {
    **GATE,
    **STRUCTURE,
    **ELEMENTS,
    **EVENTS,
    **LOOPS,
    **EXPRESSIONS,
    **TIMERS,
    **REFERENCES,
    **EXTENSIONS,
    **TABLES,
    **PARSER,
}
