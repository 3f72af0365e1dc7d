"""Hostile diagrams, made anew each time: name -> (file name, bytes, codes of which at least one must be reported)."""

from collections.abc import Iterator

from tests.unit.check.drawing import (
    catching,
    chain,
    choice,
    definitions,
    end,
    extensions,
    flow,
    process,
    service,
    start,
    step,
    table,
    tables,
    user,
    waiting,
)

Hostile = tuple[str, str, bytes, set[str]]

_DOCTYPE = '<!DOCTYPE definitions [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = "<!DOCTYPE a [" + '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip
_PLAIN = start() + end() + chain("s", "e")
_SCRIPTS = {
    "import": "import os; os.system('id')",
    "open": "open('/etc/passwd').read()",
    "subclasses": "().__class__.__base__.__subclasses__()",
    "frame": "(x for x in ()).gi_frame.f_globals",
}
_EXPRESSIONS = {
    "import": "__import__('os').getpid()",
    "subclasses": "().__class__.__base__.__subclasses__()",
    "format": "'{0.__class__.__mro__}'.format(1)",
    "open": "open('/etc/passwd')",
    "power": "9**9**9",
    "shift": "1 &lt;&lt; 10**10",
    "comprehension": "[a for a in range(10**9) for b in range(10**9)]",
    "padding": "'%999999999d' % 1 == ljust(1)",
    "lambda": "(lambda: 1)()",
    "walrus": "(a := 1)",
    "f-string": "f'{1:999999999}'",
    "brackets": "(" * 500 + "1" + ")" * 500,
    "minus": "-" * 1900 + "1",
    "long": "1+" * 900 + "1",
    "longer": "a" * 100_000,
    "huge number": "9" * 1999,
    "nul": "a == \ufffd&#1;",
}


def _body(xml: bytes) -> str:
    return xml.decode().partition("?>")[2].strip()


def xml_attacks() -> Iterator[Hostile]:
    """What the gate refuses before anybody looks at a process."""
    plain = process(_PLAIN)
    body = _body(plain)
    yield "external entity", "x.bpmn", (_DOCTYPE + body).encode(), {"K104"}
    yield "external entity, used", "x.bpmn", (_DOCTYPE + body.replace("<endEvent", "&x;<endEvent")).encode(), {"K104"}
    yield "external DTD", "x.bpmn", (f'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">{body}').encode(), {"K104"}
    yield "billion laughs", "x.bpmn", (_LAUGHS + body.replace("<endEvent", "&a9;<endEvent")).encode(), {"K104"}
    yield (
        "quadratic blow-up",
        "x.bpmn",
        f'<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]><a>{"&a;" * 9}</a>'.encode(),
        {"K104"},
    )
    yield "lower case doctype", "x.bpmn", ("<!doctype a>" + body).encode(), {"K104", "K105"}
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"):
        yield f"DTD in {encoding}", "x.bpmn", (_DOCTYPE + body).encode(encoding), {"K102", "K104", "K105"}
        declared = f'<?xml version="1.0" encoding="{encoding}"?>{_DOCTYPE}{body}'
        yield f"DTD declared in {encoding}", "x.bpmn", declared.encode(encoding), {"K102", "K104", "K105"}
        yield f"DTD said to be in {encoding}", "x.bpmn", declared.encode(), {"K102", "K104"}
    yield "UTF-16 with UTF-8 mark", "x.bpmn", b"\xef\xbb\xbf" + (_DOCTYPE + body).encode("utf-16-le"), {"K102", "K105"}
    yield "nested 256 deep", "x.bpmn", definitions("<p>" * 255 + "</p>" * 255), {"K106"}
    yield "nested 200,000 deep", "x.bpmn", definitions("<p>" * 200_000), {"K106"}
    yield "sub-processes 70 deep", "x.bpmn", process(_nested(70)), {"K106"}
    yield "20 MB of text", "x.bpmn", definitions("x" * 20_000_000), {"K101"}
    yield "just too large", "x.bpmn", plain + b" " * 2_000_000, {"K101"}
    yield "300,000 elements", "x.bpmn", definitions("<p/>" * 300_000), {"K107"}
    yield "150,000 attributes", "x.bpmn", definitions("", " ".join(f'a{n}=""' for n in range(150_000))), {"K107"}
    yield "90,000 namespaces", "x.bpmn", definitions("", " ".join(f'xmlns:a{n}="{n}"' for n in range(90_000))), {"K107"}
    yield "one id of 300,000 characters", "x.bpmn", process(_PLAIN.replace('"s"', f'"{"s" * 300_000}"')), {"K111"}
    yield "the same id twice", "x.bpmn", step('<task id="e"/>', "e"), {"K108"}
    yield "the same id in the drawing", "x.bpmn", plain.replace(
        b"</definitions>", b'<i:BPMNDiagram xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" id="s"/></definitions>'
    ), {"K108"}  # fmt: skip
    yield "script page", "x.bpmn", b"<html><script>alert(1)</script></html>", {"K109"}
    yield "table named diagram", "x.bpmn", table(("1", "2")), {"K110"}
    yield "zip", "x.bpmn", b"PK\x03\x04" + bytes(range(256)), {"K102"}
    yield "null bytes", "x.bpmn", bytes(10_000), {"K102"}
    yield "half a file", "x.bpmn", plain[: len(plain) // 2], {"K105"}
    yield "nothing", "x.bpmn", b"", {"K103"}


def _nested(depth: int) -> str:
    inner = ""
    for level in range(depth):
        own = start(f"s{level}") + end(f"e{level}")
        way = chain(f"s{level}", f"n{level}", f"e{level}") if inner else chain(f"s{level}", f"e{level}")
        inner = f'<subProcess id="n{level + 1}">{inner}{own}{way}</subProcess>'
    return inner


def process_attacks() -> Iterator[Hostile]:
    """What hangs, crashes or runs code in an engine that takes every diagram."""
    for name, script in _SCRIPTS.items():
        yield (
            f"script task: {name}",
            "x.bpmn",
            step(f'<scriptTask id="k"><script>{script}</script></scriptTask>', "k"),
            {"K230"},
        )
        xml = step(
            user(inner="").replace("<s:properties>", f"<s:preScript>{script}</s:preScript><s:properties>"),
            "u",
            lanes="u",
        )
        yield f"pre-script: {name}", "x.bpmn", xml, {"K231"}
    for name, source in _EXPRESSIONS.items():
        codes = {"K301", "K302", "K307", "K105"}
        yield f"condition: {name}", "x.bpmn", choice(source, None, default="b"), codes
        yield f"timer: {name}", "x.bpmn", waiting("timeDuration", source), codes
        quoted = source.replace('"', "&quot;")
        parameter = f'<s:parameters><s:parameter id="a" type="x" value="{quoted}"/></s:parameters>'
        yield f"parameter: {name}", "x.bpmn", step(service(inner=parameter), "w"), codes
    bomb = start() + '<task id="k"/><parallelGateway id="g"/>' + end() + chain("s", "k", "g", "e") + flow("g", "k")
    yield "token bomb", "x.bpmn", process(bomb), {"K216", "K217"}
    yield "call of itself", "x.bpmn", step('<callActivity id="c" calledElement="p"/>', "c"), {"K218"}
    circle = (
        start()
        + '<exclusiveGateway id="g"/><task id="k"/>'
        + end()
        + chain("s", "k", "g", "k")
        + flow("g", "e", "false")
    )
    yield "circle of gateways", "x.bpmn", process(circle), {"K805"}
    yield "chain of 900 tasks", "x.bpmn", _long_chain(900), {"K224"}
    yield "1,000 paths into each other", "x.bpmn", _mesh(30), {"K216", "K207", "K902", "K217"}
    yield "flow of itself", "x.bpmn", process(_PLAIN + flow("f_s_e", "f_s_e")), {"K208"}
    yield "boundary event on itself", "x.bpmn", process(_PLAIN + '<boundaryEvent id="b" attachedToRef="b"/>'), {"K248"}
    quotes = '<messageEventDefinition messageRef="m&quot;] | //*[&quot;"/>'
    yield "query in a reference", "x.bpmn", catching(quotes), {"K249"}
    yield "endless loop of one task", "x.bpmn", step(
        '<task id="k"><standardLoopCharacteristics><loopCondition>true</loopCondition></standardLoopCharacteristics></task>', "k"
    ), {"K263"}  # fmt: skip
    yield (
        "operator without id",
        "x.bpmn",
        step(f'<serviceTask id="w">{extensions("<s:serviceTaskOperator/>")}</serviceTask>', "w"),
        {"K406"},
    )
    yield (
        "property without name",
        "x.bpmn",
        step(f'<task id="k">{extensions("<s:properties><s:property/></s:properties>")}</task>', "k"),
        {"K503"},
    )
    yield (
        "retries that are no number",
        "x.bpmn",
        step(service(inner='<s:parameters/><s:retry retries="often"/>'), "w"),
        {"K901"},
    )
    yield "three thousand unknown names", "x.bpmn", process(
        start() + '<exclusiveGateway id="g" default="f_g_e"/>' + end() + chain("s", "g", "e")
        + "".join(f'<sequenceFlow id="q{n}" sourceRef="g" targetRef="e"><conditionExpression>unknown_{n} == 1</conditionExpression></sequenceFlow>' for n in range(2000))
    ), {"K302"}  # fmt: skip


def table_attacks() -> Iterator[Hostile]:
    """The same for decision tables."""
    for name, escaped in _EXPRESSIONS.items():
        source = escaped.replace("&lt;", "<").replace("&#1;", "")
        codes = {"K301", "K302", "K307", "K603", "K604", "K608"}
        yield f"input cell: {name}", "x.dmn", table((source, "1")), codes
        yield f"output cell: {name}", "x.dmn", table(("1", source)), codes
        yield f"input column: {name}", "x.dmn", table(("1", "1"), source=source), codes
    yield "negations 500 deep", "x.dmn", table(("not(" * 400 + "1" + ")" * 400, "1")), {"K301", "K902", "K903"}
    yield "no decision", "x.dmn", tables(""), {"K601"}
    yield "entities in a table", "x.dmn", b"<!DOCTYPE a>" + table(("1", "2")), {"K104"}


def _long_chain(length: int) -> bytes:
    ids = [f"k{number}" for number in range(length)]
    return process(start() + "".join(f'<task id="{node}"/>' for node in ids) + end() + chain("s", *ids, "e"))


def _mesh(size: int) -> bytes:
    """Gateways that all lead to all others."""
    ids = [f"g{number}" for number in range(size)]
    nodes = "".join(f'<parallelGateway id="{node}"/>' for node in ids)
    flows = "".join(flow(one, other) for one in ids for other in ids if one != other)
    return process(start() + nodes + end() + flow("s", "g0") + flow("g1", "e") + flows)


def corpus() -> list[Hostile]:
    """Everything above."""
    return [*xml_attacks(), *process_attacks(), *table_attacks()]
