"""A small site around the bundle alone, under the strictest policy the product sends."""

import json
from pathlib import Path

from flask import Flask, Response, render_template_string, request

from server.web.assets import Assets

STATIC = Path(__file__).parents[2] / "server" / "static"
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; frame-ancestors 'none'"
SHAPES = {"Start_1": (160, 102, 36, 36), "confirm": (260, 80, 100, 80), "Gateway_1": (425, 95, 50, 50),
          "answer": (540, 80, 100, 80), "End_1": (702, 102, 36, 36)}  # fmt: skip
FLOWS = {
    "f1": ("Start_1", "confirm"),
    "f2": ("confirm", "Gateway_1"),
    "f3": ("Gateway_1", "answer"),
    "f4": ("answer", "End_1"),
}
NAMES = {"confirm": "品质确认&#10;Confirm quality", "answer": "答复客户&#10;Answer customer"}
KINDS = {"Start_1": "startEvent", "Gateway_1": "exclusiveGateway", "End_1": "endEvent"}
LAYOUT = """<!doctype html><html lang="{{ language }}"><head><meta charset="utf-8"><title>workshop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<meta name="csrf-token" content="token-of-the-page">{{ assets(*entries) }}</head><body><main class="container app-main">"""


def diagram() -> str:
    """A process of five elements in BPMN 2.0, drawn, with names in two languages."""
    nodes = "".join(f'<{KINDS.get(key, "userTask")} id="{key}" name="{NAMES.get(key, "")}"/>' for key in SHAPES)
    flows = "".join(f'<sequenceFlow id="{key}" sourceRef="{a}" targetRef="{b}"/>' for key, (a, b) in FLOWS.items())
    shapes = "".join(
        f'<di:BPMNShape id="{key}_di" bpmnElement="{key}"><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/></di:BPMNShape>'
        for key, (x, y, w, h) in SHAPES.items()
    )
    edges = "".join(
        f'<di:BPMNEdge id="{key}_di" bpmnElement="{key}"><dd:waypoint x="{SHAPES[a][0] + SHAPES[a][2]}" y="120"/>'
        f'<dd:waypoint x="{SHAPES[b][0]}" y="120"/></di:BPMNEdge>'
        for key, (a, b) in FLOWS.items()
    )
    omg = "http://www.omg.org/spec"
    return (
        f'<?xml version="1.0"?><definitions xmlns="{omg}/BPMN/20100524/MODEL" xmlns:di="{omg}/BPMN/20100524/DI" '
        f'xmlns:dc="{omg}/DD/20100524/DC" xmlns:dd="{omg}/DD/20100524/DI" id="d" targetNamespace="t">'
        f'<process id="p" isExecutable="true">{nodes}{flows}</process>'
        f'<di:BPMNDiagram id="g"><di:BPMNPlane id="pl" bpmnElement="p">{shapes}{edges}</di:BPMNPlane></di:BPMNDiagram></definitions>'
    )


def workshop(pages: dict[str, str], drafts: list[dict]) -> Flask:
    """`pages` are bodies by name; what arrives at /draft is appended to `drafts`."""
    app = Flask(__name__, static_folder=str(STATIC), static_url_path="/static")
    Assets(app)

    @app.get("/<name>")
    def page(name: str) -> str:
        wanted = {"form": "data-case-form", "diagram": "data-diagram"}
        entries = ["base", *(entry for entry, mark in wanted.items() if mark in pages[name])]
        return render_template_string(
            LAYOUT + pages[name], entries=entries, language=request.args.get("language", "zh-CN")
        )

    @app.get("/diagram.bpmn")
    def xml() -> Response:
        return Response(diagram(), mimetype="application/xml")

    @app.get("/marks.json")
    def marks() -> dict:
        return {"done": ["Start_1", "confirm"], "flows": ["f1", "f2"], "active": ["answer", "unknown"], "incident": []}

    @app.post("/draft")
    def draft() -> Response:
        drafts.append({"token": request.headers.get("X-CSRFToken"), **request.form.to_dict()})
        return Response(json.dumps({"revision": len(drafts)}), mimetype="application/json")

    @app.post("/sent")
    def sent() -> str:
        return '<link rel="icon" href="data:,">' + " ".join(request.form)

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app
