"""Files as other tools, mail programs and mishaps leave them: name -> (file name, bytes, codes of errors).

Drawn after the tools' documentation. An empty set: accepted.
"""

import io
import zipfile

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
DRAWN = (
    'xmlns:di2="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc2="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:dd2="http://www.omg.org/spec/DD/20100524/DI"'
)


def plain(
    prefix: str = "", *, more: str = "", inside: str = "", after: str = "", name: str = "投诉", key: str = "p"
) -> str:
    """Start, one task, end, with the prefix of the tool; inside: in the process; after: behind it."""
    p = f"{prefix}:" if prefix else ""
    spaces = f'xmlns:{prefix}="{MODEL}"' if prefix else f'xmlns="{MODEL}"'
    return (
        f'<{p}definitions {spaces} {XSI} {more} id="defs_{key}" targetNamespace="http://example.com/{key}">'
        f'<{p}process id="{key}" name="{name}" isExecutable="true">{inside}'
        f'<{p}startEvent id="{key}_s" name="{name}"/><{p}manualTask id="{key}_t" name="{name}"/><{p}endEvent id="{key}_e"/>'
        f'<{p}sequenceFlow id="{key}_f1" sourceRef="{key}_s" targetRef="{key}_t"/>'
        f'<{p}sequenceFlow id="{key}_f2" sourceRef="{key}_t" targetRef="{key}_e"/>'
        f"</{p}process>{after}</{p}definitions>"
    )


def declared(encoding: str, text: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'


def zipped(name: str, data: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(name, data)
    return held.getvalue()


def large(count: int) -> str:
    """A row of choices between tasks, drawn without positions: `count` elements and their flows."""
    nodes, flows, here = ['<bpmn:startEvent id="s"/>'], [], "s"
    for number in range(count // 4):
        a, b, x, y = (f"{letter}{number}" for letter in "abxy")
        nodes += [
            f'<bpmn:exclusiveGateway id="{x}" default="f_{x}_{b}"/><bpmn:exclusiveGateway id="{y}"/>',
            f'<bpmn:manualTask id="{a}" name="第{number}步"/><bpmn:manualTask id="{b}"/>',
        ]
        flows += [(here, x, ""), (x, a, "amount &gt; 5"), (x, b, ""), (a, y, ""), (b, y, "")]
        here = y
    ways = "".join(
        f'<bpmn:sequenceFlow id="f_{one}_{two}" sourceRef="{one}" targetRef="{two}">'
        + (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{when}</bpmn:conditionExpression>'
            if when
            else ""
        )
        + "</bpmn:sequenceFlow>"
        for one, two, when in [*flows, (here, "e", "")]
    )
    return (
        f'<bpmn:definitions xmlns:bpmn="{MODEL}" {XSI} id="d" targetNamespace="t"><bpmn:process id="p" '
        f'isExecutable="true">{"".join(nodes)}<bpmn:endEvent id="e"/>{ways}</bpmn:process></bpmn:definitions>'
    )


def pools(prefix: str = "semantic") -> str:
    """Two pools, one of them empty, with messages between them, and a drawing of two pages."""
    p = f"{prefix}:"
    talk = (
        f'<{p}collaboration id="c"><{p}participant id="us" name="厂家" processRef="p"/><{p}participant id="them" '
        f'name="客户"/><{p}messageFlow id="m1" sourceRef="them" targetRef="p_s"/><{p}messageFlow id="m2" '
        f'sourceRef="p_t" targetRef="them"/></{p}collaboration>'
    )
    pages = "".join(
        f'<di2:BPMNDiagram id="page{n}"><di2:BPMNPlane id="plane{n}" bpmnElement="c"><di2:BPMNShape id="shape{n}" '
        f'bpmnElement="p_t"><dc2:Bounds x="0" y="0" width="100" height="80"/></di2:BPMNShape></di2:BPMNPlane>'
        "</di2:BPMNDiagram>"
        for n in (1, 2)
    )
    return plain(prefix, more=DRAWN, after=talk + pages)


NOTES = (
    '<bpmn:dataObject id="o"/><bpmn:dataObjectReference id="r" name="8D" dataObjectRef="o"/>'
    '<bpmn:textAnnotation id="n"><bpmn:text>给客户看</bpmn:text></bpmn:textAnnotation>'
    '<bpmn:association id="a" sourceRef="p_t" targetRef="n"/><bpmn:group id="g"/>'
)
JBPM = plain(
    "bpmn2",
    more='xmlns:drools="http://www.jboss.org/drools" typeLanguage="http://www.java.com/javaTypes" '
    'expressionLanguage="http://www.mvel.org/2.0"',
    inside='<bpmn2:property id="amount" itemSubjectRef="_amountItem"/>',
    after='<bpmn2:itemDefinition id="_amountItem" structureRef="Integer"/>',
)
BIZAGI = plain(
    inside='<extensionElements><BizagiExtensions xmlns="http://www.bizagi.com/bpmn20"><BizagiProperties>'
    '<BizagiProperty name="bgColor" value="White"/></BizagiProperties></BizagiExtensions></extensionElements>'
)
TRISOTECH = plain(
    "semantic",
    more='xmlns:trisobpmn="http://www.trisotech.com/2014/triso/bpmn" exporter="Trisotech BPMN Web Modeler"',
    inside="<semantic:extensionElements><trisobpmn:attachments/></semantic:extensionElements>",
)
CHOREOGRAPHY = (
    f'<definitions xmlns="{MODEL}" id="d" targetNamespace="t"><choreography id="c"><participant id="a"/><participant '
    'id="b"/><startEvent id="s"/><choreographyTask id="k" initiatingParticipantRef="a"><participantRef>a'
    "</participantRef><participantRef>b</participantRef><messageFlowRef>m</messageFlowRef></choreographyTask>"
    "</choreography></definitions>"
)
CMMN = (
    '<cmmn:definitions xmlns:cmmn="http://www.omg.org/spec/CMMN/20151109/MODEL" id="d" targetNamespace="t">'
    '<cmmn:case id="case"><cmmn:casePlanModel id="plan"/></cmmn:case></cmmn:definitions>'
)
DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"><decision id="x">'
    '<decisionTable id="t"><output id="o" name="a"/></decisionTable></decision></definitions>'
)
XPDL = '<xpdl:Package xmlns:xpdl="http://www.wfmc.org/2009/XPDL2.2" Id="p"><xpdl:WorkflowProcesses/></xpdl:Package>'
BONITA = '<xmi:XMI xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI"><process:MainProcess xmlns:process="http://b"/></xmi:XMI>'
ARIS = '<AML><Header-Info CreateTime="1"/><Group Group.ID="g"/></AML>'
EPML = '<epml:epml xmlns:epml="http://www.epml.de"><epc epcId="1" name="投诉"/></epml:epml>'
HTML = "<!DOCTYPE html>\n<html><head><title>404</title></head><body><p>登录<br></body></html>"
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>登录</title></head><body/></html>'

ODDITIES: dict[str, tuple[str, bytes, frozenset[str]]] = {
    "no prefix": ("x.bpmn", plain().encode(), frozenset()),
    "prefix semantic, two pools, two pages": ("x.bpmn", pools().encode(), frozenset()),
    "prefix bpmn2, jBPM": ("x.bpmn", JBPM.encode(), frozenset()),
    "prefix model": ("x.bpmn", plain("model").encode(), frozenset()),
    "prefix ns0": ("x.bpmn", plain("ns0").encode(), frozenset()),
    "Bizagi": ("x.bpmn", BIZAGI.encode(), frozenset()),
    "Trisotech": ("x.bpmn", TRISOTECH.encode(), frozenset()),
    "notes, groups and data objects": ("x.bpmn", plain("bpmn", inside="", name="x").replace(
        "</bpmn:process>", NOTES + "</bpmn:process>").encode(), frozenset()),
    "UTF-16 little endian": ("x.bpmn", b"\xff\xfe" + declared("UTF-16", plain()).encode("utf-16-le"), frozenset()),
    "UTF-16 big endian": ("x.bpmn", b"\xfe\xff" + declared("UTF-16", plain()).encode("utf-16-be"), frozenset()),
    "UTF-8 with a mark": ("x.bpmn", b"\xef\xbb\xbf" + declared("utf-8", plain()).encode(), frozenset()),
    "UTF-16 without a mark": ("x.bpmn", declared("UTF-16", plain()).encode("utf-16-le"), frozenset({"K102"})),
    "UTF-32": ("x.bpmn", declared("UTF-32", plain()).encode("utf-32"), frozenset({"K102"})),
    "GBK declared": ("x.bpmn", declared("GBK", plain()).encode("gbk"), frozenset({"K102"})),
    "GBK declared, nothing Chinese in it": ("x.bpmn", declared("gb2312", plain(name="x")).encode(), frozenset({"K102"})),
    "GBK, said to be UTF-8": ("x.bpmn", declared("UTF-8", plain()).encode("gbk"), frozenset({"K102"})),
    "Latin-1": ("x.bpmn", declared("ISO-8859-1", plain(name="Prüfung")).encode("latin-1"), frozenset({"K102"})),
    "space before the declaration": ("x.bpmn", b"\n " + declared("UTF-8", plain()).encode(), frozenset({"K105"})),
    "cut off": ("x.bpmn", plain().encode()[:400], frozenset({"K105"})),
    "cut off within a letter": ("x.bpmn", plain().encode()[: plain().encode().index("投".encode()) + 1],
                                frozenset({"K102"})),
    "a control character in a name": ("x.bpmn", plain(name="a\x0bb").encode(), frozenset({"K105"})),
    "an ampersand in a name": ("x.bpmn", plain(name="R&D").encode(), frozenset({"K105"})),
    "a name of 100,000 characters": ("x.bpmn", plain(name="长" * 100_000).encode(), frozenset()),
    "an id of 5,000 characters": ("x.bpmn", plain(key="k" * 5_000).encode(), frozenset({"K111"})),
    "an id with a space": ("x.bpmn", plain(key="a b").encode(), frozenset({"K901"})),
    "an id that begins with a digit": ("x.bpmn", plain(key="1a").encode(), frozenset({"K901"})),
    "a Chinese id": ("x.bpmn", plain(key="投诉").encode(), frozenset()),
    "empty": ("x.bpmn", b"", frozenset({"K103"})),
    "white space": ("x.bpmn", b"\r\n\t ", frozenset({"K103"})),
    "a page of a portal": ("x.bpmn", HTML.encode(), frozenset({"K104"})),
    "a page in XHTML": ("x.bpmn", XHTML.encode(), frozenset({"K109"})),
    "a zip": ("x.bpmn", zipped("x.bpmn", plain()), frozenset({"K102"})),
    "a picture": ("x.bpmn", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), frozenset({"K102"})),
    "JSON": ("x.bpmn", b'{"process": []}', frozenset({"K105"})),
    "a case model (CMMN)": ("x.bpmn", CMMN.encode(), frozenset({"K109"})),
    "a decision in a .bpmn": ("x.bpmn", DMN.encode(), frozenset({"K110"})),
    "a diagram in a .dmn": ("x.dmn", plain().encode(), frozenset({"K110"})),
    "a decision table without inputs": ("x.dmn", DMN.encode(), frozenset()),
    "XPDL": ("x.bpmn", XPDL.encode(), frozenset({"K109"})),
    "Bonita's own format": ("x.bpmn", BONITA.encode(), frozenset({"K109"})),
    "ARIS Markup Language": ("x.bpmn", ARIS.encode(), frozenset({"K109"})),
    "an event-driven process chain": ("x.bpmn", EPML.encode(), frozenset({"K109"})),
    "a choreography": ("x.bpmn", CHOREOGRAPHY.encode(), frozenset({"K201", "K238"})),
    "BPMN of another year": ("x.bpmn", plain().replace("20100524", "20090222").encode(), frozenset({"K109"})),
    "no namespace": ("x.bpmn", plain().replace(f'xmlns="{MODEL}" ', "").encode(), frozenset({"K109"})),
    "400 elements": ("x.bpmn", large(400).encode(), frozenset({"K224"})),
    "280 elements": ("x.bpmn", large(280).encode(), frozenset()),
}  # fmt: skip
